"""What is asked of a source's site, and what comes back and is seen in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model.papers import Paper


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
class Sighting:
    """A paper as one source showed it on one day."""

    source: str
    day: dt.date
    paper: Paper
