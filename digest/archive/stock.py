"""What feeds say of each edition and its papers, kept beside it for the feeds to come.

The first of its two lines tells what it was made of, so that what is damaged, or would be made
otherwise today, is made anew from the edition.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jinja2
import msgspec

from digest import __version__
from digest.archive.files import write
from digest.model.catalogue import Item
from digest.model.editions import Edition
from digest.render.items import edition_item, paper_items, sources
from digest.render.look import Look, day_folder
from digest.render.shelf import Shelf

NAME = "entry.jsonl"
_AT_HAND = 70  # editions: two months


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An edition and its papers as feeds have them."""

    edition: Item
    papers: tuple[Item, ...]


class Stock:
    """The entries of a site. `read` gives an edition that the site holds."""

    def __init__(
        self,
        path: Path,
        env: jinja2.Environment,
        look: Look,
        read: Callable[[dt.date], Edition],
    ) -> None:
        self._path = path
        self._env = env
        self._look = look
        self._read = read
        made_of = f"{__version__} {look.base_url} {look.labels} {sources(env)}"
        self._made_of = hashlib.sha256(made_of.encode()).hexdigest().encode()
        self._at_hand: dict[dt.date, Entry] = {}  # the oldest first

    def put(self, edition: Edition, shelf: Shelf) -> Entry:
        """Make the entry of an edition, and keep it."""
        entry = Entry(
            edition=edition_item(self._env, self._look, edition, shelf=shelf),
            papers=tuple(paper_items(self._env, self._look, edition, shelf=shelf)),
        )
        document = msgspec.json.encode(entry)
        write(self._file(edition.date), self._mark(document) + b"\n" + document)
        return self._remembered(edition.date, entry)

    def entry(self, date: dt.date) -> Entry:
        """The entry of an edition that the site holds: as it was kept, else made anew."""
        if date in self._at_hand:
            return self._at_hand[date]
        try:
            mark, _, document = self._file(date).read_bytes().partition(b"\n")
        except FileNotFoundError:
            mark = document = b""
        if mark == self._mark(document):
            return self._remembered(date, msgspec.json.decode(document, type=Entry))
        edition = self._read(date)
        return self.put(edition, Shelf(edition))

    def _remembered(self, date: dt.date, entry: Entry) -> Entry:
        if len(self._at_hand) >= _AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
        self._at_hand[date] = entry
        return entry

    def _file(self, date: dt.date) -> Path:
        return self._path / day_folder(date) / NAME

    def _mark(self, document: bytes) -> bytes:
        return f'"{hashlib.sha256(self._made_of + document).hexdigest()}"'.encode()
