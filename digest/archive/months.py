"""What a site says of months, weeks and years: as much of it as new editions change."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from digest.archive.works import Works
from digest.model.catalogue import Line
from digest.render.calendar_pages import month_page, year_page
from digest.render.charts import monday
from digest.render.look import sheet_name
from digest.render.sitemap import year_sitemap
from digest.render.theme_pages import theme_month, theme_year
from digest.render.top_pages import Period, month_of, most_upvoted, top_page, week_of

Dated = tuple[dt.date, Line]


class Months:
    """The pages of months, weeks and years in one building of a site."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._find = works.catalogues

    def write(
        self, touched: Mapping[dt.date, Sequence[dt.date]], began: Collection[dt.date]
    ) -> None:
        """Write what changes with these new dates of months, of which some had none before.

        Months go by their first days.
        """
        for first in touched:
            self._write_themes_of_month(first)
        for number in sorted({first.year for first in touched}):
            self._write_themes_of_year(number, touched)
        for first in sorted({*touched, *self._beside(began)}):
            self._write_month(first)
        for number in sorted(self._years(touched)):
            self._write_year(number)
        for week in sorted(self._weeks(touched)):
            self._write_week(week)

    def _beside(self, months: Iterable[dt.date]) -> Iterator[dt.date]:
        """The months with editions just before and after some."""
        for first in months:
            yield from filter(None, self._around(first))

    def _around(self, first: dt.date) -> tuple[dt.date | None, dt.date | None]:
        return next(self._find.earlier(first), None), next(self._find.later(first), None)

    def _write_month(self, first: dt.date) -> None:
        works, (before, after) = self._works, self._around(first)
        month = self._find.month(first)
        page = month_page(works.env, works.look, first, month, before=before, after=after)
        works.folder.put(f"{first:%Y/%m}/index.html", page)
        lines = [(day.date, line) for day in month.days for line in day.lines]
        self._write_top(
            month_of(first),
            lines,
            month_of(before) if before else None,
            month_of(after) if after else None,
        )

    def _write_top(
        self, period: Period, lines: Iterable[Dated], before: Period | None, after: Period | None
    ) -> None:
        works, ranked = self._works, most_upvoted(lines)
        page = top_page(works.env, works.look, period, ranked, before=before, after=after)
        works.folder.put(f"top/{period.folder}/index.html", page)

    def _weeks(self, touched: Mapping[dt.date, Sequence[dt.date]]) -> set[dt.date]:
        """The weeks of new editions and those beside them, by their Mondays."""
        found = {monday(date) for dates in touched.values() for date in dates}
        beside = {one for week in found for one in self._weeks_around(week) if one}
        return found | beside

    def _weeks_around(self, week: dt.date) -> tuple[dt.date | None, dt.date | None]:
        before = self._find.before(week)
        after = self._find.after(week + dt.timedelta(days=6))
        return before and monday(before), after and monday(after)

    def _write_week(self, week: dt.date) -> None:
        before, after = self._weeks_around(week)
        self._write_top(
            week_of(week),
            self.week(week),
            week_of(before) if before else None,
            week_of(after) if after else None,
        )

    def week(self, first: dt.date) -> list[Dated]:
        """The papers of a week, which goes by its Monday."""
        dates = [first + dt.timedelta(days=ago) for ago in range(7)]
        firsts = dict.fromkeys(date.replace(day=1) for date in dates)
        days = [day for first in firsts for day in self._find.month(first).days]
        return [(day.date, line) for day in days if day.date in dates for line in day.lines]

    def _years(self, touched: Iterable[dt.date]) -> set[int]:
        """The years of new editions and those beside them."""
        numbers = {first.year for first in touched}
        beside = {one for number in numbers for one in self._years_around(number) if one}
        return numbers | beside

    def _years_around(self, number: int) -> tuple[int | None, int | None]:
        years = self._find.years()
        before = max((one for one in years if one < number), default=None)
        return before, min((one for one in years if one > number), default=None)

    def _write_year(self, number: int) -> None:
        works, (before, after) = self._works, self._years_around(number)
        year = self._find.year(number)
        page = year_page(works.env, works.look, number, year, before=before, after=after)
        works.folder.put(f"{number}/index.html", page)
        if works.look.base_url:
            works.folder.put(f"{number}/sitemap.xml", year_sitemap(works.look, number, year))

    def _write_themes_of_month(self, first: dt.date) -> None:
        works = self._works
        by_theme: dict[str, list[Dated]] = {}
        for day in self._find.month(first).days:
            for line in day.lines:
                by_theme.setdefault(line.theme, []).append((day.date, line))
        for theme, lines in by_theme.items():
            sheets = theme_month(works.env, works.look, theme, first, lines)
            for number, page in enumerate(sheets, 1):
                works.folder.put(f"themes/{theme}/{first:%Y/%m}/{sheet_name(number)}", page)

    def _write_themes_of_year(self, number: int, touched: Iterable[dt.date]) -> None:
        """Write the themes' pages of a year, of those with papers in some months."""
        works, months = self._works, self._find.months(number)
        themes = {theme for first in touched if first.year == number for theme in months[first]}
        for theme in sorted(themes):
            page = theme_year(works.env, works.look, theme, number, shares(months, theme))
            works.folder.put(f"themes/{theme}/{number}/index.html", page)


def shares(months: Mapping[dt.date, Counter[str]], theme: str) -> dict[dt.date, tuple[int, int]]:
    """The months with papers of a theme: how many, and of how many."""
    return {
        first: (papers[theme], papers.total()) for first, papers in months.items() if papers[theme]
    }
