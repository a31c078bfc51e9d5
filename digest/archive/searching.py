"""What a browser searches: the papers of a site in bundles, of which a new day changes one.

    search/bundles.json             which there are, newest first; written when they are there
    search/YYYY-MM-DD/              the papers from the edition of that date on
    search/engine/                  what searches them all: Pagefind's scripts and an empty index

A bundle has the papers of consecutive editions of a year, at most `MOST`, so making one anew takes
no more time or memory after ten years than after one. Files of an index are named after what they
say. Its entry, which leads to them, is replaced when they are there, and those that it led to
before are deleted then: whenever a build dies, the old index or the new one is whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import msgspec

from digest.archive import pagefind
from digest.archive.files import Folder, settle, write
from digest.failpoint import failpoint
from digest.model.catalogue import Tally, Year
from digest.model.editions import Edition
from digest.render.search_page import RECIPE, Record, records

MOST = 1000  # papers in a bundle: 3 s of CPU and 150 MB
NAME = "bundles.json"

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The papers of consecutive editions of one year."""

    name: str  # its folder: the date of its first edition
    until: str  # the date of its last
    months: dict[str, int]  # papers by "YYYY-MM"
    made_of: str  # a hash of the editions
    mark: str = ""  # a hash of its index

    @property
    def size(self) -> int:
        """How many papers it has."""
        return sum(self.months.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """What the site has to be searched."""

    made_by: str = ""  # Pagefind and our recipe; all bundles must be by the same
    bundles: tuple[Bundle, ...] = ()  # newest first


def planned(days: Mapping[dt.date, Tally]) -> list[Bundle]:
    """The bundles of a year's editions, oldest first: an edition more changes the last alone."""
    parts: list[list[dt.date]] = []
    room = 0
    for date in sorted(days):
        if not parts or days[date].size > room:
            parts.append([])
            room = MOST
        parts[-1].append(date)
        room -= days[date].size
    return [_bundle(dates, days) for dates in parts]


def _bundle(dates: list[dt.date], days: Mapping[dt.date, Tally]) -> Bundle:
    months: Counter[str] = Counter()
    for date in dates:
        months[f"{date:%Y-%m}"] += days[date].size
    editions = [(date.isoformat(), days[date].sha256) for date in dates]
    return Bundle(
        name=dates[0].isoformat(),
        until=dates[-1].isoformat(),
        months=dict(months),
        made_of=hashlib.sha256(json.dumps(editions).encode()).hexdigest(),
    )


class Searching:
    """The bundles of a site. `read` gives an edition that it holds."""

    def __init__(
        self,
        folder: Folder,
        read: Callable[[dt.date], Edition],
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._path = folder.path / "search"
        self._read = read
        self._progress = progress

    def update(
        self, sizes: Mapping[int, int], year: Callable[[int], Year], touched: Collection[int]
    ) -> None:
        """Index what is not indexed as it is, and delete what no edition has any more.

        `sizes` are the papers of each year of the site, `year` gives its catalogue, and in those
        `touched` an edition may be another than before. Raises DigestError and OSError.
        """
        made_by = f"pagefind {pagefind.version()}, {RECIPE}"
        kept = self._kept()
        by_name = {one.name: one for one in kept.bundles if kept.made_by == made_by}
        bundles = [
            self._made(bundle, by_name.get(bundle.name), year)
            for number, size in sizes.items()
            for bundle in _of_year(number, size, year, touched, by_name.values())
        ]
        bundles.sort(key=lambda one: one.name, reverse=True)
        settle()
        document = msgspec.json.encode(Bundles(made_by=made_by, bundles=tuple(bundles)))
        self._write(self._path / NAME, document)
        self._clear({bundle.name for bundle in bundles})

    def _kept(self) -> Bundles:
        """What the site has; nothing where that cannot be read, so that all is made anew."""
        try:
            return msgspec.json.decode((self._path / NAME).read_bytes(), type=Bundles)
        except (FileNotFoundError, ValueError):
            return Bundles()

    def _made(self, wanted: Bundle, kept: Bundle | None, year: Callable[[int], Year]) -> Bundle:
        """A bundle whose index stands in its folder."""
        folder = self._path / wanted.name
        if kept and kept.made_of == wanted.made_of and (folder / pagefind.ENTRY).is_file():
            return kept
        self._progress(f"archive: indexing {wanted.size} papers from {wanted.name} on")
        number = dt.date.fromisoformat(wanted.name).year
        dates = [date for date in year(number).days if wanted.name <= f"{date}" <= wanted.until]
        files = pagefind.index(chain.from_iterable(map(self._records, dates)))
        self._put(folder, {name: files[name] for name in files if name not in pagefind.SHARED})
        self._put(self._path / "engine", pagefind.empty(files))
        return replace(wanted, mark=hashlib.sha256(files[pagefind.ENTRY]).hexdigest()[:16])

    def _records(self, date: dt.date) -> Iterator[Record]:
        return records(self._read(date))

    def _put(self, folder: Path, files: pagefind.Files) -> None:
        """Put an index into its folder, in place of the one that is there."""
        for name in sorted(files.keys() - {pagefind.ENTRY}):
            self._write(folder / name, files[name])
        failpoint("mid-search")
        self._write(folder / pagefind.ENTRY, files[pagefind.ENTRY])
        _keep(folder, files)

    def _write(self, file: Path, content: bytes) -> None:
        self._folder.changed += write(file, content)

    def _clear(self, names: Collection[str]) -> None:
        """Delete the bundles with other names: those of a plan that is no more."""
        for folder in self._path.iterdir():
            if _DATE.fullmatch(folder.name) and folder.name not in names:
                self._folder.changed += _keep(folder, ())


def _keep(folder: Path, names: Collection[str]) -> int:
    """Delete the files of indexes in a bundle's folder but those named; how many these were."""
    found = sorted(folder.rglob("*"), reverse=True)  # what a folder holds comes before it
    ours = [file for file in found if file.suffix in pagefind.OURS or file.name == pagefind.ENTRY]
    gone = [file for file in ours if str(file.relative_to(folder)) not in names]
    for file in gone:
        file.unlink()
    for within in (*filter(Path.is_dir, found), folder):
        with suppress(OSError):  # it has other files
            within.rmdir()
    return len(gone)


def _of_year(
    number: int,
    size: int,
    year: Callable[[int], Year],
    touched: Collection[int],
    kept: Iterable[Bundle],
) -> list[Bundle]:
    """The bundles that a year should have: those that it has where nothing tells otherwise."""
    found = [one for one in kept if one.name.startswith(f"{number:04}-")]
    if number in touched or sum(one.size for one in found) != size:
        return planned(year(number).days)
    return found
