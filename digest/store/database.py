"""Where the state lives: a SQLite file or a PostgreSQL database, and what they say differently."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Protocol

from digest.errors import StoreError
from digest.store.bulk import Bulk, SqliteBulk
from digest.store.search_words import SQLITE, WordSearch

HEAD = "0008"  # the schema version this program works with: the last step of schema.py

_PATIENCE = 30  # seconds to wait for another's write
_SPELLINGS = {  # PostgreSQL's and SQLite's
    "= ANY (?)": "IN (SELECT value FROM json_each(?))",  # it has no arrays
    "FOR UPDATE OF delivery SKIP LOCKED": "",  # nor rows to lock, with one writer at a time
    "FOR UPDATE SKIP LOCKED": "",
    "FOR UPDATE": "",
    'COLLATE "C"': "",  # it has no other order of texts
}

RESTORE = (
    "restore it from a backup by `digest restore FILE`, or move it away and forget what was shown"
)


class Closable(Protocol):
    """A lock that closing frees."""

    def close(self) -> None:
        """Free it."""


class Lock(Closable, Protocol):
    """One that may be held for days."""

    def held(self) -> bool:
        """Whether it is still ours: a connection that it lives in may be lost."""


class Database(Bulk, Protocol):
    """One place for state. Its `name` holds no secret."""

    name: str
    dialect: Mapping[str, str]  # its own words in the steps of schema.py
    errors: tuple[type[Exception], ...]  # what its driver raises
    search: WordSearch  # how it finds papers

    def exists(self) -> bool:
        """Whether there is anything to connect to."""

    def make(self) -> None:
        """Make what must be there before a first connection."""

    def connect(self, *, autocommit: bool = False) -> Any:
        """A new DB-API connection, usable from any thread. Raises the driver's errors."""

    def spelled(self, sql: str) -> str:
        """A statement as its driver takes it; see session.py for how it is written."""

    def sent(self, values: Sequence[object]) -> Sequence[object]:
        """The values of a statement as its driver takes them."""

    def queue(self) -> AbstractContextManager[None]:
        """What those who write from this process stand in, one after another."""

    def begin(self, connection: Any, *, writes: bool) -> None:
        """Begin a transaction."""

    def alone(self, connection: Any) -> None:
        """Wait, within a transaction that writes, until no other that called this is under way."""

    def put_document(self, connection: Any, edition: int, document: bytes) -> None:
        """Give an edition, by its id, its document."""

    def document(self, connection: Any, edition: int) -> bytes:
        """The document of an edition."""

    def version(self, connection: Any) -> str | None:
        """The version of the schema; None where there is none yet."""

    def size(self, connection: Any) -> int:
        """The size of the database in bytes."""

    def overwrite(self, connection: Any) -> None:
        """Leave nothing in a journal of our own of what is no more."""

    def try_lock(self, slug: str) -> Lock | None:
        """The lock of a newsletter, or None where another holds it.

        It is free again when it is closed or its process dies.
        """

    def trouble(self, error: BaseException) -> StoreError:
        """What an error of the driver means and what to do about it."""


def database(url: str) -> Database:
    """The place a URL names. `sqlite:///PATH` is followed by the path as it is, unquoted.

    Raises StoreError where the URL names none, or its driver is missing.
    """
    kind, _, rest = url.partition("://")
    if kind == "sqlite" and rest.startswith("/") and rest != "/":
        return SqliteDatabase(Path(rest[1:]))
    if kind in {"postgresql", "postgresql+psycopg"}:
        try:
            from digest.store.postgresql import PostgresqlDatabase  # psycopg is an extra
        except ImportError as error:
            raise StoreError(
                "state.url: PostgreSQL needs psycopg: pip install 'papertide[postgresql]'"
            ) from error
        return PostgresqlDatabase(f"postgresql://{rest}")
    raise StoreError("state.url: must be sqlite:///PATH or postgresql://USER@HOST/DATABASE")


class SqliteDatabase(SqliteBulk):
    """A SQLite file."""

    dialect: Mapping[str, str] = MappingProxyType(
        {
            "id": "INTEGER",
            "keyed": "WITHOUT ROWID",
            "lasting_id": "INTEGER PRIMARY KEY AUTOINCREMENT",
        }
    )
    errors: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)  # of damaged texts
    search = SQLITE

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"the database {path}"
        self._first = threading.Lock()

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def make(self) -> None:
        """Make the folder of the file."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path.parent} cannot be made: {error.strerror}") from error

    def connect(self, *, autocommit: bool = False) -> sqlite3.Connection:  # noqa: ARG002 - see below
        """A connection that waits up to 30 s for another's write. Transactions are begun by hand.

        sqlite3 begins them by itself only before some statements, which is no transaction at all.
        """
        connection = sqlite3.connect(
            self.path,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=32,  # few: each holds the values it was last given
        )
        try:
            if not (self.path.exists() and self.path.stat().st_size):  # it must be said first
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -8000")  # KB: halves the making of deliveries
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
            self._to_wal(connection)
        except self.errors:
            connection.close()
            raise
        return connection

    def _to_wal(self, connection: sqlite3.Connection) -> None:
        """Let readers and a writer work at once; a file remembers that it does."""
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # SQLite does not wait here. Whoever is at work is about to do the same.
            if _code(error) != sqlite3.SQLITE_BUSY:
                raise

    def spelled(self, sql: str) -> str:
        """As SQLite has it."""
        return _spelled(sql)

    def sent(self, values: Sequence[object]) -> Sequence[object]:
        """Lists travel as JSON."""
        return [json.dumps(value) if isinstance(value, list) else value for value in values]

    @contextmanager
    def queue(self) -> Iterator[None]:
        """SQLite itself lets who comes second sleep for longer and longer times, up to 0.1 s."""
        first = self._first.acquire(timeout=_PATIENCE)
        try:
            yield
        finally:
            if first:
                self._first.release()

    def begin(self, connection: sqlite3.Connection, *, writes: bool) -> None:
        """Begin as a writer at once: a reader that turns writer can find itself too late."""
        connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    def alone(self, connection: sqlite3.Connection) -> None:
        """Nothing to wait for: whoever writes is alone."""

    def put_document(self, connection: sqlite3.Connection, edition: int, document: bytes) -> None:
        """Write it piece by piece: it can be long, and SQLite would copy it whole, twice."""
        room = "UPDATE edition SET document = zeroblob(?) WHERE id = ?"
        connection.execute(room, (len(document), edition))
        with connection.blobopen("edition", "document", edition) as place:
            place.write(document)

    def document(self, connection: sqlite3.Connection, edition: int) -> bytes:
        """Read it likewise."""
        with connection.blobopen("edition", "document", edition, readonly=True) as place:
            return place.read()

    def version(self, connection: sqlite3.Connection) -> str | None:
        """The version that the steps keep in a table."""
        table = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if not connection.execute(table).fetchone():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else None

    def size(self, connection: sqlite3.Connection) -> int:
        """The size of all pages."""
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])

    def overwrite(self, connection: sqlite3.Connection) -> None:
        """Empty the WAL; one that others read for over a second is left to the next time."""
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")

    def try_lock(self, slug: str) -> Lock | None:
        """A lock on a file beside the database; the file stays, since removing it would race."""
        self.make()
        try:
            file = Path(f"{self.path}.{slug}.lock").open("w")  # noqa: SIM115 - open is locked
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise
        except BlockingIOError:
            return None
        except OSError as error:
            raise StoreError(f"{self.name} cannot be locked: {error.strerror}") from error
        return _FileLock(file)

    def trouble(self, error: BaseException) -> StoreError:
        """Damage is told apart from a file that cannot be reached or stays locked."""
        if isinstance(error, UnicodeDecodeError):
            return StoreError(f"{self.name} is damaged: {RESTORE}")
        code = _code(error)
        if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            return StoreError(f"{self.name} is damaged ({error}): {RESTORE}")
        if code == sqlite3.SQLITE_BUSY:
            return StoreError(f"{self.name} stays locked by another program; try again later")
        if code == sqlite3.SQLITE_IOERR:
            return StoreError(f"{self.name} cannot be used: {error}; see whether its disk is full")
        return StoreError(f"{self.name} cannot be used: {error}")


class _FileLock:
    """A lock on a file that is open for as long as it is held."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def close(self) -> None:
        """Free it."""
        self._file.close()

    def held(self) -> bool:
        """As long as it is not freed."""
        return not self._file.closed


@lru_cache(256)
def _spelled(sql: str) -> str:
    for theirs, ours in _SPELLINGS.items():
        sql = sql.replace(theirs, ours)
    return sql


def _code(error: BaseException) -> int:
    """The primary code of SQLite's (extended) one."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
