"""What asking the URLs of sources has come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from digest.store.times import from_seconds, to_seconds

if TYPE_CHECKING:
    from digest.model.replies import Visit

_COLUMNS = (
    *("read_at", "fresh_at", "papers", "failures", "gone"),
    *("failed_at", "not_before", "moved_to", "moves"),
)
_INSTANTS = {"read_at", "fresh_at", "failed_at", "not_before"}
_READ = (
    f"SELECT url, {', '.join(_COLUMNS)} FROM visit"  # noqa: S608 - our own names
    " JOIN newsletter ON newsletter.id = visit.newsletter"
    " JOIN source ON source.id = visit.source WHERE slug = ? AND name = ?"
)
_HEALTH = (
    "SELECT name, max(failures), min(not_before), max(read_at) FROM visit"
    " JOIN newsletter ON newsletter.id = visit.newsletter"
    " JOIN source ON source.id = visit.source WHERE slug = ? GROUP BY name"
)
_ADD_SOURCE = "INSERT INTO source (name) VALUES (?) ON CONFLICT DO NOTHING"
_FORGET = (
    "DELETE FROM visit WHERE newsletter = (SELECT id FROM newsletter WHERE slug = ?)"
    " AND source = (SELECT id FROM source WHERE name = ?)"
)
_ADD = (
    f"INSERT INTO visit (newsletter, source, url, {', '.join(_COLUMNS)})"  # noqa: S608 - as above
    f" SELECT newsletter.id, source.id, ?{', ?' * len(_COLUMNS)} FROM newsletter, source"
    " WHERE slug = ? AND name = ?"
)


def read(rows: Callable[..., list[Any]], newsletter: str, source: str) -> dict[str, Visit]:
    """The visits of a source, by URL. `rows` gives the rows that a statement asks for."""
    from digest.model.replies import Visit

    found = {}
    for url, *values in rows(_READ, newsletter, source):
        told: dict[str, Any] = {
            name: from_seconds(value) if name in _INSTANTS and value is not None else value
            for name, value in zip(_COLUMNS, values, strict=True)
        }
        found[url] = Visit(source=source, url=url, **told)
    return found


def health(rows: Callable[..., list[Any]], newsletter: str) -> dict[str, dict[str, Any]]:
    """How asking each source has gone, by its name, as `SqlJournal.health` has it."""
    return {
        name: {
            "failures": failures,
            "not_before": None if not_before is None else from_seconds(not_before),
            "read_at": None if read_at is None else from_seconds(read_at),
        }
        for name, failures, not_before, read_at in rows(_HEALTH, newsletter)
    }


def keep(execute: Callable[..., object], newsletter: str, visits: Iterable[Visit]) -> None:
    """Keep these visits instead of all that their sources had.

    `execute` executes a statement, within a transaction in which the newsletter has its row.
    """
    kept = list(visits)
    for source in sorted({visit.source for visit in kept}):
        execute(_ADD_SOURCE, source)
        execute(_FORGET, newsletter, source)
    for visit in kept:
        values = [_stored(getattr(visit, name)) for name in _COLUMNS]
        execute(_ADD, visit.url, *values, newsletter, visit.source)


def _stored(value: object) -> object:
    return to_seconds(value) if isinstance(value, dt.datetime) else value
