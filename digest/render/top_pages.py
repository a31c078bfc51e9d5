"""The most upvoted papers of a week and of a month. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple

import jinja2

from digest.render.charts import monday
from digest.render.listing import Dated, ranked_lines
from digest.render.look import Look
from digest.render.pages import site_page
from digest.render.shown import in_words

MOST = 50
_FIRST = 10  # that the page of all rankings shows of each


class Period(NamedTuple):
    """What papers are ranked within."""

    folder: str  # in top/: "2026/W47", "2026/11"
    name: str  # "Week 47 of 2026"
    told: str  # "16 November 2026 to 22 November 2026"; "" where the name says it


def week_of(date: dt.date) -> Period:
    """The week of a date, as ISO 8601 numbers them: the first days of a year may be the last's."""
    year, week, _ = date.isocalendar()
    first = monday(date)
    last = first + dt.timedelta(days=6)
    return Period(
        f"{year:04}/W{week:02}", f"Week {week} of {year}", f"{in_words(first)} to {in_words(last)}"
    )


def month_of(date: dt.date) -> Period:
    """The month of a date."""
    return Period(f"{date:%Y/%m}", f"{date:%B %Y}", "")


def most_upvoted(lines: Iterable[Dated]) -> list[Dated]:
    """The 50 papers with most upvotes, of equal ones the newest first; none without upvotes."""
    voted = (dated for dated in lines if dated[1].upvotes)
    return nsmallest(MOST, voted, key=_rank)


def _rank(dated: Dated) -> tuple[int, int, str]:
    date, line = dated
    return -(line.upvotes or 0), -date.toordinal(), line.key


def top_index(
    env: jinja2.Environment,
    look: Look,
    *,
    week: tuple[Period, Sequence[Dated]],
    month: tuple[Period, Sequence[Dated]],
) -> str:
    """The first of the rankings of a week and a month, each as `most_upvoted` gives it."""
    rankings = [
        (period, ranked_lines(look, ranked[:_FIRST]), len(ranked))
        for period, ranked in (week, month)
    ]
    return "".join(
        site_page(env, look, "archive/tops.html.j2", "top/index.html", rankings=rankings)
    )


def top_page(
    env: jinja2.Environment,
    look: Look,
    period: Period,
    ranked: Sequence[Dated],
    *,
    before: Period | None,
    after: Period | None,
) -> str:
    """A ranking, as `most_upvoted` gives it; `before` and `after` are those beside it."""
    page = site_page(
        env,
        look,
        "archive/top.html.j2",
        f"top/{period.folder}/index.html",
        period=period,
        lines=ranked_lines(look, ranked),
        before=before,
        after=after,
    )
    return "".join(page)
