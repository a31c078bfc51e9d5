"""The numbers of the site's charts, which templates draw as SVG and tell in tables. Pure.

All bars stand in a box of WIDTH by HEIGHT, which a page stretches as it has room.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import NamedTuple

from digest.counts import plural
from digest.model.catalogue import Tally
from digest.model.editions import ALSO
from digest.render.shown import in_words
from digest.render.text import LONGEST_NAME, tidy
from digest.shortening import cut

WEEKS = 12
WIDTH, HEIGHT = 1000, 100
_LARGEST = 6  # themes that have bars of their own
_OTHERS = "Everything else"
_GAP = 0.25  # of a bar's room
PARTS = 24  # of the width, each with room for the beginning of a label
_LABEL = 3  # parts that a label takes
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A table of numbers, and a sentence on them."""

    title: str
    told: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(Chart):
    """Bars side by side."""

    bars: str  # a path, as in SVG's `d`
    top: str  # what the upper edge of the box stands for
    ticks: tuple[str, ...]  # labels below the PARTS of the width, "" for most


class Share(NamedTuple):
    """A theme's part of all papers, week by week."""

    theme: str  # id; "" for all others together
    label: str
    percent: int  # over all weeks
    told: str
    bars: str  # a path, as in SVG's `d`; "" for all others, which would dwarf the themes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChart(Chart):
    """The largest themes' shares, bars in a row for each, all on one scale."""

    shares: tuple[Share, ...]  # none where there are no papers


class Sparkline(NamedTuple):
    """Small bars without axes."""

    bars: str  # a path, as in SVG's `d`
    told: str


def share(tallies: Mapping[dt.date, Tally], labels: Mapping[str, str]) -> ShareChart:
    """The shares of the six largest themes, and of all others, over the last 12 weeks.

    `labels` are the themes' by id.
    """
    weeks = by_week(tallies)
    total = sum(weeks.values(), Counter[str]())
    largest = sorted(total.keys() - {ALSO}, key=lambda theme: (-total[theme], theme))[:_LARGEST]
    names = [*largest, ""] if total.keys() - set(largest) else largest
    counts = {first: _counts(week, largest)[: len(names)] for first, week in weeks.items()}
    percents = {first: whole_percents(numbers) for first, numbers in counts.items()}
    top = nice(max((max(week[: len(largest)], default=0) for week in percents.values()), default=0))
    overall = whole_percents(_counts(total, largest)[: len(names)])
    columns = [_label(labels, name) for name in names]
    return ShareChart(
        title="Themes by week",
        told=f"Share of all papers in each of the last {WEEKS} weeks, bars up to {top:g} %.",
        columns=("Week of", *columns),
        rows=tuple((in_words(first), *_told(week)) for first, week in percents.items()),
        shares=tuple(
            _share(name, label, whole, [week[at] for week in percents.values()], top)
            for at, (name, label, whole) in enumerate(zip(names, columns, overall, strict=True))
        ),
    )


def _counts(papers: Mapping[str, int], largest: Sequence[str]) -> list[int]:
    """How many papers the largest themes have, and last all others."""
    numbers = [papers.get(theme, 0) for theme in largest]
    return [*numbers, sum(papers.values()) - sum(numbers)]


def _share(theme: str, label: str, percent: int, weeks: Sequence[int], top: float) -> Share:
    told = f"{weeks[0]} % in the first week, {weeks[-1]} % in the last, {max(weeks)} % at most"
    return Share(theme, label, percent, told, bars(weeks, top) if theme else "")


def per_day(tallies: Mapping[dt.date, Tally]) -> BarChart:
    """The papers of each day of the last 12 weeks."""
    weeks = by_week(tallies)
    days = [first + dt.timedelta(days=at) for first in weeks for at in range(7)]
    numbers = [tallies[day].size if day in tallies else 0 for day in days]
    top = nice(max(numbers, default=0))
    return BarChart(
        title="Papers per day",
        told=f"{plural(sum(numbers), 'paper')} in {WEEKS} weeks, {max(numbers, default=0):,} on"
        " the fullest day.",
        columns=("Day", "Papers"),
        rows=tuple((in_words(day), f"{tallies[day].size:,}") for day in days if day in tallies),
        bars=bars(numbers, top),
        top=plural(round(top), "paper"),
        ticks=_ticks(days, [day.day == 1 for day in days], "%B"),
    )


def share_by_month(months: Mapping[dt.date, tuple[int, int]], last: dt.date, span: int) -> BarChart:
    """A theme's share of all papers in so many months, up to the one that begins on `last`.

    `months` have the papers of the theme and all papers, by their first days.
    """
    firsts = [_month_before(last, ago) for ago in reversed(range(span))]
    known = [first for first in firsts if first in months]
    shares = {first: _per_cent(*months[first]) for first in known}
    top = nice(max(shares.values(), default=0.0))
    by_year = span > 12
    return BarChart(
        title="Share of all papers by month",
        told=_extremes(shares),
        columns=("Month", "Papers", "Share"),
        rows=tuple(
            (f"{first:%B %Y}", f"{months[first][0]:,}", f"{part:.1f} %")
            for first, part in shares.items()
        ),
        bars=bars([shares.get(first, 0.0) for first in firsts], top),
        top=f"{top:g} %",
        ticks=_ticks(
            firsts, [first.month == 1 or not by_year for first in firsts], "%Y" if by_year else "%b"
        ),
    )


def _per_cent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _extremes(shares: Mapping[dt.date, float]) -> str:
    if not any(shares.values()):
        return "No papers."
    last, most = max(shares), max(shares, key=lambda first: shares[first])
    return f"{shares[last]:.1f} % in {last:%B %Y}; most in {most:%B %Y}, {shares[most]:.1f} %."


def sparkline(values: Sequence[float], told: str = "") -> Sparkline:
    """Some numbers as small bars, the largest as high as the box."""
    return Sparkline(bars(values, max(values, default=0)), told)


def bars(values: Sequence[float], top: float) -> str:
    """Bars of numbers from 0 to `top` as a path, each at its place from left to right.

    A number above 0 shows, however small.
    """
    room = WIDTH / max(1, len(values))
    wide = room * (1 - _GAP)
    return "".join(
        f"M{at * room:.1f} {HEIGHT}v{-max(1.0, HEIGHT * min(1.0, value / top)):.1f}"
        f"h{wide:.1f}V{HEIGHT}z"
        for at, value in enumerate(values)
        if value > 0
    )


def by_week(tallies: Mapping[dt.date, Tally]) -> dict[dt.date, Counter[str]]:
    """Papers by theme in the last 12 weeks, by the Monday of each, up to that of the last day."""
    if not tallies:
        return {}
    last = monday(max(tallies))
    weeks = {last - ago * _WEEK: Counter[str]() for ago in reversed(range(WEEKS))}
    for date, tally in tallies.items():
        if (first := monday(date)) in weeks:
            weeks[first].update(tally.themes)
    return weeks


def monday(date: dt.date) -> dt.date:
    """The first day of a date's week, as ISO 8601 has weeks."""
    return date - dt.timedelta(days=date.weekday())


def whole_percents(numbers: Sequence[int]) -> list[int]:
    """The shares of numbers in whole per cent, 100 together; all 0 where the numbers are.

    Those that lose most by being rounded down are rounded up, of equal ones the first.
    """
    total = sum(numbers)
    if not total:
        return [0] * len(numbers)
    parts = [divmod(100 * number, total) for number in numbers]
    missing = 100 - sum(whole for whole, _ in parts)
    order = sorted(range(len(parts)), key=lambda at: -parts[at][1])
    raised = set(order[:missing])
    return [whole + (at in raised) for at, (whole, _) in enumerate(parts)]


def nice(most: float) -> float:
    """The next of 1, 2, 3, 5 or 10 times a power of ten that is not below a number; 1 for 0."""
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most))
    return next((step * power for step in (1, 2, 3, 5) if most <= step * power), 10 * power)


def _ticks(days: Sequence[dt.date], wanted: Iterable[bool], form: str) -> tuple[str, ...]:
    """Labels below the days that are wanted, as far as there is room on their right."""
    ticks = [""] * PARTS
    free = 0
    for at, (day, wants) in enumerate(zip(days, wanted, strict=True)):
        part = PARTS * at // len(days)
        if wants and free <= part <= PARTS - _LABEL:
            ticks[part] = format(day, form)
            free = part + _LABEL
    return tuple(ticks)


def _month_before(first: dt.date, ago: int) -> dt.date:
    """The first day of the month so many months before the one that begins on a date."""
    number = first.year * 12 + first.month - 1 - ago
    return dt.date(number // 12, number % 12 + 1, 1)


def _told(percents: Sequence[int]) -> Iterable[str]:
    return (f"{percent} %" for percent in percents)


def _label(labels: Mapping[str, str], theme: str) -> str:
    return cut(tidy(labels.get(theme, theme)), LONGEST_NAME) if theme else _OTHERS
