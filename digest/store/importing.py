"""An export's lines become rows again, in a database that does not know the newsletter.

Ids are given anew, but readers keep theirs, by which bounces know them, where no other reader of
the database can have them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from msgspec.structs import astuple

from digest.document import thaw
from digest.errors import StoreError
from digest.failpoint import failpoint
from digest.model.readers import Frequency
from digest.store import lines, searches
from digest.store.entering import source_ids
from digest.store.lines import Line
from digest.store.paper_lines import enter_papers
from digest.store.preferences import intern
from digest.store.session import Connection
from digest.store.tables import ALL, Table
from digest.store.times import to_day

_BATCH = 5_000  # lines
_USUAL = "{}"  # preferences that say nothing
_FEW = 20  # of editions, which are long
_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_ASKED = "UPDATE newsletter SET asked = ? WHERE id = ?"
_ADD_EDITION = """
INSERT INTO edition (newsletter, period, date, published_at, document, sha256)
VALUES (?, ?, ?, ?, '', ?) RETURNING id
"""
_CHANNELS = "SELECT name, id FROM channel WHERE newsletter = ?"
_ADD_CHANNEL = "INSERT INTO channel (newsletter, name) VALUES (?, '') RETURNING id"
_FORGET_CHANNEL = "DELETE FROM channel WHERE id = ?"
_HIGHEST = "SELECT coalesce(max(id), 0) FROM reader"


def imported(
    connection: Connection,
    texts: Iterable[bytes],
    only: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, dict[str, int]]:
    """Take in the newsletters of an export, within a transaction that writes.

    Returns how many records of each kind each had, by its slug. Raises StoreError where a line
    makes no sense or is missing, where the database has the newsletter, or where there is another
    than `only`.
    """
    connection.alone()
    told: dict[str, dict[str, int]] = {}
    rest = _Reading(texts)
    for head in rest.heads():
        if only and head.newsletter != only:
            raise StoreError(
                f"it has the newsletter {head.newsletter}, and newsletter.slug says {only};"
                " change that, if it is the same newsletter"
            )
        told[head.newsletter] = head.counts
        newsletter = _Newsletter(connection, head)
        for batch in rest.batches():
            newsletter.enter(batch)
            progress(f"{rest.number:,} records")
        newsletter.finish()
        failpoint("mid-import")
    if not told:
        raise StoreError("there is nothing in it")
    return told


class _Reading:
    """The lines of a file, checked against what its heads and ends say."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._texts = iter(texts)
        self.number = 0
        self._counted: dict[str, int] = {}
        self._hashed = hashlib.sha256()
        self._ended = True

    def heads(self) -> Iterator[lines.Head]:
        """The heads of newsletters; what follows one is read by `batches` before the next."""
        for text in self._texts:
            self.number += 1
            head = lines.read(text, self.number)
            if not isinstance(head, lines.Head):
                raise StoreError(f"line {self.number} is no head of a newsletter")
            if head.format != lines.FORMAT:
                raise StoreError(
                    f"it has format {head.format}, and this program reads {lines.FORMAT}:"
                    " upgrade Papertide"
                )
            self._hashed = hashlib.sha256(text)
            yield head

    def batches(self) -> Iterator[list[Line]]:
        """The records up to the end of a newsletter, those of one kind together."""
        for kind, group in groupby(self._records(), key=type):
            while batch := list(islice(group, _FEW if kind is lines.Edition else _BATCH)):
                yield batch

    def _records(self) -> Iterator[Line]:
        first = self.number
        for text in self._texts:
            self.number += 1
            line = lines.read(text, self.number)
            if isinstance(line, lines.End):
                if (line.records, line.sha256) != (
                    self.number - first - 1,
                    self._hashed.hexdigest(),
                ):
                    raise StoreError("it was changed or lost lines since it was written")
                return
            self._hashed.update(text)
            yield line
        raise StoreError(f"it breaks off after line {self.number}")


class _Newsletter:
    """A newsletter that is being taken in."""

    def __init__(self, connection: Connection, head: lines.Head) -> None:
        self._connection = connection
        connection.execute(_ADD_NEWSLETTER, head.newsletter)
        self._id = connection.value("SELECT id FROM newsletter WHERE slug = ?", head.newsletter)
        self._must_be_blank(head.newsletter)
        connection.execute(_ASKED, head.asked, self._id)
        taken = connection.value(_HIGHEST)
        self._later = max(taken, head.last_reader) if taken else 0
        self._last_reader = head.last_reader + self._later
        self._editions: dict[str, int] = {}
        self._gone: dict[int, int] = {}  # channels, by the numbers that lines have for them

    def _must_be_blank(self, slug: str) -> None:
        of_newsletter = [table for table in ALL.values() if table.is_of_newsletter]
        for name in ("edition", "sighting", *(table.name for table in of_newsletter)):
            sql = f"SELECT 1 FROM {name} WHERE newsletter = ? LIMIT 1"  # noqa: S608 - our own names
            if self._connection.value(sql, self._id):
                raise StoreError(
                    f"{self._connection.place.name} has the newsletter {slug} already; an import"
                    " needs a database without it: name another in state.url"
                )

    def enter(self, batch: Sequence[Any]) -> None:
        """Take in records of one kind. Raises StoreError where they do not fit together."""
        kind = type(batch[0])
        try:
            if kind is lines.Edition:
                for line in batch:
                    self._add_edition(line)
            elif kind is lines.Paper:
                enter_papers(self._connection, self._id, batch, self._editions)
            else:
                self._add_rows(ALL[kind], batch)
        except KeyError as error:
            raise StoreError(f"it speaks of {error}, of which it does not tell") from None

    def finish(self) -> None:
        """Let no later reader be taken for an earlier one."""
        self._connection.place.keep_readers(self._connection.raw, self._last_reader)

    def _add_edition(self, line: lines.Edition) -> None:
        document = bytes(line.document)
        frozen = thaw(document)
        edition, name = frozen.edition, f"{line.period} {line.date}"
        if frozen.sha256 != line.sha256 or f"{edition.period} {edition.date}" != name:
            raise StoreError(f"the edition {name} is not as it was frozen")
        day = to_day(edition.date)
        place, values = self._connection.place, (line.period, day, line.published_at, line.sha256)
        id_ = self._connection.value(_ADD_EDITION, self._id, *values)
        place.put_document(self._connection.raw, id_, document)
        self._editions[name] = id_
        if line.period == Frequency.DAILY:
            searches.add(self._connection, self._id, edition)

    def _add_rows(self, table: Table, batch: Sequence[Line]) -> None:
        columns, ids = table.columns, self._ids(table, batch)
        rows = (
            [
                ids[name](value) if name in ids else value
                for name, value in zip(columns, row, strict=True)
            ]
            for row in map(astuple, batch)
        )
        if table.is_shared:
            self._connection.each(table.add_if_new, rows)
        elif table.is_of_newsletter:
            of = ((self._id, *row) for row in rows)
            self._connection.pour(table.name, ("newsletter", *columns), of)
        else:
            self._connection.pour(table.name, columns, rows)

    def _ids(self, table: Table, batch: Sequence[Any]) -> dict[str, Callable[[Any], Any]]:
        """What makes an id of a column's name."""
        makers: dict[str, Callable[[Any], Any]] = {}
        if "preference" in table.columns:
            known = intern(self._connection, {line.preference or _USUAL for line in batch})
            makers["preference"] = lambda document: known[document or _USUAL]
        if "source" in table.columns:
            sources = source_ids(self._connection, {line.source for line in batch})
            makers["source"] = sources.__getitem__
        if "edition" in table.columns:
            makers["edition"] = self._editions.__getitem__
        for name in {"reader", "id"} & set(table.columns):
            makers[name] = self._reader
        if table.line is lines.Delivery:
            channels = self._channels(batch)
            makers["reader"] = lambda whose: (
                self._reader(whose) if isinstance(whose, int) and whose > 0 else -channels[whose]
            )
        return makers

    def _channels(self, batch: Sequence[lines.Delivery]) -> dict[int | str, int]:
        """The ids of channels; those that are gone get some that no other will have."""
        numbers = {one.reader for one in batch if isinstance(one.reader, int) and one.reader < 0}
        for number in sorted(numbers - self._gone.keys(), reverse=True):
            self._gone[number] = self._connection.value(_ADD_CHANNEL, self._id)
            self._connection.execute(_FORGET_CHANNEL, self._gone[number])
        return {**dict(self._connection.rows(_CHANNELS, self._id)), **self._gone}

    def _reader(self, number: int | None) -> int | None:
        return None if number is None else number + self._later
