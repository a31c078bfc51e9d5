"""Which morning it is, by the rules of a time zone. No clock is read here.

Only what the local clock shows is compared: where it skips `send_at`, the first moment after is
past it, and where it shows it twice, so is the first.
"""

from __future__ import annotations

import datetime as dt

LATE = dt.timedelta(hours=2)
ROUND = dt.timedelta(minutes=15)  # of which all zones' whole hours are multiples


def due(zone: dt.tzinfo, send_at: dt.time, now: dt.datetime) -> dt.date | None:
    """The local date whose edition is due at an instant, or None before its `send_at`.

    It is due for as long as the date lasts, and past its end for `LATE`: in Nuuk, the clocks skip
    an hour at the end of a date.
    """
    here, before = _shown(zone, now), _shown(zone, now - LATE)
    if send_at <= here.time():
        return here.date()
    if before < dt.datetime.combine(before, send_at) <= here:
        return before.date()
    return None


def since(zone: dt.tzinfo, send_at: dt.time, date: dt.date) -> dt.datetime:
    """The instant (UTC) from which on a run of a date is the one that was due.

    Where the clocks skip `send_at`, up to what they skip too early.
    """
    either = (dt.datetime.combine(date, send_at, zone).replace(fold=fold) for fold in (0, 1))
    return min(moment.astimezone(dt.UTC) for moment in either)


def round_of(now: dt.datetime) -> int:
    """The number of the round of delivery that an instant is in."""
    return int(now.timestamp() // ROUND.total_seconds())


def _shown(zone: dt.tzinfo, at: dt.datetime) -> dt.datetime:
    """What the local clock shows."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
