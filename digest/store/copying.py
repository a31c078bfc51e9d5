"""Copies of SQLite files while others write them, and whether such a file is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from digest.errors import StoreError
from digest.failpoint import failpoint

MAGIC = b"SQLite format 3\0"  # what such a file begins with (https://sqlite.org/fileformat.html)
_PAGES = 2_000  # copied at a time, 8 MB


class Damaged(StoreError):
    """A database is damaged."""


def copy(
    source: sqlite3.Connection, target: sqlite3.Connection, progress: Callable[[str], None]
) -> None:
    """Make a database what another is at this moment, whole or not at all.

    Who writes the source waits for nobody, and is not in the copy; who reads the target sees what
    it was until the last page is there.
    """

    def told(_: int, left: int, total: int) -> None:
        progress(f"{total - left:,} of {total:,} pages copied")
        failpoint("mid-copy")

    source.execute("BEGIN")
    source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # from here on it stays so
    source.backup(target, pages=_PAGES, progress=told)
    source.rollback()


def copy_to_file(source: sqlite3.Connection, file: Path, progress: Callable[[str], None]) -> None:
    """Copy a database into an empty file that needs no other beside it. Raises StoreError."""
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # it is not used before it is whole
        target.execute("PRAGMA synchronous = OFF")
        copy(source, target, progress)
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = DELETE")
        progress("checking the copy")
        check(target, file)


def check(connection: sqlite3.Connection, file: Path) -> None:
    """Raise StoreError where a database is damaged."""
    faults = [fault for (fault,) in connection.execute("PRAGMA integrity_check(1)")]
    if faults != ["ok"]:
        raise Damaged(f"{file} is damaged: {faults[0]}")


def is_damage(error: StoreError) -> bool:
    """Whether an error tells that a database is damaged, and not that it cannot be reached."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return (
        isinstance(error, Damaged)
        or isinstance(cause, UnicodeDecodeError)
        or code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
    )


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file, to be read alone. Raises StoreError."""
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be read: {error}") from error
