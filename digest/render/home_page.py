"""The site's first page: its newest edition, those of the week, charts and the years. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import jinja2

from digest.counts import plural
from digest.model.catalogue import Day, Line, Tally, YearTotal
from digest.model.editions import Edition
from digest.render import charts
from digest.render.listing import ShownLine, shown_lines
from digest.render.look import Look, day_folder, place, sheet_name
from digest.render.pages import site_page
from digest.render.sheets import sheets
from digest.render.shown import Views, in_words
from digest.render.view import ShownPaper, ShownSection

LEADS = 3  # papers of each
EARLIER_LEADS = 2  # of each edition before


class Lead(NamedTuple):
    """One of the first papers of a section."""

    paper: ShownPaper
    url: str  # its permanent link, from the site's root


class Led(NamedTuple):
    """A section of the newest edition with its first papers."""

    section: ShownSection
    url: str  # from the site's root
    leads: list[Lead]


class Earlier(NamedTuple):
    """An edition before the newest."""

    url: str  # from the site's root
    date: dt.date
    day: str
    size: str
    leads: list[ShownLine]


class YearRow(NamedTuple):
    """A year."""

    number: int
    size: str
    editions: str


def home(
    env: jinja2.Environment,
    look: Look,
    *,
    newest: Edition,
    recent: Sequence[Day],
    tallies: Mapping[dt.date, Tally],
    years: Mapping[int, YearTotal],
) -> str:
    """The site's first page.

    `recent` are the last editions, newest first; `tallies` those of the last weeks.
    """
    view = Views(newest, site="").whole()
    led = {one.section.anchor: one for one in _led(newest, view.sections)}
    page = site_page(
        env,
        look,
        "archive/home.html.j2",
        "index.html",
        edition=view,
        folder=day_folder(newest.date),
        sections=[led[one.anchor] for one in view.glance],
        earlier=[_earlier(day) for day in recent if day.date != newest.date],
        share=charts.share(tallies, look.labels),
        per_day=charts.per_day(tallies),
        years=list(_years(years)),
    )
    return "".join(page)


def _led(edition: Edition, sections: Sequence[ShownSection]) -> Iterator[Led]:
    """The sections in the edition's order."""
    folder, on = day_folder(edition.date), iter(sheets(edition))
    for section in sections:
        files = [f"{folder}/{sheet_name(next(on))}" for _ in section.papers]
        leads = [
            Lead(paper, f"{file}{place(paper.key)}")
            for paper, file in zip(section.papers[:LEADS], files, strict=False)
        ]
        yield Led(section, f"{files[0] if files else folder}#{section.anchor}", leads)


def _earlier(day: Day) -> Earlier:
    first = sorted(day.lines, key=_upvotes, reverse=True)[:EARLIER_LEADS]
    return Earlier(
        url=f"{day_folder(day.date)}/index.html",
        date=day.date,
        day=f"{day.date:%A}, {in_words(day.date)}",
        size=plural(len(day.lines), "paper"),
        leads=shown_lines((day.date, line) for line in first),
    )


def _upvotes(line: Line) -> int:
    return line.upvotes or 0


def _years(years: Mapping[int, YearTotal]) -> Iterator[YearRow]:
    for number, year in sorted(years.items(), reverse=True):
        yield YearRow(number, plural(year.size, "paper"), plural(year.editions, "edition"))
