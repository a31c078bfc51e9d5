"""What is made of a run's papers: which are one work, which are known, which are new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model.papers import Paper
    from digest.model.replies import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of a paper."""

    id: int
    key: str
    version: int | None
    edition: dt.date | None  # the daily edition of the asking newsletter that holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All sightings of one paper in one run, merged. `keys` has the strongest first."""

    keys: tuple[str, ...]
    paper: Paper
    version: int | None
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A work the store knows already."""

    known: Known
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is new in a run, what is not, and which of the latter were revised."""

    new: tuple[Work, ...]
    repeats: tuple[Repeat, ...]
    revised: tuple[Repeat, ...]  # those of `repeats` whose version rose
