"""All that is kept of a newsletter as an export's lines, of one moment and with flat memory."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from typing import Any

import msgspec

from digest.errors import StoreError
from digest.store import lines
from digest.store.database import RESTORE
from digest.store.lines import Line
from digest.store.session import Connection, Session
from digest.store.tables import AFTER, BEFORE, EVERY, OF_EDITIONS, Table
from digest.store.times import from_day

_EDITIONS = """
SELECT id, period, date, published_at, sha256 FROM edition WHERE newsletter = ? ORDER BY id
"""
_SHOWN = """
SELECT paper FROM seen WHERE newsletter = ? UNION
SELECT paper FROM sighting WHERE newsletter = ? UNION
SELECT paper FROM revision WHERE newsletter = ?
"""
_PAPERS = f"SELECT id, key, version FROM paper WHERE id IN ({_SHOWN}) ORDER BY id"  # noqa: S608 - our own words
_KEYS = 'SELECT paper, key FROM alias ORDER BY paper, key COLLATE "C"'
_SEEN = "SELECT paper, edition FROM seen WHERE newsletter = ? ORDER BY paper"
_SIGHTINGS = """
SELECT paper, (SELECT name FROM source WHERE source.id = sighting.source), first, last
FROM sighting WHERE newsletter = ? ORDER BY paper
"""
_REVISIONS = """
SELECT paper, version, title, url, edition FROM revision WHERE newsletter = ? ORDER BY paper
"""


def newsletters(session: Session) -> list[str]:
    """The newsletters that a database knows."""
    with session.reading() as connection:
        return [slug for (slug,) in connection.rows("SELECT slug FROM newsletter ORDER BY id")]


def exported(
    session: Session,
    slugs: Iterable[str],
    at: dt.datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[bytes]:
    """The lines of newsletters, one after another, as all of them are at one moment.

    Raises StoreError where an edition was changed since it was frozen.
    """
    with session.reading() as connection:
        connection.place.steady(connection.raw)
        for slug in slugs:
            yield from _told(_Newsletter(connection, slug), at, progress)


def _told(
    newsletter: _Newsletter, at: dt.datetime, progress: Callable[[str], None]
) -> Iterator[bytes]:
    """The lines, with the count and the hash of them at the end."""
    hashed, number = hashlib.sha256(), 0
    head = newsletter.head(at)
    total = sum(head.counts.values())
    for number, line in enumerate(chain([head], newsletter.records())):
        text = lines.written(line)
        hashed.update(text)
        yield text
        if not number % 10_000:
            progress(f"{number:,} of {total:,} records")
    yield lines.written(lines.End(records=number, sha256=hashed.hexdigest()))


class _Newsletter:
    """A newsletter, within a transaction."""

    def __init__(self, connection: Connection, slug: str) -> None:
        self._connection = connection
        self._slug = slug
        ((self._id, self._asked),) = connection.rows(
            "SELECT id, asked FROM newsletter WHERE slug = ?", slug
        )
        self._editions = {
            id_: f"{period} {from_day(day)}"
            for id_, period, day, *_ in connection.rows(_EDITIONS, self._id)
        }

    def head(self, at: dt.datetime) -> lines.Head:
        """What there is, counted."""
        count = self._connection.value
        ids, editions = (self._id,) * 3, list(self._editions)
        counts = Counter(paper=int(count(f"SELECT count(*) FROM ({_SHOWN}) AS shown", *ids)))  # noqa: S608
        counts["edition"] = len(editions)
        for table in EVERY:
            if table in OF_EDITIONS:
                sql = table.number.replace("= ?", "= ANY (?)")
                counts[table.name] += int(count(sql, editions))
            else:
                counts[table.name] += int(count(table.number, self._id))
        return lines.Head(
            format=lines.FORMAT,
            newsletter=self._slug,
            at=at.isoformat(),
            asked=self._asked,
            last_reader=self._connection.place.last_reader(self._connection.raw),
            counts=counts,
        )

    def records(self) -> Iterator[Line]:
        """All of it; what others speak of comes before them."""
        for row in self._connection.rows(_EDITIONS, self._id):
            yield self._edition(*row)
        yield from self._papers()
        for table in BEFORE:
            yield from self._rows(table)
        for id_, name in self._editions.items():
            for table in OF_EDITIONS:
                yield from self._of_edition(table, id_, name)
        for table in AFTER:
            yield from self._rows(table)

    def _edition(self, id_: int, period: str, day: int, at: int, sha256: str) -> lines.Edition:
        document = self._connection.place.document(self._connection.raw, id_)
        if hashlib.sha256(document).hexdigest() != sha256:
            raise StoreError(
                f"the stored edition of {self._slug} of {from_day(day)} is damaged: {RESTORE}"
            )
        return lines.Edition(
            period=period,
            date=from_day(day).isoformat(),
            published_at=at,
            sha256=sha256,
            document=msgspec.Raw(document),
        )

    def _papers(self) -> Iterator[lines.Paper]:
        keys = _Beside(self._stream(_KEYS))
        seen = _Beside(self._stream(_SEEN, self._id))
        sightings = _Beside(self._stream(_SIGHTINGS, self._id))
        revisions = _Beside(self._stream(_REVISIONS, self._id))
        for id_, key, version in self._stream(_PAPERS, *(self._id,) * 3):
            shown = [self._editions[edition] for (edition,) in seen.of(id_)]
            risen = [self._revision(*row) for row in revisions.of(id_)]
            yield lines.Paper(
                keys=[key, *(other for (other,) in keys.of(id_) if other != key)],
                version=version,
                edition=shown[0] if shown else "",
                sightings=sorted(tuple(row) for row in sightings.of(id_)),
                revision=risen[0] if risen else None,
            )

    def _revision(
        self, version: int, title: str, url: str | None, edition: int | None
    ) -> lines.Revision:
        told = "" if edition is None else self._editions[edition]
        return lines.Revision(version=version, title=title, url=url, edition=told)

    def _rows(self, table: Table) -> Iterator[Line]:
        make = table.line
        return (make(*row) for row in self._stream(table.rows, self._id))

    def _of_edition(self, table: Table, id_: int, name: str) -> Iterator[Line]:
        make = table.line
        return (make(name, *row[1:]) for row in self._stream(table.rows, id_))

    def _stream(self, sql: str, *values: object) -> Iterator[Any]:
        place = self._connection.place
        return place.stream(self._connection.raw, place.spelled(sql), values)


class _Beside:
    """Rows in the order of papers, read beside them, each paper's once."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._groups = groupby(rows, key=lambda row: row[0])
        self._next = next(self._groups, None)

    def of(self, paper: int) -> list[tuple[Any, ...]]:
        """The rest of the rows of a paper, which is after those asked for before."""
        while self._next and self._next[0] < paper:
            self._next = next(self._groups, None)
        if not self._next or self._next[0] > paper:
            return []
        return [row[1:] for row in self._next[1]]
