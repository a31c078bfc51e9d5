"""State in PostgreSQL, for several machines. Needs the extra `papertide[postgresql]`."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from digest.errors import StoreError
from digest.store.bulk import PostgresqlBulk
from digest.store.database import Lock
from digest.store.search_words import POSTGRESQL

# So that the server notices within a minute that a machine with a lock is gone.
_KEEPALIVES = (
    "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)


class PostgresqlDatabase(PostgresqlBulk):
    """A PostgreSQL database that somebody has made (`createdb`); its tables are ours to make."""

    dialect: Mapping[str, str] = MappingProxyType(
        {"id": "SERIAL", "keyed": "", "lasting_id": "SERIAL PRIMARY KEY"}
    )
    errors: tuple[type[Exception], ...] = (psycopg.Error,)
    search = POSTGRESQL

    def __init__(self, url: str) -> None:
        try:
            self._place = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            # libpq's own words repeat the URL, and with it the password.
            raise StoreError(
                "state.url: not a PostgreSQL URL; it looks like postgresql://USER@HOST/DATABASE"
            ) from None
        where = self._place.get("host", "this machine")
        self.name = f"the database {self._place.get('dbname', 'of that user')} on {where}"

    def exists(self) -> bool:
        """Taken for granted: connecting tells."""
        return True

    def make(self) -> None:
        """Nothing: to make a database is its administrator's right."""

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """A connection, as libpq reads the URL and the PG… environment variables.

        Statistics know nothing of an edition just saved, so that plans would begin by reading all
        of it, or all of the past; every statement has its index.
        """
        place = {"client_encoding": "utf8"} | self._place
        connection = psycopg.connect(**place, autocommit=True)  # type: ignore[arg-type]  # libpq's names, all text
        try:
            connection.execute(
                "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off"
            )
            connection.autocommit = autocommit
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def spelled(self, sql: str) -> str:
        """Statements are written in its own words, but for the sign of a value."""
        return _spelled(sql)

    def sent(self, values: Sequence[object]) -> Sequence[object]:
        """The driver knows lists."""
        return values

    def queue(self) -> contextlib.AbstractContextManager[None]:
        """Nothing to stand in: its server keeps order."""
        return contextlib.nullcontext()

    def begin(self, connection: psycopg.Connection[Any], *, writes: bool) -> None:
        """The driver begins a transaction with the first statement."""

    def alone(self, connection: psycopg.Connection[Any]) -> None:
        """Take a lock that the transaction's end frees."""
        _value(connection, "SELECT pg_advisory_xact_lock(hashtextextended('papertide', 0))")

    def put_document(
        self, connection: psycopg.Connection[Any], edition: int, document: bytes
    ) -> None:
        """As any text."""
        connection.execute(
            "UPDATE edition SET document = convert_from(%s, 'UTF8') WHERE id = %s",
            (document, edition),
        )

    def document(self, connection: psycopg.Connection[Any], edition: int) -> bytes:
        """As any text."""
        text = "SELECT convert_to(document, 'UTF8') FROM edition WHERE id = %s"
        return bytes(_value(connection, text, edition))

    def version(self, connection: psycopg.Connection[Any]) -> str | None:
        """The version that the steps keep in a table."""
        if not _value(connection, "SELECT to_regclass('alembic_version')"):
            return None
        version: str | None = _value(connection, "SELECT version_num FROM alembic_version")
        return version

    def size(self, connection: psycopg.Connection[Any]) -> int:
        """The size of the database on disk, whoever else uses it."""
        return int(_value(connection, "SELECT pg_database_size(current_database())"))

    def overwrite(self, connection: psycopg.Connection[Any]) -> None:
        """Nothing: its journal is in its administrator's care."""

    def try_lock(self, slug: str) -> Lock | None:
        """An advisory lock, held for as long as its connection lives."""
        try:
            connection = self.connect(autocommit=True)
            connection.execute(_KEEPALIVES)
            lock = "SELECT pg_try_advisory_lock(hashtextextended('papertide ' || %s, 0))"
            if _value(connection, lock, slug):
                return _Lock(connection)
        except psycopg.Error as error:
            raise self.trouble(error) from error
        connection.close()
        return None

    def trouble(self, error: BaseException) -> StoreError:
        """The driver's first line, which names hosts and users, never passwords."""
        first = str(error).strip().partition("\n")[0]
        return StoreError(f"{self.name} cannot be used: {first}")


@lru_cache(256)
def _spelled(sql: str) -> str:
    return sql.replace("?", "%s")


class _Lock:
    """An advisory lock and the connection it lives in."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def close(self) -> None:
        """Free it at once: the server notices a closed connection only a moment later."""
        with contextlib.suppress(psycopg.Error):  # a connection that is lost has freed it
            _value(self._connection, "SELECT pg_advisory_unlock_all()")
        self._connection.close()

    def held(self) -> bool:
        """Whether its connection lives."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True


def _value(connection: psycopg.Connection[Any], sql: str, *values: object) -> Any:
    row = connection.execute(sql.encode(), values).fetchone()
    return row[0] if row else None
