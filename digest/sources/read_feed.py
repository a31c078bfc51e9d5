"""Feeds of every format: read strictly where that goes, leniently where it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from digest.errors import ParseError
from digest.sources import strict_feed
from digest.sources.feed_document import Entry, FeedDocument, SiteError
from digest.sources.text import excerpt

T = TypeVar("T")

_MOST_TAGS = 1_000_000  # of which 20,000 papers need a third; more would take minutes and gigabytes

_JSON = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\r ]*\{")


def read_feed(body: bytes, take: Callable[[Entry], T]) -> FeedDocument[T]:
    """The RSS 0.9x, 1.0 or 2.0, Atom or JSON Feed that a body is.

    `take` is called as the entries are read, so that none needs to be kept; it must change
    nothing, since it is called anew for all of them where the strict reader gives up half-way.
    Raises ParseError where the body is no feed, where it declares entities, where no entry is
    whole, and (SiteError) where the feed is an error of arXiv's in disguise.
    """

    def taken(entry: Entry) -> T:
        # https://info.arxiv.org/help/api/user-manual.html#34-errors
        if "/api/errors" in entry.id:
            raise SiteError(f"the site answers with an error: {excerpt(entry.text)}")
        return take(entry)

    document = _read(body, taken)
    if document.title.startswith("Feed error for query"):
        raise SiteError(f"the site answers with an error: {excerpt(document.title)}")
    return document


def _read(body: bytes, take: Callable[[Entry], T]) -> FeedDocument[T]:
    # The parsers of the odd cases are slow to import.
    if _JSON.match(body):
        from digest.sources import json_feed

        return json_feed.read(body, take)
    if body.count(b"<") > _MOST_TAGS:
        raise ParseError(f"the feed has over {_MOST_TAGS:,} tags; check the source's url")
    with suppress(strict_feed.Unsure):
        return strict_feed.read(body, take)
    from digest.sources import loose_feed

    return loose_feed.read(body, take)
