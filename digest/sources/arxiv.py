"""arXiv, by its category feeds (https://info.arxiv.org/help/rss.html), and its API for the rest.

A feed holds the announcement of one day. The days between the last one that was read and today
are asked of the API, which knows submissions and no announcements: what was submitted in time
for them. New versions, and old papers that were newly listed in a category, it cannot tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from digest.model.replies import Glance, Listing, Occasion, Pace, Reply, Request
from digest.model.sources import SourceState
from digest.sources import arxiv_calendar as calendar
from digest.urls import extended

# https://info.arxiv.org/help/api/tou.html: one connection at a time for feeds and API together.
_PACE = Pace(name="arxiv", seconds=3.0)
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"
_PAGE = 200  # papers in an answer of the API
# Papers are held back before their announcement, mostly for one to four days. What was announced
# before comes along, and is known.
_HELD = dt.timedelta(days=7)
# CATEGORY_ALIASES of https://github.com/arXiv/arxiv-base/blob/master/arxiv/taxonomy/definitions.py
_ALIASES = {
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "math.IT": "cs.IT",
    "math.MP": "math-ph",
    "q-fin.EC": "econ.GN",
    "stat.TH": "math.ST",
}
_SECOND_NAMES = {category: alias for alias, category in _ALIASES.items()}


@dataclass(slots=True)
class Arxiv:
    """What is announced in some categories.

    `include` says whether papers that are `new` in a category are wanted, those that are `cross`
    (new, or newly listed there, with another primary category), or both.
    """

    name: str
    url: str
    api_url: str
    categories: tuple[str, ...]
    include: tuple[str, ...]
    fingerprint: str = field(init=False)
    _feeds: dict[str, str] = field(init=False)  # the category of each URL

    def __post_init__(self) -> None:
        self.categories = tuple(dict.fromkeys(_ALIASES.get(one, one) for one in self.categories))
        self.fingerprint = f"arxiv/1 {' '.join((*self.include, *self.categories))}"
        self._feeds = {
            extended(self.url, {}, f"/{category}"): category for category in self.categories
        }

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """Each category's feed, and before it what was announced since it was last read.

        For a day alone, what was submitted for its announcement; nothing where there is none.
        """
        if not occasion.alone:
            return [asked for url in self._feeds for asked in self._catching_up(url, occasion)]
        if not calendar.announces(occasion.day):
            return []
        first, last = calendar.submitted(occasion.day)
        return [self._search(self.categories, first, last, day=occasion.day)]

    def _catching_up(self, url: str, occasion: Occasion) -> Sequence[Request]:
        feed = Request(url=url, accept=_ACCEPT, pace=_PACE)
        read = occasion.read.get(url)
        missed = calendar.missed(read, occasion.now) if read else []
        if not missed:
            return [feed]
        first, _ = calendar.submitted(missed[0])
        last = calendar.deadline(missed[-1])
        return [self._search([self._feeds[url]], first - _HELD, last, fills=url), feed]

    def _search(
        self,
        categories: Sequence[str],
        first: dt.datetime,
        last: dt.datetime,
        *,
        fills: str | None = None,
        day: dt.date | None = None,
    ) -> Request:
        """What was submitted to some categories between two moments, oldest first.

        https://info.arxiv.org/help/api/user-manual.html
        """
        names = [name for one in categories for name in (one, _SECOND_NAMES.get(one)) if name]
        query = {
            "search_query": f"({' OR '.join(f'cat:{name}' for name in names)})"
            f" AND submittedDate:[{first:%Y%m%d%H%M} TO {last:%Y%m%d%H%M}]",
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
            "start": "0",
            "max_results": str(_PAGE),
        }
        url = extended(self.api_url, query)
        return Request(url=url, accept=_ACCEPT, pace=_PACE, fills=fills, day=day)

    def parse(self, reply: Reply) -> Listing:
        """What a feed announces, or what a page of the API lists, with the next page to ask for.

        Raises ParseError where the body is neither, or an error of arXiv's, and Partial with
        what there is where a feed breaks off, or a page is shorter than it should be.
        """
        # Reading is slow to load, and an unchanged feed is not read.
        from digest.sources import arxiv_replies

        if self._of_api(reply.request.url):
            return arxiv_replies.page_of(reply, self._wanted_primary)
        return arxiv_replies.announcement_of(reply, self.name, self.include)

    def _of_api(self, url: str) -> bool:
        return url.partition("?")[0] == self.api_url.partition("?")[0]

    def _wanted_primary(self, category: str) -> bool:
        """Whether a paper of that primary category is wanted: `new` where that is followed."""
        followed = _ALIASES.get(category, category) in self.categories
        return ("new" if followed else "cross") in self.include

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """Quiet without an announcement, waiting until it is due, stale where it did not come.

        It did not come where the feed is of another day, is as it was, or bears the day's date
        and most of what is new on arXiv by its word is known, or came from the API just now.
        """
        today = calendar.day_at(now)
        if self._of_api(glance.url):
            return SourceState.QUIET, "the days asked of the API had nothing new"
        if not calendar.in_week(today):
            return SourceState.QUIET, "arXiv announces nothing at week-ends"
        if calendar.on_holiday(today):
            return SourceState.QUIET, f"arXiv announces nothing on {today}, after a holiday"
        return _verdict(glance, now, today, self._feeds.get(glance.url, glance.url))


def _verdict(
    glance: Glance, now: dt.datetime, today: dt.date, category: str
) -> tuple[SourceState, str]:
    """How it stands with a category's feed on a day with an announcement."""
    if glance.date and glance.date < today:
        state, words = _late(f"still has the announcement of {glance.date}", category, now)
        return (SourceState.FRESH if glance.new else state), words
    if glance.fresh_at and calendar.day_at(glance.fresh_at) == today:
        return SourceState.QUIET, f"the announcement of {today} in {category} was read before"
    if glance.unchanged:
        return _late("is as it was", category, now)
    if not glance.papers:
        return SourceState.QUIET, f"nothing was announced in {category} on {today}"
    if 2 * glance.new < (glance.firsts or 0):
        return SourceState.STALE, (
            f"arXiv's feed of {category} bears the date of {today}, but what it calls new was"
            " known before, or almost all of it"
        )
    return SourceState.QUIET, f"what was announced in {category} on {today} was known before"


def _late(what: str, category: str, now: dt.datetime) -> tuple[SourceState, str]:
    """Waiting or stale, of a feed without the announcement of the day."""
    today = calendar.day_at(now)
    if now < calendar.due(today):
        return SourceState.WAITING, f"the announcement of {today} in {category} is not out yet"
    return SourceState.STALE, (
        f"arXiv's feed of {category} {what}, though that of {today} was due; it comes with the"
        " next run that finds it"
    )
