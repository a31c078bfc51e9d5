"""What holds an edition back instead of blasting it out (G8). Pure rules."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LATE = dt.timedelta(hours=36)


def too_late(date: dt.date, zone: ZoneInfo, now: dt.datetime) -> str | None:
    """Why the edition of a local date may no longer be mailed, counted from its midnight."""
    begun = dt.datetime.combine(date, dt.time(), tzinfo=zone)
    if now - begun <= LATE:
        return None
    return (
        f"the edition of {date} is more than {LATE.total_seconds() / 3600:.0f} hours old, so it"
        " is not mailed; `digest run --force` mails it all the same"
    )


def forgotten(stored: int, archived: int) -> str | None:
    """Why a store without editions beside an archive that has some is not to be trusted."""
    if stored or not archived:
        return None
    editions = "1 edition" if archived == 1 else f"{archived} editions"
    return (
        f"the store knows no edition, but the archive holds {editions}: everything would be sent"
        " again. Restore the database from a backup, or start afresh with `digest run --force`"
    )
