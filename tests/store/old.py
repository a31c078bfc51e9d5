"""Databases as older programs left them."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from digest.store.database import database
from digest.store.engine import SqlStore
from digest.store.schema import STEPS, take


def make_old(url: str, version: str) -> None:
    """Make the tables of an older schema, of before there were readers."""
    place = database(url)
    place.make()
    statements = [
        statement
        for step, parts in STEPS.items()
        if step <= version
        for part in parts
        for statement in str(part).format(**place.dialect).split(";\n")
    ]
    write(
        url,
        *statements,
        "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)",
        f"INSERT INTO alembic_version (version_num) VALUES ('{version}')",
    )


def make_steps(url: str, version: str) -> None:
    """Take the steps up to a version as the program takes them, on a database as it stands."""
    place = database(url)
    place.make()
    with closing(SqlStore(place)) as store, store.writing() as connection:
        before = place.version(connection.raw)
        for step, parts in STEPS.items():
            if (before or "") < step <= version:
                for part in parts:
                    take(connection, part)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT PRIMARY KEY)"
        )
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", version)


def older(url: str) -> None:
    """Make a database what it was before there was a search."""
    write(
        url,
        *("DROP TABLE kept", "DROP TABLE channel"),
        *("DROP TABLE listed_words", "DROP TABLE listed"),
        "UPDATE alembic_version SET version_num = '0005'",
    )


def write(url: str, *statements: str) -> None:
    """Execute statements as any other program would."""
    with closing(database(url).connect(autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)


def row_of(table: str, **values: Any) -> str:
    """The statement that adds a row."""
    told = ", ".join("NULL" if value is None else repr(value) for value in values.values())
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({told})"
