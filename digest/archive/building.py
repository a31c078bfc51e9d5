"""Writing the site: loaded only when there is an edition to write, as rendering is slow to load.

    edition.md, index.html, entry.xml, staged edition.json
      ->  index.html, feed.xml  ->  edition.json

An edition's entry is kept for the feeds to come, of whose entries only one is new. Its first line
tells what it was made of, so that one that is damaged, or would be made otherwise today, is made
anew.

An edition's JSON is put in its place last: where it stands, all the rest does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import jinja2

from digest import __version__, render
from digest.archive.files import stage, write
from digest.document import outline, thaw
from digest.errors import ConfigError, DigestError
from digest.failpoint import failpoint
from digest.model.editions import Edition, FrozenEdition

if TYPE_CHECKING:
    from digest.archive.site import Site

T = TypeVar("T")

IN_FEED = 30  # editions


class Building:
    """One building of a site. Of its editions it has one at a time in memory."""

    def __init__(self, site: Site, env: jinja2.Environment) -> None:
        self._site = site
        self._env = env
        self._listed = {date: self._outlined(date) for date in site.held()}

    def build(self, editions: Iterable[FrozenEdition]) -> None:
        """What `Site.build` promises; raises OSError where the disk refuses."""
        staged = dict(map(self._write_edition, editions))
        if not self._listed:
            return
        self._write_lists([self._listed[date] for date in sorted(self._listed, reverse=True)])
        for file, partial in staged.items():
            if partial:
                partial.replace(file)

    def _document(self, date: dt.date) -> Path:
        return self._site.folder(date) / "edition.json"

    def _outlined(self, date: dt.date) -> render.Listed:
        """What the list says of an edition that the site holds."""
        return render.listed(self._read(date, outline))

    def _read(self, date: dt.date, reader: Callable[[bytes], T]) -> T:
        """What a reader makes of the document of an edition that the site holds."""
        file = self._document(date)
        try:
            return reader(file.read_bytes())
        except ValueError:
            raise DigestError(
                f"archive: {file} is damaged; delete it, and `digest run` writes it again"
            ) from None

    def _check(self, newsletter: str) -> None:
        for other in self._listed.values():
            if other.newsletter != newsletter:
                raise ConfigError(
                    [
                        f"archive.path: {self._site.path} holds the editions of"
                        f" {other.newsletter!r}; give {newsletter!r} a folder of its own"
                    ]
                )

    def _write_edition(self, frozen: FrozenEdition) -> tuple[Path, Path | None]:
        """Write an edition's files but its JSON, which is staged where it differs; list it."""
        edition = frozen.edition
        self._check(edition.newsletter)
        folder = self._site.folder(edition.date)
        site = self._site
        files = render.edition_files(
            self._env, edition, site=site.base_url, subscribe=site.subscribe
        )
        write(folder / "edition.md", map(str.encode, files["edition.md"]))
        failpoint("mid-archive")
        write(folder / "index.html", map(str.encode, files["index.html"]))
        self._write_entry(edition)
        self._listed[edition.date] = render.listed(outline(frozen.document))
        file = self._document(edition.date)
        return file, stage(file, [frozen.document])

    def _write_entry(self, edition: Edition) -> str:
        entry = render.entry(self._env, edition, site=self._site.base_url)
        file = self._site.folder(edition.date) / "entry.xml"
        write(file, [f"{self._mark(entry)}\n{entry}".encode()])
        return entry

    def _entry(self, date: dt.date) -> str:
        """The entry of an edition whose document is there: as it was kept, else made anew."""
        try:
            kept = (self._site.folder(date) / "entry.xml").read_text("utf-8")
        except (OSError, ValueError):
            kept = ""
        mark, _, entry = kept.partition("\n")
        if mark == self._mark(entry):
            return entry
        return self._write_entry(self._read(date, thaw).edition)

    def _mark(self, entry: str) -> str:
        """The first line of an entry's file: a digest of it and of what it was made of."""
        return f"<!-- {hashlib.sha256((self._made_of + entry).encode()).hexdigest()} -->"

    @cached_property
    def _made_of(self) -> str:
        """What an entry depends on beside its edition."""
        return f"{__version__} {self._site.base_url} {render.entry_source(self._env)}"

    def _write_lists(self, listed: Sequence[render.Listed]) -> None:
        title, site = self._site.title, self._site.base_url
        index = render.index_page(self._env, listed, title=title, subscribe=self._site.subscribe)
        write(self._site.path / "index.html", [index.encode()])
        entries = [(line, self._entry(line.date)) for line in listed[:IN_FEED]]
        feed = render.feed(self._env, entries, title=title, site=site)
        write(self._site.path / "feed.xml", [feed.encode()])
