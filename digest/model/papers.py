"""A paper, and what one run and the store know of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model.replies import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work, with all that its sources say of it. Every text is plain text, never markup."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None  # where a source tells only how many there are
    organisation: str | None = None
    ids: tuple[str, ...] = ()  # as the sources wrote them: arXiv ids and links, DOIs, guids
    url: str | None = None  # the page with the abstract
    pdf: str | None = None
    code: str | None = None
    project: str | None = None
    discussion: str | None = None
    thumbnail: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    published: dt.date | None = None  # first made public, as the source says; decides nothing
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


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
