"""Papers, themes and times as the site's lists show them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from digest.counts import plural
from digest.latex import mathml
from digest.model.catalogue import Line
from digest.render.look import Look, day_folder, line_url
from digest.render.shown import in_words
from digest.render.text import LONGEST_NAME, tidy
from digest.shortening import cut

Dated = tuple[dt.date, Line]  # of the edition it is in


class ShownTheme(NamedTuple):
    """A theme with so many papers."""

    id: str
    label: str
    size: int
    share: str = ""  # of all papers


class ShownLine(NamedTuple):
    """A paper in a list."""

    url: str  # from the site's root
    title: Markup  # HTML
    authors: str
    upvotes: str  # "" for none


class RankedLine(NamedTuple):
    """A paper in a list of papers of many days and themes."""

    line: ShownLine
    day: str  # the date in words
    theme: str  # id
    label: str  # of the theme


class ShownDay(NamedTuple):
    """The papers of an edition that a list shows."""

    url: str  # from the site's root
    day: str
    lines: list[ShownLine]


def theme_name(look: Look, theme: str) -> str:
    """What a theme is called, fit to be shown."""
    return cut(tidy(look.label(theme)), LONGEST_NAME)


def shown_lines(lines: Iterable[Dated]) -> list[ShownLine]:
    """Papers in the given order."""
    return [
        ShownLine(
            line_url(date, line),
            Markup(mathml(line.title)),  # noqa: S704
            line.authors,
            plural(line.upvotes, "upvote") if line.upvotes else "",
        )
        for date, line in lines
    ]


def ranked_lines(look: Look, lines: Iterable[Dated]) -> list[RankedLine]:
    """Papers in the given order, each with its day and theme."""
    dated = list(lines)
    return [
        RankedLine(shown, in_words(date), line.theme, theme_name(look, line.theme))
        for shown, (date, line) in zip(shown_lines(dated), dated, strict=True)
    ]


def by_day(lines: Iterable[Dated]) -> list[ShownDay]:
    """Papers in the given order, under the day of each."""
    return [
        ShownDay(f"{day_folder(date)}/index.html", in_words(date), shown_lines(found))
        for date, found in groupby(lines, key=lambda dated: dated[0])
    ]


def largest_themes(look: Look, papers: dict[str, int]) -> list[ShownTheme]:
    """Themes by their papers, with their shares of all of them, the largest first."""
    total = sum(papers.values())
    return [
        ShownTheme(theme, theme_name(look, theme), size, percent(size, total))
        for theme, size in sorted(papers.items(), key=lambda pair: (-pair[1], pair[0]))
        if size
    ]


def percent(part: int, whole: int) -> str:
    """A share in words, with a place after the point where it is small."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.0f} %" if share >= 10 or not share else f"{share:.1f} %"


def sheets_of(lines: Sequence[ShownDay], most: int) -> list[list[ShownDay]]:
    """Days in as many parts as keep the HTML of each under so many bytes; a day may be parted."""
    parts: list[list[ShownDay]] = [[]]
    left = most
    for day in lines:
        for line in day.lines:
            size = _size(line)
            if size > left and parts[-1]:
                parts.append([])
                left = most
            if not parts[-1] or parts[-1][-1].url != day.url:
                parts[-1].append(day._replace(lines=[]))
            parts[-1][-1].lines.append(line)
            left -= size
    return parts


def _size(line: ShownLine) -> int:
    """The most bytes that a line's HTML has, with the heading of its day, which it may begin."""
    texts = line.url, line.title, Markup.escape(line.authors), line.upvotes
    return 320 + sum(len(text.encode()) for text in texts)
