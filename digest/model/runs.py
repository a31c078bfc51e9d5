"""How a run fared, and what it leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from digest.model.decisions import Decision
    from digest.model.editions import FrozenEdition, OutlineSection
    from digest.model.replies import FeedState, Kept, Visit
    from digest.model.sources import SourceReport


class RunStatus(StrEnum):
    """How one daily run ended."""

    PUBLISHED = "published"  # this run made the edition
    QUIET = "quiet"  # nothing new, no edition
    WAITING = "waiting"  # a source's next batch is not out yet
    HELD = "held"  # a guard holds the edition
    EXISTS = "exists"  # the edition of that date was there already
    POLLED = "polled"  # nothing was to be made: what is new is kept for the next edition


class SummaryReport(NamedTuple):
    """How the machine-written summaries of an edition came about, in papers."""

    written: int  # by this run
    cached: int  # by an earlier run, and kept
    left_out: int  # that go without
    reason: str  # why, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What `digest run` tells. Its JSON form is a contract (docs/reports.md)."""

    edition: dt.date | None
    status: RunStatus
    new: int = 0
    repeats: int = 0
    revised: int = 0
    kept: int = 0  # papers that wait for the next edition, where nothing was to be made
    sections: tuple[OutlineSection, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    deliveries: dict[str, int] | None = None
    reason: str = ""  # why, in words, where the status is held, or quiet for a special reason
    weekly: dt.date | None = None  # of the weekly edition that was made, too
    summaries: SummaryReport | None = None  # where summaries were asked for
    trouble: str = ""  # what went wrong once the edition was saved, and is tried again


class RunRecord(NamedTuple):
    """All that one run leaves, saved in one transaction. Without an edition on a quiet day."""

    newsletter: str  # slug
    date: dt.date
    decision: Decision
    feeds: tuple[FeedState, ...]
    requested: tuple[tuple[str, str], ...]  # (source, url); other validators are forgotten
    visits: tuple[Visit, ...]  # of the URLs that were asked for
    edition: FrozenEdition | None
    readers: tuple[str, ...] | None  # whom the configuration names; None: it is not mailed
    zone: str = "UTC"  # IANA, the newsletter's
    kept: tuple[Kept, ...] | None = None  # what is to wait for the next edition; None: as it is
    channels: tuple[str, ...] = ()  # that get the edition too, where it is mailed


class RunNote(NamedTuple):
    """What the journal has of a run."""

    at: dt.datetime  # UTC; its end
    status: RunStatus
    kept: int
    sources: tuple[SourceReport, ...]
