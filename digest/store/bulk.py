"""What both databases do with many rows at once, and how each gives room back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from digest.errors import StoreError

if TYPE_CHECKING:
    import psycopg

_STEP = 2_000  # pages given back at once, so that who writes meanwhile waits for a moment only
_cursors = count(1)


class Bulk(Protocol):
    """What a place for state does with many rows."""

    def steady(self, raw: Any) -> None:
        """Let a transaction that has just begun see the database as it is now, to its end."""

    def stream(self, raw: Any, sql: str, values: Sequence[object]) -> Iterator[Any]:
        """The rows of an answer, a few at a time, within a transaction."""

    def pour(
        self, raw: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Add rows to a table."""

    def last_reader(self, raw: Any) -> int:
        """The highest id that any reader ever had, or 0."""

    def keep_readers(self, raw: Any, last: int) -> None:
        """Let no new reader get an id up to `last`."""

    def give_back(self, raw: Any, tables: Iterable[str]) -> None:
        """Give back the room of rows that are no more, within no transaction.

        Raises StoreError where that itself needs more room than there is.
        """


class SqliteBulk:
    """As SQLite does it."""

    path: Path

    def steady(self, raw: sqlite3.Connection) -> None:
        """The first look fixes what is seen."""
        raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()

    def stream(self, raw: sqlite3.Connection, sql: str, values: Sequence[object]) -> Iterator[Any]:
        """Rows are read as they are asked for."""
        sent = [json.dumps(value) if isinstance(value, list) else value for value in values]
        return raw.execute(sql, sent)

    def pour(
        self,
        raw: sqlite3.Connection,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """One statement, for each row."""
        signs = ", ".join("?" * len(columns))
        into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({signs})"  # noqa: S608 - our names
        raw.executemany(into, rows)

    def last_reader(self, raw: sqlite3.Connection) -> int:
        """SQLite remembers it."""
        row = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = 'reader'").fetchone()
        return int(row[0]) if row else 0

    def keep_readers(self, raw: sqlite3.Connection, last: int) -> None:
        """Where SQLite remembers it."""
        if last > self.last_reader(raw):
            raw.execute("DELETE FROM sqlite_sequence WHERE name = 'reader'")
            raw.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('reader', ?)", (last,))

    def give_back(self, raw: sqlite3.Connection, tables: Iterable[str]) -> None:  # noqa: ARG002
        """Cut free pages off the file, a few at a time.

        A file made before it could do that is written anew, once; others wait meanwhile.
        """
        if raw.execute("PRAGMA auto_vacuum").fetchone()[0] == 0:
            self._write_anew(raw)
        while raw.execute("PRAGMA freelist_count").fetchone()[0]:
            raw.execute(f"PRAGMA incremental_vacuum({_STEP})").fetchall()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _write_anew(self, raw: sqlite3.Connection) -> None:
        free, size = shutil.disk_usage(self.path.parent).free, self.path.stat().st_size
        if free < 2 * size:  # a copy, and the journal of it
            raise StoreError(
                f"{self.path} gets no smaller: to write it anew, once, its disk needs"
                f" {2 * size / 1e6:,.0f} MB of room, and there are {free / 1e6:,.0f}"
            )
        raw.execute("PRAGMA auto_vacuum = INCREMENTAL")
        raw.execute("VACUUM")


class PostgresqlBulk:
    """As PostgreSQL does it."""

    def steady(self, raw: psycopg.Connection[Any]) -> None:
        """A transaction of its own kind; what is read is all of large tables."""
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        raw.execute("SET LOCAL enable_seqscan = on")

    def stream(
        self, raw: psycopg.Connection[Any], sql: str, values: Sequence[object]
    ) -> Iterator[Any]:
        """A cursor on the server, else the driver would fetch all."""
        with raw.cursor(name=f"stream{next(_cursors)}") as cursor:
            cursor.itersize = 2_000
            yield from cursor.execute(sql.replace("?", "%s").encode(), values)

    def pour(
        self,
        raw: psycopg.Connection[Any],
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """COPY, at several times the speed of statements."""
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with raw.cursor().copy(into.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def last_reader(self, raw: psycopg.Connection[Any]) -> int:
        """The sequence that ids come from remembers it."""
        sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM reader_id_seq"
        row = raw.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def keep_readers(self, raw: psycopg.Connection[Any], last: int) -> None:
        """In that sequence."""
        if last > self.last_reader(raw):
            raw.execute("SELECT setval('reader_id_seq', %s)", (last,))

    def give_back(self, raw: psycopg.Connection[Any], tables: Iterable[str]) -> None:
        """Let the room be used again; the files stay as long as they are."""
        for table in tables:
            raw.execute(f"VACUUM (ANALYZE) {table}".encode())
