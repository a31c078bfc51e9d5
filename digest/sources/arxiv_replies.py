"""What arXiv's feeds and its API answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from digest.errors import ParseError, Partial
from digest.model.papers import Paper
from digest.model.replies import Listing, Reply
from digest.sources import arxiv_calendar as calendar
from digest.sources.entry import base_of, paper_of
from digest.sources.feed_document import Entry, SiteError
from digest.sources.read_feed import read_feed
from digest.sources.text import excerpt
from digest.urls import extended

# https://info.arxiv.org/help/arxiv_identifier.html
_ID = re.compile(
    r"(?:oai:arXiv\.org:|arxiv\.org/abs/)"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)


def announcement_of(reply: Reply, source: str, include: Collection[str]) -> Listing:
    """What a category's feed announces (https://info.arxiv.org/help/rss_specifications.html).

    New versions of papers are its replacements.
    """
    base = base_of(reply)
    try:
        document = read_feed(
            reply.body, lambda entry: (entry.announce_type.strip(), _paper(entry, base))
        )
    except SiteError as error:
        raise ParseError(f"{error}; check source.{source}.categories") from None
    unwanted = {"new", "cross"} - set(include)
    papers, replacements, firsts = [], [], 0
    for kind, paper in document.entries:
        if paper and kind.startswith("replace"):
            replacements.append(paper)
        elif paper and kind not in unwanted:
            papers.append(paper)
            firsts += kind == "new"
    day = _eastern_day(document.updated.strip())
    # A feed without an entry may be one that is not filled yet.
    told = day if document.entries or not day else day - dt.timedelta(days=1)
    listing = Listing(
        papers=tuple(papers),
        replacements=tuple(replacements),
        date=day,
        until=calendar.midnight(told) if told else None,
        firsts=firsts,
    )
    if document.cut:
        raise Partial(document.cut, listing)
    return listing


def _eastern_day(text: str) -> dt.date | None:
    """The day of a moment as RSS or Atom writes it; None for others."""
    try:
        iso = text[:4].isdigit()
        moment = dt.datetime.fromisoformat(text) if iso else parsedate_to_datetime(text)
        return calendar.day_at(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))
    except (ValueError, OverflowError):
        return None


def page_of(reply: Reply, wanted: Callable[[str], bool]) -> Listing:
    """The papers of one page of an answer whose primary category is wanted.

    https://info.arxiv.org/help/api/user-manual.html
    """
    base = base_of(reply)

    def take(entry: Entry) -> tuple[str, Paper | None]:
        if not _ID.search(entry.id):
            raise ParseError(
                f"the API lists {excerpt(entry.id) or 'an entry without an id'}, which is no"
                f" paper: {excerpt(entry.title)}, {excerpt(entry.text)}"
            )
        return entry.primary or "".join(entry.terms[:1]), _paper(entry, base)

    document = read_feed(reply.body, take)
    if document.total is None:
        raise ParseError("the reply does not tell how many papers there are; check api_url")
    if not document.total and reply.request.fills:
        raise Partial(
            "the API lists nothing for days on which there must be something; it is asked again"
            " next time",
            Listing(),
        )
    papers = tuple(paper for primary, paper in document.entries if paper and wanted(primary))
    count = len(document.entries)
    start, size = _place(reply.request.url)
    if not document.cut and start + count >= document.total:
        return Listing(papers=papers)
    if document.cut or count < size:
        raise Partial(
            f"the API broke off after {start + count} of {document.total} papers; they are asked"
            " for again next time",
            Listing(papers=papers),
        )
    following = extended(reply.request.url, {"start": str(start + count)})
    return Listing(papers=papers, more=(replace(reply.request, url=following),))


def _paper(entry: Entry, base: str) -> Paper | None:
    """The paper of an entry, with links that lead to its newest version."""
    paper, found = paper_of(entry, base), _ID.search(entry.id)
    if not paper or not found:
        return paper
    return replace(
        paper, url=f"https://arxiv.org/abs/{found[1]}", pdf=f"https://arxiv.org/pdf/{found[1]}"
    )


def _place(url: str) -> tuple[int, int]:
    """Where a page begins, and how many papers it may have."""
    query = dict(parse_qsl(urlsplit(url).query))
    return int(query.get("start", 0)), int(query.get("max_results", 10))
