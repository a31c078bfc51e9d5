"""All of a newsletter as JSON lines, into another database and back."""

from __future__ import annotations

from contextlib import closing

import pytest

from digest.store import tables
from digest.store.database import database
from digest.store.engine import open_store
from digest.store.exporting import exported
from digest.store.importing import imported
from tests.store.full import fill
from tests.store.records import NOW, rows


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a store with something in every table."""
    url = f"sqlite:///{tmp_path_factory.mktemp('filled')}/digest.db"
    fill(url)
    return out_of(url)


def out_of(url: str, newsletter: str = "daily") -> bytes:
    with closing(open_store(url)) as store:
        return b"".join(exported(store, [newsletter], NOW))


def into(url: str, export: bytes, only: str = "") -> dict[str, dict[str, int]]:
    with closing(open_store(url)) as store, store.writing() as connection:
        return imported(connection, export.splitlines(keepends=True), only)


def other(url: str, number: int = 2) -> str:
    """Another place for a SQLite database."""
    return f"{url}.{number}"


def columns_of(url: str) -> dict[str, set[str]]:
    """The columns of every table."""
    with closing(database(url).connect()) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for (name,) in names
            if not name.startswith(("sqlite_", "listed_words_"))
        }


def test_an_export_comes_back_the_same_from_another_kind_of_database(
    filled: bytes, sqlite_url: str, postgresql_url: str
) -> None:
    into(postgresql_url, filled)
    again = out_of(postgresql_url)
    assert again == filled
    into(sqlite_url, again)
    assert out_of(sqlite_url) == filled


def test_every_table_and_column_is_exported_or_said_to_be_left_out(sqlite_url: str) -> None:
    fill(sqlite_url)
    found = columns_of(sqlite_url)
    exported_tables = {table.name: table for table in tables.ALL.values()}
    assert found.keys() == exported_tables.keys() | tables.LEFT_OUT | tables.TOLD_OTHERWISE
    for name, table in exported_tables.items():
        known = {*table.columns, "newsletter"} | ({"id"} if name in {"run", "sign_up"} else set())
        assert found[name] <= known, name
    empty = {name for name in found if not rows(sqlite_url, f"SELECT 1 FROM {name} LIMIT 1")}
    assert not empty, "the round trip proves nothing of these"
