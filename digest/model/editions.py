"""An edition and what it is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.model.papers import Paper
from digest.model.sources import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One phrase of a theme, found in a paper."""

    phrase: str
    where: str  # "title", "abstract", "keywords", "categories", "text" or "authors"
    weight: float  # what it added to the score


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a paper stands in its section."""

    reason: str  # "phrases", "category", "none", or a reader's own "keyword" or "author"
    theme: str | None = None  # the best theme's id, or its category's; the section may be a group's
    score: float = 0.0
    matches: tuple[Match, ...] = ()  # the strongest first
    runner_up: str | None = None  # the second theme's id
    margin: float = 0.0  # (best - second) / best, 0 to 1, of scores times priorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A paper in a section."""

    key: str
    paper: Paper
    sources: tuple[str, ...]  # who showed it, in the order of the configuration
    evidence: Evidence
    summary: str = ""  # machine-written, one line of plain text; "" is none
    teaser: str = ""  # what its abstract claims, in one or two of its sentences; "" is none


ALSO = "also"  # the id of the section of what fits nowhere
REST = "More in "  # how the name of what a divided section keeps begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A theme (or a group of themes) and its papers in one edition."""

    theme: str  # the id of the theme, the group or, as "theme.topic", of a part of a theme
    label: str
    papers: tuple[Placement, ...]
    followed: bool = False  # its readers asked for it to come first


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A paper of an earlier edition whose version rose."""

    key: str
    title: str
    version: int
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """How a source fared, as the edition's readers are told; see SourceReport."""

    name: str
    state: SourceState
    sightings: int = 0
    new: int = 0
    reason: str = ""  # short, and without an address
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The frozen digest of one newsletter for one period and local date."""

    newsletter: str  # slug
    title: str
    period: str  # "daily" or "weekly"
    date: dt.date  # local to the newsletter's time zone
    published_at: dt.datetime  # UTC, whole seconds
    sections: tuple[Section, ...]
    revisions: tuple[Revision, ...] = ()
    sources: tuple[SourceNote, ...] = ()
    taxonomy: str = ""  # name and hash of the taxonomy that placed the papers
    intro: str = ""  # the newsletter's own words of greeting, Markdown
    summarised_by: str = ""  # the model that wrote the summaries, where a paper has one


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenEdition:
    """An edition as it is stored: canonical JSON, in UTF-8, and the SHA-256 of it."""

    edition: Edition
    document: bytes
    sha256: str  # hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinePaper:
    """What an outline tells of a paper."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineEvidence:
    """What an outline tells of a paper's place."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinePlacement:
    """What an outline tells of a paper in a section."""

    key: str
    paper: OutlinePaper
    evidence: OutlineEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSection:
    """What an outline tells of a section."""

    theme: str
    label: str
    papers: tuple[OutlinePlacement, ...]
    followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """As much of an edition as a list of editions or a report needs: a tenth of it, or less."""

    newsletter: str
    period: str
    date: dt.date
    published_at: dt.datetime
    sections: tuple[OutlineSection, ...]
