"""The site's calendars: a page for each year and each month. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jinja2

from digest.counts import plural
from digest.model.catalogue import Day, Month, Year
from digest.render.listing import ShownLine, largest_themes, shown_lines
from digest.render.look import Look
from digest.render.pages import site_page
from digest.render.shown import in_words

SHADES = 4
_LARGEST = 12  # themes that a page of a year or a month names
_SECTIONS = 3  # that a month's list names of an edition


class Cell(NamedTuple):
    """A day in a calendar."""

    number: int  # of the month
    url: str  # of its edition, from the page; "" where it has none
    size: int  # papers
    shade: int  # from 1, the fewest papers, to SHADES


class ShownMonth(NamedTuple):
    """A month as a table of weeks, from Monday to Sunday."""

    name: str
    url: str  # from the page; "" where it has no edition, and on its own page
    size: int  # papers
    weeks: list[list[Cell | None]]  # None where a day is another month's


class ShownEdition(NamedTuple):
    """An edition in the list of its month."""

    url: str  # from the page
    date: dt.date
    day: str
    size: str
    sections: Sequence[tuple[str, int]]  # label and papers, the largest first
    lead: ShownLine | None


def year_page(
    env: jinja2.Environment,
    look: Look,
    number: int,
    year: Year,
    *,
    before: int | None,
    after: int | None,
) -> str:
    """A year: a small calendar for each month, and its largest themes.

    `before` and `after` are the years with editions beside it.
    """
    sizes = {date: tally.size for date, tally in year.days.items()}
    themes = Counter[str]()
    for tally in year.days.values():
        themes.update(tally.themes)
    firsts = [dt.date(number, month, 1) for month in range(1, 13)]
    months = [_month(first, sizes, f"{first:%m}/") for first in firsts]
    page = site_page(
        env,
        look,
        "archive/year.html.j2",
        f"{number:04}/index.html",
        number=number,
        told=_told(len(sizes), sum(sizes.values())),
        months=months,
        themes=largest_themes(look, themes)[:_LARGEST],
        before=before,
        after=after,
    )
    return "".join(page)


def month_page(
    env: jinja2.Environment,
    look: Look,
    first: dt.date,
    month: Month,
    *,
    before: dt.date | None,
    after: dt.date | None,
) -> str:
    """A month: its calendar, its editions, newest first, and its largest themes.

    `first` is its first day; `before` and `after` are those of the months with editions beside it.
    """
    sizes = {day.date: len(day.lines) for day in month.days}
    themes = Counter(line.theme for day in month.days for line in day.lines)
    page = site_page(
        env,
        look,
        "archive/month.html.j2",
        f"{first:%Y/%m}/index.html",
        first=first,
        told=_told(len(sizes), sum(sizes.values())),
        month=_month(first, sizes, ""),
        editions=[_edition(day) for day in reversed(month.days)],
        themes=largest_themes(look, themes)[:_LARGEST],
        before=before,
        after=after,
    )
    return "".join(page)


def _told(editions: int, papers: int) -> str:
    return f"{plural(editions, 'edition')}, {plural(papers, 'paper')}"


def _month(first: dt.date, sizes: Mapping[dt.date, int], root: str) -> ShownMonth:
    """A month's calendar; `root` is the way from the page to the month's folder."""
    weeks = calendar.monthcalendar(first.year, first.month)
    order = sorted(sizes.values())

    def cell(number: int) -> Cell | None:
        if not number:
            return None
        size = sizes.get(first.replace(day=number))
        if size is None:
            return Cell(number, "", 0, 0)
        # Shades are quarters of the days, so that one huge day does not make all others pale.
        shade = 1 + SHADES * bisect_left(order, size) // len(order)
        return Cell(number, f"{root}{number:02}/index.html", size, shade)

    cells = [[cell(number) for number in week] for week in weeks]
    found = [one for week in cells for one in week if one and one.url]
    size = sum(one.size for one in found)
    return ShownMonth(f"{first:%B}", f"{root}index.html" if root and found else "", size, cells)


def _edition(day: Day) -> ShownEdition:
    # The most upvoted paper, which is the first where nobody has voted.
    lead = max(day.lines, key=lambda line: line.upvotes or 0, default=None)
    return ShownEdition(
        url=f"{day.date:%d}/index.html",
        date=day.date,
        day=f"{day.date:%A}, {in_words(day.date)}",
        size=plural(len(day.lines), "paper"),
        sections=day.sections[:_SECTIONS],
        lead=shown_lines([(day.date, lead)])[0] if lead else None,
    )
