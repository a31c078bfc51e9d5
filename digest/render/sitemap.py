"""The site's pages for search engines: sitemaps (https://www.sitemaps.org/) and robots.txt. Pure.

A sitemap tells of pages in its own folder alone, at most 50,000 of them. So each year has its own,
which is short and, once the year is over, stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from digest.model.catalogue import Year
from digest.render.look import Look, address, day_folder

Dated = tuple[str, dt.date | None]  # a file's way from the root, and when it last changed

FRONT = "sitemap-front.xml"  # what is beside the years

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def year_sitemap(look: Look, number: int, year: Year) -> str:
    """The pages of a year, its months and its editions, of which it has one at least."""
    return _list("urlset", "url", look, _pages_of(number, year))


def front_sitemap(look: Look, themes: Iterable[str], newest: dt.date) -> str:
    """The pages that lead to all others; `newest` is the date of the newest edition."""
    pages: list[Dated] = [("index.html", newest), ("about/index.html", newest)]
    pages += [(f"{name}/index.html", newest) for name in ("themes", "top")]
    pages += [(f"themes/{theme}/index.html", None) for theme in sorted(themes)]
    return _list("urlset", "url", look, pages)


def sitemap_index(look: Look, years: Mapping[int, dt.date]) -> str:
    """The sitemaps of the site, with the date of each year's newest edition."""
    files: list[Dated] = [(FRONT, max(years.values(), default=None))]
    files += [(f"{number:04}/sitemap.xml", newest) for number, newest in sorted(years.items())]
    return _list("sitemapindex", "sitemap", look, files)


def robots(look: Look) -> str:
    """What robots may read, which is everything, and where the sitemaps are told, if they are."""
    index = address(look, "sitemap.xml")
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {index}\n" if index else "")


def _pages_of(number: int, year: Year) -> Iterator[Dated]:
    months = {date.replace(day=1): date for date in sorted(year.days)}  # and their last editions
    yield f"{number:04}/index.html", max(year.days)
    yield from ((f"{first:%Y/%m}/index.html", newest) for first, newest in months.items())
    yield from ((f"{day_folder(date)}/index.html", date) for date in sorted(year.days))


def _list(whole: str, part: str, look: Look, files: Iterable[Dated]) -> str:
    parts = "".join(
        f"<{part}><loc>{escape(address(look, path))}</loc>"
        f"{f'<lastmod>{changed}</lastmod>' if changed else ''}</{part}>\n"
        for path, changed in files
    )
    return f'{_HEAD}<{whole} xmlns="{_SCHEMA}">\n{parts}</{whole}>\n'
