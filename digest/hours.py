"""When a reader's hour is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def due_at(date: dt.date, zone: str, hour: int) -> dt.datetime:
    """The instant (UTC) at which the clocks of an IANA zone first show an hour on a date.

    Where they skip it, it is when they would have shown it. Raises ZoneInfoNotFoundError or
    ValueError where there is no such zone.
    """
    local = dt.datetime.combine(date, dt.time(hour), ZoneInfo(zone))
    return local.astimezone(dt.UTC)
