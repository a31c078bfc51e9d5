"""How a run fared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model.editions import Section
    from digest.model.sources import SourceReport


class RunStatus(StrEnum):
    """How one daily run ended."""

    PUBLISHED = "published"  # this run made the edition
    QUIET = "quiet"  # nothing new, no edition
    WAITING = "waiting"  # a source's next batch is not out yet
    HELD = "held"  # a guard holds the edition
    EXISTS = "exists"  # the edition of that date was there already


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What `digest run` tells. Its JSON form is a contract (docs/reports.md)."""

    edition: dt.date | None
    status: RunStatus
    new: int = 0
    repeats: int = 0
    revised: int = 0
    sections: tuple[Section, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    deliveries: dict[str, int] | None = None
    reason: str = ""  # why, in words, where the status is held, or quiet for a special reason
    trouble: str = ""  # what went wrong once the edition was saved, and is tried again
