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
_OF_DATE = f"SELECT id, sha256 FROM edition WHERE {DAILY} AND date = ?"  # noqa: S608


def read(connection: Connection, slug: str, date: dt.date | None) -> FrozenEdition | None:
    """The daily edition of a date, or the newest. Raises StoreError where it was changed."""
    from digest.document import thaw  # slow to load, and a run without news needs none

    day = to_day(date) if date else connection.value(_NEWEST, slug)
    rows = connection.rows(_OF_DATE, slug, day)
    if not rows:
        return None
    id_, sha256 = rows[0]
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
