"""Transactions over the DB-API. Every statement is written once, for both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from digest.store.database import Database


class Connection:
    """A connection within a transaction.

    Its statements are PostgreSQL's, but that a `?` stands for a value; `= ANY (?)` compares with
    a list of values, which travel as one however many.
    """

    def __init__(self, place: Database, raw: Any) -> None:
        self.place = place
        self.raw = raw

    def execute(self, sql: str, *values: object) -> Any:
        """The DB-API cursor of a statement."""
        return self.raw.execute(self.place.spelled(sql), self.place.sent(values))

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of an answer."""
        return list(self.execute(sql, *values).fetchall())

    def value(self, sql: str, *values: object) -> Any:
        """The first value of an answer, or None."""
        row = self.execute(sql, *values).fetchone()
        return row[0] if row else None

    def each(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement for each row of values; they are no lists."""
        self.raw.cursor().executemany(self.place.spelled(sql), rows)

    def pour(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Add rows to a table, however many."""
        self.place.pour(self.raw, table, columns, rows)

    def alone(self) -> None:
        """Wait until no other transaction that called this is under way.

        Without it, two transactions could each make a row for the same paper.
        """
        self.place.alone(self.raw)


class Session:
    """Connections to one database. Its errors come out as StoreError."""

    def __init__(self, place: Database) -> None:
        self.place = place
        self._idle: list[Any] = []

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed at the end, undone by any exception."""
        with self._transaction(writes=True) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        while self._idle:
            self._idle.pop().close()

    def overwrite(self) -> None:
        """Leave nothing of what was erased in a journal of the database's."""
        try:
            raw = self._connection()
            self.place.overwrite(raw)
            self._idle.append(raw)
        except self.place.errors as error:
            raise self.place.trouble(error) from error

    def _connection(self) -> Any:
        with suppress(IndexError):  # another thread may take the last idle one
            return self._idle.pop()
        return self.place.connect()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with self.place.queue() if writes else nullcontext():
            yield from self._within(writes=writes)

    def _within(self, *, writes: bool) -> Iterator[Connection]:
        try:
            raw = self._connection()
            try:
                self.place.begin(raw, writes=writes)
                yield Connection(self.place, raw)
                raw.commit()
            except BaseException:
                raw.close()  # which undoes what is not committed
                raise
            self._idle.append(raw)
        except self.place.errors as error:
            raise self.place.trouble(error) from error
