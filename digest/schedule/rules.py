"""What is due when, by the rules of a time zone and what was done. No clock is read here.

Only what the local clock shows is compared: where it skips `send_at`, the first moment after is
past it, and where it shows it twice, so is the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import NamedTuple

from digest.model.runs import RunNote, RunStatus
from digest.model.sources import SourceState
from digest.revisit import settled

LATE = dt.timedelta(hours=2)
EARLY = dt.timedelta(
    hours=4
)  # before `send_at`; arXiv's feeds come some hours before most mornings
ROUND = dt.timedelta(minutes=15)  # of which all zones' whole hours are multiples
PAUSE = dt.timedelta(minutes=30)  # from one poll to the next

_LATE_SOURCES = {SourceState.WAITING, SourceState.STALE}
_CLOSED = {RunStatus.PUBLISHED, RunStatus.EXISTS, RunStatus.HELD}


class Task(Enum):
    """What there is to do for a date."""

    POLL = auto()  # ask the sources that are not in yet
    RUN = auto()  # make the edition


class Moment(NamedTuple):
    """Which date's edition is at hand, and whether its `send_at` is past."""

    date: dt.date
    due: bool


def at_hand(zone: dt.tzinfo, send_at: dt.time, now: dt.datetime) -> Moment | None:
    """What an instant is for: the edition of a date, or getting ready for it."""
    if date := due(zone, send_at, now):
        return Moment(date, due=True)
    here = _shown(zone, now)
    hour = dt.datetime.combine(here, send_at)
    return Moment(here.date(), due=False) if hour - EARLY <= here else None


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


def task(
    moment: Moment,
    begun: dt.datetime,
    notes: Sequence[RunNote],
    sources: Collection[str],
    now: dt.datetime,
) -> Task | None:
    """What there is to do for a date, by the notes of its runs, the newest first.

    `begun` is its `since`; `sources` are the names of those that there are.
    """
    done = [note for note in notes if note.status is not RunStatus.POLLED and note.at >= begun]
    if moment.due:
        return _after(notes, done, now) if done else Task.RUN
    if done or not _open(notes, sources):
        return None
    return Task.POLL if _rested(notes, now) else None


def _after(notes: Sequence[RunNote], done: Sequence[RunNote], now: dt.datetime) -> Task | None:
    """What follows a run: nothing, unless it waits for a source that is late."""
    last = notes[0]
    if done[0].status is not RunStatus.WAITING:
        return None
    if last.status is RunStatus.POLLED and (last.kept or not _waits(last)):
        return Task.RUN
    return Task.POLL if _rested(notes, now) else None


def _open(notes: Sequence[RunNote], sources: Collection[str]) -> bool:
    """Whether an edition is still to come for which a source is to be asked, or asked again."""
    if any(note.status in _CLOSED for note in notes):
        return False
    told = notes[0].sources if notes else ()
    return not {one.name for one in told if settled(one)}.issuperset(sources)


def _waits(note: RunNote) -> bool:
    return any(told.state in _LATE_SOURCES for told in note.sources)


def _rested(notes: Sequence[RunNote], now: dt.datetime) -> bool:
    """Whether the sources were not asked in this half of the hour."""
    return not notes or _number(notes[0].at, PAUSE) != _number(now, PAUSE)


def round_of(now: dt.datetime) -> int:
    """The number of the round of delivery that an instant is in."""
    return _number(now, ROUND)


def _number(now: dt.datetime, span: dt.timedelta) -> int:
    return int(now.timestamp() // span.total_seconds())


def _shown(zone: dt.tzinfo, at: dt.datetime) -> dt.datetime:
    """What the local clock shows."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
