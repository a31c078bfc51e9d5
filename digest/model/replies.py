"""What is asked of a source's site, and what comes back and is seen in it.

Named tuples where possible: every run loads these, and dataclasses take longer to make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from digest.model.papers import Paper


class Validators(NamedTuple):
    """What lets the next request for a URL be answered with "unchanged"."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None  # of the body


NOTHING = Validators()


class Pace(NamedTuple):
    """How often a site may be asked, by everyone who shares the store: one request at a time."""

    name: str  # of the site
    seconds: float  # from the end of a request to the next one's beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to fetch: an http(s) URL, or a file URL whose path may be a glob pattern."""

    url: str
    accept: str = "*/*"
    day: dt.date | None = None  # the list day it asks for, where the source has such
    pace: Pace | None = None
    fills: str | None = None  # a URL, or a name, that is read whole only where this is too
    instead: Request | None = None  # asked where this one brings nothing usable
    moved_to: str | None = None  # where the site has moved the URL for good; asked there


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. `body` is unpacked; empty where `unchanged`."""

    request: Request
    url: str  # of this very document: a pattern's single file; as asked for, not as redirected
    body: bytes
    content_type: str = ""
    validators: Validators = NOTHING
    unchanged: bool = False
    final_url: str = ""  # where redirects led; "" where they led nowhere
    moved_to: str | None = None  # where permanent redirects alone (301, 308) lead, if they do
    dated: tuple[str, str] = ("", "")  # its Date and its Age, as they were sent


class Listing(NamedTuple):
    """What a reply lists, in its order."""

    papers: tuple[Paper, ...] = ()
    replacements: tuple[Paper, ...] = ()  # new versions of older papers: no news by themselves
    more: tuple[Request, ...] = ()  # to be asked next: further pages
    date: dt.date | None = None  # the day it says it is of
    until: dt.datetime | None = None  # UTC; it has all there was by then; None: by now
    firsts: int | None = None  # of the papers, how many cannot have been shown before, if known


class Occasion(NamedTuple):
    """When and after what a source is asked."""

    day: dt.date  # the newsletter's local date
    now: dt.datetime  # UTC
    since: dt.date | None = None  # of the newest edition before `day`
    read: Mapping[str, dt.datetime] = MappingProxyType({})  # up to when, by URL
    alone: bool = False  # only the list of that day is wanted, which is over


class Glance(NamedTuple):
    """What one URL showed in a run, without trouble."""

    url: str
    day: dt.date | None = None  # the list day asked for
    papers: int | None = None  # that it lists as news, or did when it was last read
    firsts: int | None = None  # of those, how many cannot have been shown before, if known
    new: int = 0  # of those, how many no edition has had; without those that fill it up
    kept: int = 0  # of the new, how many were seen by earlier polls, whether or not it lists them
    date: dt.date | None = None  # the day it says it is of; None where unchanged
    unchanged: bool = False
    fresh_at: dt.datetime | None = None  # UTC; when it last had a paper never seen before


class FeedState(NamedTuple):
    """The validators of one URL of one source, true only for one setting of that source."""

    source: str
    url: str
    fingerprint: str
    validators: Validators


class Visit(NamedTuple):
    """What asking one URL for one source has come to, up to now. Instants are UTC."""

    source: str
    url: str
    read_at: dt.datetime | None = None  # up to when it has been read whole
    fresh_at: dt.datetime | None = None  # last had a paper never seen before
    papers: int | None = None  # how many it listed when it was last read whole
    failures: int = 0  # runs in a row
    gone: int = 0  # runs in a row that were answered 410
    failed_at: dt.datetime | None = None  # the first of those failures
    not_before: dt.datetime | None = None  # when it may be asked again
    moved_to: str | None = None  # where the last good answers came from, by 301 or 308
    moves: int = 0  # good answers in a row from there


class Sighting(NamedTuple):
    """A paper as one source showed it on one day."""

    source: str
    day: dt.date
    paper: Paper
    url: str = ""  # of the reply that showed it
    replacement: bool = False  # shown as the new version of an older paper only
    kept: bool = False  # by an earlier poll


class Kept(NamedTuple):
    """A sighting of a new paper that waits for its edition, true only for one setting."""

    sighting: Sighting
    fingerprint: str
