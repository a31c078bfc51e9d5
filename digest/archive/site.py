"""The static site: a page, Markdown and JSON for each edition, a list of all, a feed.

    edition.md, index.html, staged edition.json  ->  index.html, feed.xml  ->  edition.json

An edition's JSON is put in its place last: where it stands, all the rest does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest import render
from digest.archive.files import stage, write
from digest.document import thaw
from digest.errors import ConfigError, DigestError
from digest.failpoint import failpoint
from digest.model import Edition, FrozenEdition

if TYPE_CHECKING:
    import jinja2

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


class Site:
    """The port's Archive in a folder, for one newsletter.

    `base_url` is the site's address without a trailing slash, or ""; links inside the site are
    relative and need none.
    """

    def __init__(self, path: Path, env: jinja2.Environment, *, title: str, base_url: str) -> None:
        self._path = path
        self._env = env
        self._title = title
        self._url = base_url

    def build(self, editions: Iterable[FrozenEdition]) -> None:
        """Write the pages of these editions, then the list and the feed of all on the site.

        Raises ConfigError where the folder is another newsletter's, and DigestError where a
        file cannot be read or written.
        """
        with self._blamed():
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

    def has(self, date: dt.date) -> bool:
        """Whether all that the site says of that date's edition is there."""
        folder = self._folder(date)
        files = (
            folder / "edition.json",
            folder / "edition.md",
            folder / "index.html",
            self._path / "index.html",
            self._path / "feed.xml",
        )
        return all(file.is_file() for file in files)

    def dates(self) -> list[dt.date]:
        """The dates whose editions the site holds whole, oldest first."""
        return [date for date in self._dates() if self.has(date)]

    def _dates(self) -> list[dt.date]:
        found = []
        for file in self._path.glob("*/*/*/edition.json"):
            name = file.parent.relative_to(self._path).as_posix()
            with suppress(ValueError):  # a folder of the user's that names no day
                found.append(dt.datetime.strptime(name + "Z", "%Y/%m/%d%z").date())
        return sorted(found)

    def _folder(self, date: dt.date) -> Path:
        return self._path / f"{date:%Y/%m/%d}"

    def _read(self) -> _Shelf:
        shelf = _Shelf()
        for date in self._dates():
            file = self._folder(date) / "edition.json"
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
                        f"archive.path: {self._path} holds the editions of {other.newsletter!r};"
                        f" give {edition.newsletter!r} a folder of its own"
                    ]
                )
        folder = self._folder(edition.date)
        write(
            folder / "edition.md",
            render.markdown(self._env, edition, site=self._url).encode(),
        )
        failpoint("mid-archive")
        write(
            folder / "index.html",
            render.edition_page(self._env, edition, site=self._url).encode(),
        )
        file = folder / "edition.json"
        partial = stage(file, frozen.document.encode())
        if partial:
            yield partial, file
        shelf.put(edition)

    def _write_lists(self, shelf: _Shelf) -> None:
        listed = [shelf.listed[date] for date in sorted(shelf.listed, reverse=True)]
        newest = [shelf.newest[date] for date in sorted(shelf.newest, reverse=True)]
        title, site = self._title, self._url
        index = render.index_page(self._env, listed, title=title)
        write(self._path / "index.html", index.encode())
        feed = render.feed(self._env, newest, title=title, site=site)
        write(self._path / "feed.xml", feed.encode())

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        """Say which folder the disk refuses."""
        try:
            yield
        except OSError as error:
            raise DigestError(
                f"archive.path: {self._path} cannot be written: {error.strerror}; check the folder"
                " and the disk"
            ) from error
