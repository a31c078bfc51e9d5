"""Whether, when and where a URL is asked again, after what came of asking it. Pure rules."""

from __future__ import annotations

import datetime as dt

from digest.errors import FetchError, SourceError
from digest.model.replies import Visit
from digest.model.sources import SourceReport, SourceState

LONGEST = dt.timedelta(hours=20)  # so that a daily run asks every day
SHORTEST = 60  # seconds; a shorter wait is over before anybody could ask again
PATIENCE = 3  # failures in a row, from which on a site is left alone
MOVED = 3  # good answers in a row from one place, before it is asked at once
GONE = 3  # runs in a row answered 410 ...
CONFIRMED = dt.timedelta(days=2)  # ... over at least this time


def barred(visit: Visit, now: dt.datetime) -> str | None:
    """Why a URL is not asked now."""
    if visit.failed_at and visit.gone >= GONE and now - visit.failed_at >= CONFIRMED:
        return (
            f"gone for good since {visit.failed_at:%Y-%m-%d} (HTTP 410), so it is asked no more;"
            " take the source out, or give it another url"
        )
    # A clock that was wrong by years must not bar it for years.
    if visit.not_before and now < visit.not_before <= now + LONGEST:
        often = visit.failures >= PATIENCE
        why = f"it failed {visit.failures} times in a row" if often else "it asked for a pause"
        return f"{why}; it is asked again from {visit.not_before:%Y-%m-%d %H:%M} UTC on"
    return None


def address(visit: Visit) -> str | None:
    """Where a URL that has moved for good is asked."""
    return visit.moved_to if visit.moves >= MOVED else None


def read(visit: Visit, until: dt.datetime, papers: int | None, moved_to: str | None) -> Visit:
    """After a good answer with all there was until a moment.

    It listed `papers`, and came by permanent redirects from `moved_to` if set.
    """
    if not moved_to and address(visit):
        moves = visit.moves
        moved_to = visit.moved_to
    else:
        moves = visit.moves + 1 if moved_to == visit.moved_to else 1
    return Visit(
        source=visit.source,
        url=visit.url,
        read_at=until,
        fresh_at=visit.fresh_at,
        papers=visit.papers if papers is None else papers,
        moved_to=moved_to,
        moves=moves if moved_to else 0,
    )


def failed(visit: Visit, now: dt.datetime, error: SourceError) -> Visit:
    """After a failure.

    A site that refuses or is silent is left alone from the third failure in a row on, for 1, 2,
    4 … hours; one that answers, and a file, may be mended at any time.
    """
    failures, status, wait = visit.failures + 1, None, dt.timedelta()
    if isinstance(error, FetchError):
        status, wait = error.status, _asked(error.wait)
        if failures >= PATIENCE:
            wait = max(wait, dt.timedelta(hours=2 ** min(failures - PATIENCE, 10)))
    return visit._replace(
        failures=failures,
        gone=visit.gone + 1 if status == 410 else 0,
        failed_at=visit.failed_at or now,
        not_before=now + min(wait, LONGEST) if wait else None,
        moved_to=None,
        moves=0,
    )


def failed_poll(visit: Visit, now: dt.datetime, error: SourceError) -> Visit:
    """After a failure in a poll, of which there are several on a morning.

    It is no run: only the pause that a site asks for is kept, so that the next run asks again.
    """
    wait = _asked(error.wait) if isinstance(error, FetchError) else dt.timedelta()
    return visit._replace(not_before=now + wait if wait else visit.not_before)


def settled(told: SourceReport) -> bool:
    """Whether a source is not to be asked again on a date: it has shown, or rightly nothing.

    One that a guard holds waits for a person.
    """
    return told.held or told.state in {SourceState.FRESH, SourceState.QUIET}


def _asked(wait: float) -> dt.timedelta:
    """The pause of so many seconds that a site asks for, where it is worth keeping."""
    seconds = min(wait, LONGEST.total_seconds())
    return dt.timedelta(seconds=seconds if seconds >= SHORTEST else 0)
