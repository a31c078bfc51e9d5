"""Sources as the configuration makes them, and replies as fetching does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from digest.config import SourceConfig
from digest.errors import Partial
from digest.identity import works
from digest.model.papers import Paper
from digest.model.replies import Listing, Occasion, Reply, Request, Sighting
from digest.ports import Source
from digest.sources import source_for

DAILY = "https://huggingface.co/api/daily_papers"
FEED = "https://example.org/feeds/papers.xml"


def hugging_face(url: str = DAILY, look_back_days: int = 3) -> Source:
    return made("huggingface", "hf", url=url, look_back_days=look_back_days)


def feed() -> Source:
    return made("feed", "lab", url=FEED)


def saved_page(path: str = "/pages") -> Source:
    return made("saved-page", "pages", path=path)


def made(kind: str, name: str, **settings: object) -> Source:
    return source_for(SourceConfig(kind=kind, name=name, settings=settings))


def requests(
    source: Source, day: dt.date, now: dt.datetime, since: dt.date | None = None
) -> Sequence[Request]:
    """What a source asks for on a usual day."""
    return source.requests(Occasion(day=day, now=now, since=since))


def parsed(source: Source, body: bytes | str, url: str = FEED) -> Listing:
    """What a source makes of a body."""
    data = body.encode() if isinstance(body, str) else body
    return source.parse(Reply(request=Request(url=url), url=url, body=data))


def parse(source: Source, body: bytes | str, url: str = FEED) -> Sequence[Paper]:
    """The papers that a source makes of a body."""
    return parsed(source, body, url).papers


def parse_cut(source: Source, body: bytes | str) -> Sequence[Paper]:
    """What a source makes of a body that breaks off, which it must say."""
    with pytest.raises(Partial, match="breaks off") as told:
        parse(source, body)
    papers: Sequence[Paper] = told.value.listing.papers
    return papers


def version_of(paper: Paper) -> int | None:
    """The highest version that a paper's ids name."""
    (work,) = works([Sighting(source="any", day=dt.date(2026, 1, 5), paper=paper)])
    return work.version
