"""Where an application can be spoken to, all that an answer tells, and all that a store holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import httpx
from starlette.routing import BaseRoute, Mount, Route

from digest.store.engine import SqlStore
from digest.web import Pages, application

_FILES = ("", "index.html", "feed.xml", "2026/03/02/", "nowhere", "../digest.toml")
_TABLES: dict[bool, LiteralString] = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    False: "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


def ways(pages: Pages) -> list[str]:
    """The paths of all routes of the pages, and some of what is mounted beside them."""
    app: Any = application(pages)
    while not hasattr(app, "routes"):
        app = app.app
    return sorted(set(_paths(app.routes)))


def _paths(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, Route):
            yield route.path
        elif isinstance(route, Mount):
            inner = [path.lstrip("/") for path in _paths(route.routes)]
            yield from (f"{route.path}/{name}" for name in (*_FILES, *inner))
        else:
            raise TypeError(f"{route} is a way that nobody looks at")


def everything(store: SqlStore) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.reading() as connection:
        tables = connection.rows(_TABLES["Sqlite" in type(connection.place).__name__])
        return {
            table: sorted(repr(tuple(row)) for row in connection.rows(f"SELECT * FROM {table}"))
            for (table,) in tables
        }


def shown(answer: httpx.Response) -> str:
    """All that an answer tells, but for the hour."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return f"{answer.status_code} {headers} {answer.text}"
