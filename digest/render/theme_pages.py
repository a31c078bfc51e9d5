"""The pages of themes: what a theme is, its share of all papers, its papers. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jinja2

from digest.counts import plural
from digest.model.catalogue import Tally, YearTotal
from digest.render.charts import WEEKS, Sparkline, by_week, share_by_month, sparkline
from digest.render.listing import Dated, by_day, percent, sheets_of, theme_name
from digest.render.look import Look, sheet_name
from digest.render.pages import site_page
from digest.render.text import tidy

_LONGEST = 220_000  # bytes of a sheet's list, which leaves room for all else in 256 KB
_CHART = 24  # months
_MONTHS = 12  # that a theme's page leads to, beside its years


class ThemeRow(NamedTuple):
    """A theme among all themes."""

    id: str
    label: str
    about: str
    recent: str  # papers in the last 12 weeks
    share: str  # of all papers then
    total: str  # papers of all years
    line: Sparkline  # papers by week


class Span(NamedTuple):
    """A year or a month with papers of a theme."""

    name: str
    url: str  # from the page
    size: str
    share: str  # of all papers


def themes_index(
    env: jinja2.Environment,
    look: Look,
    *,
    years: Mapping[int, YearTotal],
    tallies: Mapping[dt.date, Tally],
) -> str:
    """All themes with papers, those with most in the last 12 weeks first."""
    totals = Counter[str]()
    for year in years.values():
        totals.update(year.themes)
    weeks = by_week(tallies)
    recent = sum(weeks.values(), Counter[str]())
    everything = sum(recent.values())

    def row(theme: str) -> ThemeRow:
        numbers = [week[theme] for week in weeks.values()]
        told = ", ".join(f"{number:,}" for number in numbers)
        return ThemeRow(
            id=theme,
            label=theme_name(look, theme),
            about=tidy(look.about.get(theme, "")),
            recent=plural(recent[theme], "paper"),
            share=percent(recent[theme], everything),
            total=f"{totals[theme]:,}",
            line=sparkline(numbers, f"Papers by week: {told}"),
        )

    order = sorted(totals, key=lambda theme: (-recent[theme], -totals[theme], theme))
    page = site_page(
        env,
        look,
        "archive/themes.html.j2",
        "themes/index.html",
        weeks=WEEKS,
        rows=[row(theme) for theme in order if recent[theme]],
        earlier=[row(theme) for theme in order if not recent[theme] and totals[theme]],
    )
    return "".join(page)


def theme_page(
    env: jinja2.Environment,
    look: Look,
    theme: str,
    *,
    months: Mapping[dt.date, tuple[int, int]],
    years: Mapping[int, YearTotal],
    newest: Sequence[Dated],
) -> str:
    """A theme: what it is, its share of all papers by month, its newest papers, its years.

    `months` have, by their first days, the theme's papers and all papers; `newest` come newest
    first.
    """
    spans = [
        _span(f"{number}", f"{number:04}/", year.themes.get(theme, 0), year.size)
        for number, year in sorted(years.items(), reverse=True)
        if year.themes.get(theme)
    ]
    page = site_page(
        env,
        look,
        "archive/theme.html.j2",
        f"themes/{theme}/index.html",
        theme=theme,
        label=theme_name(look, theme),
        about=tidy(look.about.get(theme, "")),
        total=plural(sum(year.themes.get(theme, 0) for year in years.values()), "paper"),
        chart=share_by_month(months, max(months), _CHART) if months else None,
        days=by_day(newest),
        months=_months(months, "%Y/%m/")[:_MONTHS],
        years=spans,
    )
    return "".join(page)


def theme_year(
    env: jinja2.Environment,
    look: Look,
    theme: str,
    number: int,
    months: Mapping[dt.date, tuple[int, int]],
) -> str:
    """A theme's months of one year; `months` as for `theme_page`."""
    page = site_page(
        env,
        look,
        "archive/theme-year.html.j2",
        f"themes/{theme}/{number:04}/index.html",
        label=theme_name(look, theme),
        number=number,
        total=plural(sum(papers for papers, _ in months.values()), "paper"),
        chart=share_by_month(months, dt.date(number, 12, 1), 12),
        months=_months(months, "%m/"),
    )
    return "".join(page)


def theme_month(
    env: jinja2.Environment, look: Look, theme: str, first: dt.date, lines: Sequence[Dated]
) -> list[str]:
    """The sheets of a theme's papers of a month, in their order, each under 256 KB.

    `first` is the month's first day. The files' names are those of `sheet_name`.
    """
    sheets = sheets_of(by_day(lines), _LONGEST)
    folder = f"themes/{theme}/{first:%Y/%m}/"
    return [
        "".join(
            site_page(
                env,
                look,
                "archive/theme-month.html.j2",
                folder + sheet_name(number),
                label=theme_name(look, theme),
                first=first,
                total=plural(len(lines), "paper"),
                days=days,
                sheet=number,
                sheets=[sheet_name(one) for one in range(1, len(sheets) + 1)],
            )
        )
        for number, days in enumerate(sheets, 1)
    ]


def _months(months: Mapping[dt.date, tuple[int, int]], form: str) -> list[Span]:
    """The months with papers of a theme, newest first; `form` is the way to the folder of each."""
    return [
        _span(f"{first:%B %Y}", format(first, form), *months[first])
        for first in sorted(months, reverse=True)
        if months[first][0]
    ]


def _span(name: str, folder: str, papers: int, everything: int) -> Span:
    return Span(name, f"{folder}index.html", f"{papers:,}", percent(papers, everything))
