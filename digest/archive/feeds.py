"""The feeds of a site: the newest to subscribe to, and the older ones behind them (RFC 5005).

A month's editions, and each theme's papers of it, have a document of their own once a later month
has begun; an edition's papers always have. So what stands there changes no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice

from digest.archive.works import Works
from digest.model.catalogue import Item
from digest.render.feeds import (
    Channel,
    archived,
    atom,
    editions_channel,
    json_feed,
    opml,
    papers_channel,
    theme_channel,
)
from digest.render.look import day_folder

EDITIONS = 31  # as many as a month has: older ones are in documents of their own
PAPERS = 200  # of the newest editions, but one edition's at least
THEME_PAPERS = 50  # and all of the newest month with any


def write_papers_of(
    works: Works, date: dt.date, items: Sequence[Item], before: dt.date | None
) -> None:
    """Write the document of an edition's papers; `before` is the date of the edition before."""
    path = _papers_of(date)
    channel = papers_channel(works.look, works.newsletter)
    previous = _papers_of(before) if before else ""
    works.folder.put(path, archived(works.look, channel, items, path=path, previous=previous))


class Feeds:
    """The feeds in one building of a site. Months go by their first days."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._find = works.catalogues
        self._latest = next(self._find.dates()).replace(day=1)

    def write(self, touched: Collection[dt.date], began: Collection[dt.date]) -> None:
        """Write what new editions in some months change; some of these had none before."""
        closed = self._closed(touched, began)
        documents = {(first, theme) for first in closed for theme in self._find.themes(first)}
        for first in closed:
            self._write_month(first)
        for first, theme in sorted(documents | set(self._following(touched))):
            self._write_theme_month(theme, first)
        self._write_editions()
        self._write_papers()
        themes = {theme for first in {*touched, *closed} for theme in self._find.themes(first)}
        for theme in sorted(themes):
            self._write_theme(theme)
        if self._works.look.base_url:
            self._write_list()

    def _closed(self, touched: Collection[dt.date], began: Collection[dt.date]) -> list[dt.date]:
        """The months whose documents change: their own, or those before or after them do."""
        ways = (self._find.earlier, self._find.later)
        beside = (next(way(first), None) for first in began for way in ways)
        return sorted({*touched, *filter(None, beside)} - {self._latest})

    def _following(self, touched: Collection[dt.date]) -> Iterator[tuple[dt.date, str]]:
        """The themes' documents that come after those of some months, and name these."""
        for first in touched:
            for theme in self._find.themes(first):
                following = next(self._find.later(first, theme), self._latest)
                if following < self._latest:
                    yield following, theme

    def _write_month(self, first: dt.date) -> None:
        """Write the document of a month's editions, newest first."""
        works, path = self._works, _month_of("", first)
        before = next(self._find.earlier(first), None)
        self._write_archived(
            editions_channel(works.look, works.newsletter),
            [works.stock.entry(date).edition for date in self._find.of_month(first)],
            path,
            _month_of("", before) if before else "",
        )

    def _write_theme_month(self, theme: str, first: dt.date) -> None:
        """Write the document of a theme's papers of a month, newest first."""
        works = self._works
        before = next(self._find.earlier(first, theme), None)
        self._write_archived(
            theme_channel(works.look, works.newsletter, theme),
            list(self._papers(theme, first)),
            _month_of(f"themes/{theme}/", first),
            _month_of(f"themes/{theme}/", before) if before else "",
        )

    def _write_archived(
        self, channel: Channel, items: Sequence[Item], path: str, previous: str
    ) -> None:
        look = self._works.look
        document = archived(look, channel, items, path=path, previous=previous)
        self._works.folder.put(path, document)

    def _write_editions(self) -> None:
        works = self._works
        closed = next(self._find.earlier(self._latest), None)
        self._write_current(
            editions_channel(works.look, works.newsletter),
            [works.stock.entry(date).edition for date in islice(self._find.dates(), EDITIONS)],
            _month_of("", closed) if closed else "",
        )

    def _write_papers(self) -> None:
        """Write the papers of the newest editions, and name the document of the one before."""
        works, items = self._works, list[Item]()
        dates = self._find.dates()
        before = next(dates, None)
        while before:
            papers = works.stock.entry(before).papers
            if items and len(items) + len(papers) > PAPERS:
                break
            items += papers
            before = next(dates, None)
        channel = papers_channel(works.look, works.newsletter)
        self._write_current(channel, items, _papers_of(before) if before else "")

    def _write_theme(self, theme: str) -> None:
        """Write a theme's newest papers, and name the newest document of a month that is over."""
        works = self._works
        months = self._find.earlier(dt.date.max, theme)
        newest, before = next(months), next(months, None)
        items = list(self._papers(theme, newest))
        if before and len(items) < THEME_PAPERS:
            items += islice(self._papers(theme, before), THEME_PAPERS - len(items))
        closed = newest if newest < self._latest else before
        self._write_current(
            theme_channel(works.look, works.newsletter, theme),
            items,
            _month_of(f"themes/{theme}/", closed) if closed else "",
        )

    def _write_current(self, channel: Channel, items: Sequence[Item], previous: str) -> None:
        look, folder = self._works.look, self._works.folder
        folder.put(f"{channel.stem}.xml", atom(look, channel, items, previous=previous))
        folder.put(f"{channel.stem}.json", json_feed(look, channel, items))

    def _papers(self, theme: str, first: dt.date) -> Iterator[Item]:
        """A theme's papers of a month, the newest edition's first."""
        dates = (
            date
            for date in self._find.of_month(first)
            if theme in self._find.year(date.year).days[date].themes
        )
        papers = chain.from_iterable(self._works.stock.entry(date).papers for date in dates)
        return (item for item in papers if item.theme == theme)

    def _write_list(self) -> None:
        look, newsletter = self._works.look, self._works.newsletter
        themes = {theme for year in self._find.site.years.values() for theme in year.themes}
        channels = [
            editions_channel(look, newsletter),
            papers_channel(look, newsletter),
            *(theme_channel(look, newsletter, theme) for theme in sorted(themes)),
        ]
        self._works.folder.put("feeds.opml", opml(look, channels))


def _papers_of(date: dt.date) -> str:
    return f"{day_folder(date)}/papers.xml"


def _month_of(folder: str, first: dt.date) -> str:
    return f"{folder}{first:%Y/%m}/feed.xml"
