"""How a source fared in one run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SourceState(StrEnum):
    """How a source fared in one run."""

    FRESH = "fresh"  # it showed papers
    WAITING = "waiting"  # too early: its next batch is not out yet
    QUIET = "quiet"  # rightly empty: week-end, holiday, or nothing since the last run
    STALE = "stale"  # an old batch again, where a new one was due
    FAILED = "failed"  # no usable reply


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source gave in one run."""

    name: str
    state: SourceState
    sightings: int = 0
    new: int = 0  # papers it showed that entered the edition
    reason: str = ""  # why, in words, where the state is not fresh, or what else there is to say
    cause: str = ""  # the same for the newsletter's readers: short, and without an address
    held: bool = False  # by a guard: what was new in it is left out
    seconds: float | None = None  # that reading it took, with all pauses; None: not known
