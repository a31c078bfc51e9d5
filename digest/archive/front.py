"""The site's front: home, the themes, what the site is and how machines find their way about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import islice

from digest.archive.months import Months, shares
from digest.archive.works import Works
from digest.model.catalogue import Day, Line, Tally
from digest.render.charts import WEEKS, monday
from digest.render.home_page import home
from digest.render.search_page import script, search_page
from digest.render.site_pages import about, not_found
from digest.render.sitemap import FRONT, front_sitemap, robots, sitemap_index
from digest.render.theme_pages import theme_page, themes_index
from digest.render.top_pages import month_of, most_upvoted, top_index, week_of

Dated = tuple[dt.date, Line]

_RECENT = 7  # editions that home names
_HEALTH = 30  # editions that tell how sources are
_MONTHS = 24  # of a theme's chart
_NEWEST = 30  # papers on a theme's page


class Front:
    """The front in one building of a site."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._find = works.catalogues
        self._years = works.catalogues.site.years

    def write(self, touched: Collection[dt.date], months: Months) -> None:
        """Write what changes with new editions in some months, which go by their first days."""
        works = self._works
        tallies = dict(self._tallies())
        days = self.days(_HEALTH)
        newest = works.read(days[0].date)
        pages = {
            "index.html": home(
                works.env,
                works.look,
                newest=newest,
                recent=days[:_RECENT],
                tallies=tallies,
                years=self._years,
            ),
            "themes/index.html": themes_index(
                works.env, works.look, years=self._years, tallies=tallies
            ),
            "about/index.html": about(works.env, works.look, days=days[::-1], years=self._years),
            "404.html": not_found(works.env, works.look),
            "top/index.html": self._top(days[0].date, months),
            "robots.txt": robots(works.look),
        }
        if works.look.search:
            pages["search/index.html"] = search_page(works.env, works.look)
            pages["search/search.js"] = script(works.env)
        for name, page in pages.items():
            works.folder.put(name, page)
        self._write_themes({first.year for first in touched})
        if works.look.base_url:
            self._write_sitemaps(days[0].date)

    def _write_sitemaps(self, newest: dt.date) -> None:
        look, folder = self._works.look, self._works.folder
        themes = {theme for year in self._years.values() for theme in year.themes}
        folder.put(FRONT, front_sitemap(look, themes, newest))
        changed = {number: year.last for number, year in self._years.items()}
        folder.put("sitemap.xml", sitemap_index(look, changed))

    def days(self, count: int) -> list[Day]:
        """The newest editions as their months' catalogues have them, newest first."""
        dates = list(islice(self._find.dates(), count))
        firsts = dict.fromkeys(date.replace(day=1) for date in dates)
        days = {day.date: day for first in firsts for day in self._find.month(first).days}
        return [days[date] for date in dates]

    def _tallies(self) -> Iterator[tuple[dt.date, Tally]]:
        """The editions of the last weeks as their years' catalogues have them."""
        dates = self._find.dates()
        newest = next(dates)
        began = monday(newest) - dt.timedelta(weeks=WEEKS - 1)
        for date in (newest, *islice(dates, 7 * WEEKS)):
            if date >= began:
                yield date, self._find.year(date.year).days[date]

    def _top(self, newest: dt.date, months: Months) -> str:
        days = self._find.month(newest.replace(day=1)).days
        lines = [(day.date, line) for day in days for line in day.lines]
        return top_index(
            self._works.env,
            self._works.look,
            week=(week_of(newest), most_upvoted(months.week(monday(newest)))),
            month=(month_of(newest), most_upvoted(lines)),
        )

    def _write_themes(self, years: Collection[int]) -> None:
        """Write the pages of the themes with papers in some years: their shares there change."""
        themes = {theme for number in years for theme in self._years[number].themes}
        last = {theme: list(islice(self._months_of(theme), _MONTHS)) for theme in themes}
        for theme in sorted(themes, key=lambda theme: (last[theme][0], theme)):
            works = self._works
            page = theme_page(
                works.env,
                works.look,
                theme,
                months=dict(self._shares(theme, last[theme])),
                years=self._years,
                newest=self._newest(theme, last[theme]),
            )
            works.folder.put(f"themes/{theme}/index.html", page)

    def _months_of(self, theme: str) -> Iterator[dt.date]:
        """The months with papers of a theme, newest first."""
        yield from self._find.earlier(dt.date.max, theme)

    def _shares(
        self, theme: str, firsts: Collection[dt.date]
    ) -> Iterator[tuple[dt.date, tuple[int, int]]]:
        """Some months' papers of a theme, and of all."""
        for number in {first.year for first in firsts}:
            for first, share in shares(self._find.months(number), theme).items():
                if first in firsts:
                    yield first, share

    def _newest(self, theme: str, firsts: Collection[dt.date]) -> list[Dated]:
        """The newest papers of a theme, whose months are given, newest first."""
        found: list[Dated] = []
        for first in firsts:
            for day in reversed(self._find.month(first).days):
                found += ((day.date, line) for line in day.lines if line.theme == theme)
            if len(found) >= _NEWEST:
                break
        return found[:_NEWEST]
