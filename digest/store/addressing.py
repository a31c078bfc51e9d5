"""Who gets an edition: one delivery for each of its readers, made as it is saved (G4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

from digest.guards import LATE
from digest.hours import due_at
from digest.store.session import Connection
from digest.store.times import to_day, to_seconds

if TYPE_CHECKING:
    from digest.model.editions import Edition

# From the beginning of the edition's date to a reader's hour: well before it is too late to mail.
_LONGEST = LATE - dt.timedelta(hours=6)

_HOURS = "SELECT DISTINCT zone, hour FROM reader WHERE newsletter = ? AND hour IS NOT NULL"
_ADD = """
INSERT INTO delivery (edition, reader, preference, state, attempts, token, sender, next_try, code,
    updated)
SELECT ?, id, preference, 'pending', 0, 0, 0, ?, '', ? FROM reader
WHERE newsletter = ? AND frequency = ? AND (state = 'active' OR state = 'paused'
    AND paused_until <= ?)
"""
_ADD_AT_ONCE = f"{_ADD} AND hour IS NULL ORDER BY id"
_ADD_AT_HOUR = f"{_ADD} AND hour IS NOT NULL AND zone = ? AND hour = ? ORDER BY id"


def address(
    connection: Connection,
    newsletter: int,
    edition_id: int,
    edition: Edition,
    *,
    zone: str,
    now: dt.datetime,
) -> None:
    """Make the deliveries of an edition to all who read its period.

    A reader's hour is of their own zone, or else of `zone`; where the edition would be too late for
    it, as in zones far to the west, it is that of the day before.
    """
    before = (newsletter, edition.period, to_day(edition.date))
    connection.execute(_ADD_AT_ONCE, edition_id, 0, to_seconds(now), *before)
    for own, hour in connection.rows(_HOURS, newsletter):
        due = _due(edition.date, own or zone, hour, zone, now)
        connection.execute(_ADD_AT_HOUR, edition_id, due, to_seconds(now), *before, own, hour)


def _due(date: dt.date, own: str, hour: int, zone: str, now: dt.datetime) -> int:
    """When a reader's hour on a date is; 0 where it is past, or where their zone is no more."""
    try:
        due = due_at(date, own, hour)
        if due - due_at(date, zone, 0) > _LONGEST:  # their date begins so much later
            due = due_at(date - dt.timedelta(days=1), own, hour)
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return to_seconds(due) if due > now else 0
