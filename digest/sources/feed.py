"""Any feed: RSS 0.9x, 1.0 and 2.0, Atom, and JSON Feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from digest.errors import ParseError, Partial
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.sources.verdicts import nothing_new

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9,"
    " */*;q=0.1"
)


@dataclass(slots=True)
class Feed:
    """The papers that a feed lists now."""

    name: str
    url: str
    fingerprint: str = "feed/2"

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """One request: a feed lists what it lists now; none for a day alone."""
        if occasion.alone:
            return []
        return [Request(url=self.url, accept=_ACCEPT)]

    def parse(self, reply: Reply) -> Listing:
        """The papers of a feed, and the UTC day that all its entries bear, if they bear one.

        None where the feed is empty. An entry that tells nothing at all is left out. Raises
        Partial with the whole entries (those with their end tag) of a feed that breaks off, and
        ParseError where the body is no feed, where it declares entities, and where no entry is
        whole or usable.
        """
        # Reading is slow to load, and an unchanged feed is not read.
        from digest.sources.entry import base_of, paper_of, utc_day_of
        from digest.sources.read_feed import read_feed

        base = base_of(reply)
        feed = read_feed(
            reply.body,
            lambda entry: (
                paper_of(entry, base),
                utc_day_of(entry.published),
                entry.announce_type.strip().startswith("replace"),  # in a feed of arXiv's
            ),
        )
        papers = tuple(paper for paper, _, replaced in feed.entries if paper and not replaced)
        replacements = tuple(paper for paper, _, replaced in feed.entries if paper and replaced)
        if feed.entries and not papers and not replacements:
            raise ParseError(
                "not one of its entries has a title, text or link; check the source's url"
            )
        days = {day for _, day, _ in feed.entries}
        date = days.pop() if len(days) == 1 else None
        listing = Listing(papers=papers, replacements=replacements, date=date)
        if feed.cut:
            raise Partial(feed.cut, listing)
        return listing

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """Fresh, with a remark where a feed of many days has nothing but new papers; else quiet,
        since a feed has no hours that one could know; stale where it was made anew of what was
        shown before.

        That is so where all its entries bear one day, as where each bears that of the feed's
        making, and the day is later than the one on which the URL last had a new paper. At
        week-ends such a feed is quiet; and a day yet to come tells nothing.
        """
        made, fresh_at = glance.date, glance.fresh_at
        if glance.new:
            unseen = fresh_at and not made and glance.new - glance.kept == glance.papers
            return SourceState.FRESH, (
                "all it lists is new, so others may have come and gone unseen" if unseen else ""
            )
        weekend = now.weekday() >= 5
        if made and fresh_at and fresh_at.date() < made <= now.date() and not weekend:
            return SourceState.STALE, f"it is dated {made}, and lists only what was shown before"
        return nothing_new(glance)
