"""Writing the site: loaded only when there is an edition to write, as rendering is slow to load.

    edition.md, index.html, staged edition.json  ->  index.html, feed.xml  ->  edition.json

An edition's JSON is put in its place last: where it stands, all the rest does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import msgspec

from digest import render
from digest.archive.files import stage, write
from digest.document import thaw
from digest.errors import ConfigError, DigestError
from digest.failpoint import failpoint
from digest.model.editions import Edition, FrozenEdition

if TYPE_CHECKING:
    from digest.archive.site import Site

IN_FEED = 30


@dataclass(slots=True)
class _Shelf:
    """What the list and the feed need to know of all editions."""

    listed: dict[dt.date, render.Listed] = field(default_factory=dict)
    newest: dict[dt.date, Edition] = field(default_factory=dict)

    def put(self, edition: Edition) -> None:
        self.listed[edition.date] = render.listed(edition)
        self.newest[edition.date] = edition
        if len(self.newest) > IN_FEED:
            del self.newest[min(self.newest)]


class Building:
    """One building of a site."""

    def __init__(self, site: Site, env: jinja2.Environment) -> None:
        self._site = site
        self._env = env

    def build(self, editions: Iterable[FrozenEdition]) -> None:
        """What `Site.build` promises; raises OSError where the disk refuses."""
        shelf = self._read()
        staged = [
            (partial, file)
            for frozen in editions
            for partial, file in self._write_edition(frozen, shelf)
        ]
        if not shelf.listed:
            return
        self._write_lists(shelf)
        for partial, file in staged:
            partial.replace(file)

    def _read(self) -> _Shelf:
        shelf = _Shelf()
        for date in self._site.held():
            file = self._site.folder(date) / "edition.json"
            try:
                shelf.put(thaw(file.read_text("utf-8")).edition)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise DigestError(
                    f"archive: {file} is damaged; delete it, and `digest run` writes it again"
                ) from None
        return shelf

    def _write_edition(self, frozen: FrozenEdition, shelf: _Shelf) -> Iterator[tuple[Path, Path]]:
        """Write an edition's files but its JSON, which is staged."""
        edition = frozen.edition
        for other in shelf.newest.values():
            if other.newsletter != edition.newsletter:
                raise ConfigError(
                    [
                        f"archive.path: {self._site.path} holds the editions of"
                        f" {other.newsletter!r}; give {edition.newsletter!r} a folder of its own"
                    ]
                )
        folder = self._site.folder(edition.date)
        write(
            folder / "edition.md",
            render.markdown(self._env, edition, site=self._site.base_url).encode(),
        )
        failpoint("mid-archive")
        write(
            folder / "index.html",
            render.edition_page(self._env, edition, site=self._site.base_url).encode(),
        )
        file = folder / "edition.json"
        partial = stage(file, frozen.document.encode())
        if partial:
            yield partial, file
        shelf.put(edition)

    def _write_lists(self, shelf: _Shelf) -> None:
        listed = [shelf.listed[date] for date in sorted(shelf.listed, reverse=True)]
        newest = [shelf.newest[date] for date in sorted(shelf.newest, reverse=True)]
        title, site = self._site.title, self._site.base_url
        index = render.index_page(self._env, listed, title=title)
        write(self._site.path / "index.html", index.encode())
        feed = render.feed(self._env, newest, title=title, site=site)
        write(self._site.path / "feed.xml", feed.encode())
