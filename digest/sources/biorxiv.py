"""bioRxiv and medRxiv: the API that they share, and their RSS where it gives nothing usable.

`GET /details/SERVER/FROM/TO/CURSOR/json?category=NAME` lists each version posted from one day to
another, one page from record CURSOR on (https://api.biorxiv.org/details/biorxiv/help).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from digest.errors import Partial
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.sources.verdicts import nothing_new
from digest.urls import extended

_LONGEST = 31  # days that a run looks back by itself after a long pause
_PAGE = 30  # records; some of the API's pages hold 100
_CURSOR = re.compile(r"/(\d+)/json(?=\?|$)")
_FEEDS = {
    "biorxiv": "https://connect.biorxiv.org/biorxiv_xml.php",
    "medrxiv": "https://connect.medrxiv.org/medrxiv_xml.php",
}


@dataclass(slots=True)
class Biorxiv:
    """The preprints posted on some days, of some categories or of all."""

    name: str
    server: str
    url: str
    feed_url: str  # "" for the server's own
    categories: tuple[str, ...]
    look_back_days: int
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        self.fingerprint = " ".join(["biorxiv/1", self.server, *self.categories])

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """The first page of each category, or of all; its reply leads to the next.

        The days reach back `look_back_days`, and to the day when all pages were last read or,
        before that has happened, to the newest edition, where that is earlier; but a month at
        most.
        """
        return [self._first_page(occasion, category) for category in self.categories or ("",)]

    def _first_page(self, occasion: Occasion, category: str) -> Request:
        pages = f"{self.server}/{_underscored(category) or 'all'}"
        first, last = self._first_day(occasion, pages), occasion.day
        query = {"category": _underscored(category)} if category else {}
        return Request(
            url=extended(self.url, query, f"/{self.server}/{first}/{last}/0/json"),
            accept="application/json",
            fills=pages,
            instead=None if occasion.alone else self._feed(category),  # which has no past days
        )

    def _first_day(self, occasion: Occasion, pages: str) -> dt.date:
        if occasion.alone:
            return occasion.day
        read = occasion.read.get(pages)
        known = read.date() if read else occasion.since
        missed = (occasion.day - known).days if known else 0
        return occasion.day - dt.timedelta(days=max(self.look_back_days, min(missed, _LONGEST)))

    def _feed(self, category: str) -> Request:
        subject = {"subject": _underscored(category) or "all"}
        return Request(url=extended(self.feed_url or _FEEDS[self.server], subject))

    def parse(self, reply: Reply) -> Listing:
        """The preprints of one page, or of the RSS.

        A preprint of which only later versions are there is a replacement. A page leads to the
        next, unless it is empty, or short and the total that the API tells is reached: that is
        often too high. Raises ParseError where the API reports an error, or the body is no reply
        of it, and what `Feed.parse` raises.
        """
        # Reading is slow to load, and an unchanged page is not read.
        from digest.sources import biorxiv_records

        asked = _CURSOR.search(reply.request.url)
        if not asked:
            return self._parse_feed(reply)
        page = biorxiv_records.page_of(reply.body, self.server, self.categories)
        following = int(asked[1]) + page.records
        if not page.records or (page.records < _PAGE and following >= page.total):
            return page.listing
        url = _CURSOR.sub(f"/{following}/json", reply.request.url)
        return page.listing._replace(more=(replace(reply.request, url=url, instead=None),))

    def _parse_feed(self, reply: Reply) -> Listing:
        from digest.sources.biorxiv_records import preprints
        from digest.sources.feed import Feed

        try:
            return preprints(Feed(self.name, reply.url).parse(reply), self.server)
        except Partial as cut:
            raise Partial(str(cut), preprints(cut.listing, self.server)) from None

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:  # noqa: ARG002 - no hour is too early
        """Quiet: preprints are posted on any day, and on some none."""
        if glance.papers == 0:
            asked = dict(parse_qsl(urlsplit(glance.url).query)).get("category")
            under = f" under {asked!r}, if there is such a category" if asked else ""
            return SourceState.QUIET, f"nothing was posted in these days{under}"
        return nothing_new(glance)


def _underscored(category: str) -> str:
    """A category as addresses have it."""
    return "_".join(category.split())
