"""Days and instants as the small integers they are stored as."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.date(1970, 1, 1).toordinal()


def to_day(date: dt.date) -> int:
    """The days since 1 January 1970."""
    return date.toordinal() - _EPOCH


def from_day(number: int) -> dt.date:
    """The date that many days after 1 January 1970."""
    return dt.date.fromordinal(number + _EPOCH)


def to_seconds(instant: dt.datetime) -> int:
    """The whole seconds since 1 January 1970 UTC of an aware instant."""
    return int(instant.timestamp())


def from_seconds(seconds: int) -> dt.datetime:
    """The instant (UTC) that many seconds after 1 January 1970."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
