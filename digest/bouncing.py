"""How much a mailbox that is full or slow for a while counts against its reader."""

from __future__ import annotations

import datetime as dt

SOFT_LIMIT = 3.0  # a score as high as this counts as a bounce for good
_HALF_LIFE = dt.timedelta(days=14)


def charged(score: float, scored_at: dt.datetime | None, now: dt.datetime) -> float:
    """A reader's score after one more soft bounce, given what it was when.

    It halves every fortnight. A clock set back makes nothing of it grow.
    """
    if scored_at is None:
        return 1.0
    age = max(now - scored_at, dt.timedelta(0))
    return float(score * 0.5 ** (age / _HALF_LIFE)) + 1.0
