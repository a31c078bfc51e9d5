"""Frozen editions, read back as they were frozen (G7)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from digest.errors import StoreError
from digest.store.database import RESTORE
from digest.store.papers import NEWSLETTER
from digest.store.session import Connection
from digest.store.times import from_day, to_day

if TYPE_CHECKING:
    from digest.model.editions import FrozenEdition

DAILY = f"newsletter = {NEWSLETTER} AND period = 'daily'"

_NEWEST = f"SELECT max(date) FROM edition WHERE {DAILY}"  # noqa: S608 - our own words
_DATES = f"SELECT date FROM edition WHERE {DAILY} ORDER BY date"  # noqa: S608
_OF_DATE = f"SELECT id, date, sha256 FROM edition WHERE {DAILY} AND date = ?"  # noqa: S608
_BETWEEN = f"""
SELECT id, date, sha256 FROM edition WHERE {DAILY} AND date BETWEEN ? AND ? ORDER BY date
"""  # noqa: S608
_OF_ID = """
SELECT slug, date, sha256 FROM edition JOIN newsletter ON newsletter.id = edition.newsletter
WHERE edition.id = ?
"""


def read(connection: Connection, slug: str, date: dt.date | None) -> FrozenEdition | None:
    """The daily edition of a date, or the newest. Raises StoreError where it was changed."""
    day = to_day(date) if date else connection.value(_NEWEST, slug)
    rows = connection.rows(_OF_DATE, slug, day)
    return _thawed(connection, slug, *rows[0]) if rows else None


def between(
    connection: Connection, slug: str, first: dt.date, last: dt.date
) -> list[FrozenEdition]:
    """The daily editions of the dates from `first` to `last`, oldest first.

    Raises StoreError where one was changed.
    """
    rows = connection.rows(_BETWEEN, slug, to_day(first), to_day(last))
    return [_thawed(connection, slug, *row) for row in rows]


def of_id(connection: Connection, id_: int) -> FrozenEdition:
    """The edition with an id, of any period. Raises StoreError where it was changed."""
    slug, day, sha256 = connection.rows(_OF_ID, id_)[0]
    return _thawed(connection, slug, id_, day, sha256)


def _thawed(connection: Connection, slug: str, id_: int, day: int, sha256: str) -> FrozenEdition:
    from digest.document import thaw  # slow to load, and a run without news needs none

    damaged = StoreError(f"the stored edition of {slug} of {from_day(day)} is damaged: {RESTORE}")
    try:
        frozen = thaw(connection.place.document(connection.raw, id_))
    except ValueError as error:
        raise damaged from error
    if frozen.sha256 != sha256:
        raise damaged
    return frozen


def dates(connection: Connection, slug: str) -> list[dt.date]:
    """The dates of all daily editions, oldest first."""
    return [from_day(day) for (day,) in connection.rows(_DATES, slug)]
