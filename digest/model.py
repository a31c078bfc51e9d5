"""The nouns: what a paper, an edition and a delivery are. Nothing here acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class SourceState(StrEnum):
    """How a source fared in one run."""

    FRESH = "fresh"  # it showed papers
    WAITING = "waiting"  # too early: its next batch is not out yet
    QUIET = "quiet"  # rightly empty: week-end, holiday, or nothing since the last run
    STALE = "stale"  # an old batch again, where a new one was due
    FAILED = "failed"  # no usable reply


class RunStatus(StrEnum):
    """How one daily run ended."""

    PUBLISHED = "published"  # this run made the edition
    QUIET = "quiet"  # nothing new, no edition
    WAITING = "waiting"  # a source's next batch is not out yet
    HELD = "held"  # a guard holds the edition
    EXISTS = "exists"  # the edition of that date was there already


class DeliveryState(StrEnum):
    """Where one edition stands on its way to one reader."""

    PENDING = "pending"  # to be sent
    CLAIMED = "claimed"  # a sender holds it, for as long as its lease lasts
    HANDED = "handed"  # the message is about to be, or has been, given to the server
    SENT = "sent"  # the server took it
    DEFERRED = "deferred"  # refused for now; tried again at `next_try`
    FAILED = "failed"  # refused for good
    SUPPRESSED = "suppressed"  # the reader left or bounced before their turn
    SKIPPED = "skipped"  # nothing in the edition is for this reader
    UNCERTAIN = "uncertain"  # the server's last answer was lost; never re-sent by itself


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
class Sighting:
    """A paper as one source showed it on one day."""

    source: str
    day: dt.date
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One phrase of a theme, found in a paper."""

    phrase: str
    where: str  # "title", "abstract" or "keywords"
    weight: float  # what it added to the score


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a paper stands in its section."""

    reason: str  # "phrases", "category" or "none"
    theme: str | None = None  # the best theme's id, even where the section is its group's
    score: float = 0.0
    matches: tuple[Match, ...] = ()  # the strongest first
    runner_up: str | None = None  # the second theme's id
    margin: float = 0.0  # (score - second score) / score, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A paper in a section."""

    key: str
    paper: Paper
    sources: tuple[str, ...]  # who showed it, in the order of the configuration
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A theme (or a group of themes) and its papers in one edition."""

    theme: str  # the id of the theme or group
    label: str
    papers: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A paper of an earlier edition whose version rose."""

    key: str
    title: str
    version: int
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source gave in one run."""

    name: str
    state: SourceState
    sightings: int = 0
    reason: str = ""  # why, in words, where the state is not fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The frozen digest of one newsletter for one period and local date."""

    newsletter: str  # slug
    title: str
    period: str  # "daily"
    date: dt.date  # local to the newsletter's time zone
    published_at: dt.datetime  # UTC, whole seconds
    sections: tuple[Section, ...]
    revisions: tuple[Revision, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    taxonomy: str = ""  # name and hash of the taxonomy that placed the papers
    intro: str = ""  # the newsletter's own words of greeting, Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenEdition:
    """An edition as it is stored: canonical JSON and the SHA-256 of its UTF-8 bytes."""

    edition: Edition
    document: str
    sha256: str  # hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What lets the next request for a URL be answered with "unchanged"."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None  # of the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to fetch: an http(s) URL, or a file URL whose path may be a glob pattern."""

    url: str
    accept: str = "*/*"
    day: dt.date | None = None  # the list day it asks for, where the source has such


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. `body` is unpacked; empty where `unchanged`."""

    request: Request
    url: str  # of this very document: a pattern's single file; as asked for, not as redirected
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """The validators of one URL of one source, true only for one setting of that source."""

    source: str
    url: str
    fingerprint: str
    validators: Validators


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """All that one run leaves, saved in one transaction. Without an edition on a quiet day."""

    newsletter: str  # slug
    date: dt.date
    decision: Decision
    feeds: tuple[FeedState, ...]
    requested: tuple[tuple[str, str], ...]  # (source, url); other validators are forgotten
    edition: FrozenEdition | None
    readers: tuple[str, ...]  # addresses to deliver the edition to


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition on its way to one reader."""

    id: int
    edition_id: int
    address: str
    attempts: int  # finished ones
    token: int  # fencing: a result counts only while this is still the row's


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one attempt to deliver ended."""

    state: DeliveryState
    code: str = ""  # the server's code and text, without addresses
    next_try: dt.datetime | None = None  # UTC; set where the state is deferred


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
    reason: str = ""  # why, in words, where the status is held
