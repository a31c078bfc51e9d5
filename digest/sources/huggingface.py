"""Hugging Face Daily Papers, by its API: `GET /api/daily_papers?date=YYYY-MM-DD` is one list day.

https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.sources.verdicts import nothing_new
from digest.urls import extended

_LIMIT = 100  # rows of a page; the site's own default of 50 is what its fullest days have reached
_LISTS = "lists"  # the name of all lists together
_LONGEST = 31  # days that a run looks back by itself after a long pause
_WEEK_END = (5, 6)


@dataclass(slots=True)
class HuggingFace:
    """The papers of each list day, as that day's list shows them now."""

    name: str
    url: str
    look_back_days: int
    fingerprint: str = "huggingface/1"

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """One request for the day and for each of the days before it, oldest first.

        They reach back `look_back_days`, and to the day when all lists were last read whole
        (before that has happened, to the newest edition) where that is earlier; but a month at
        most. Never one for a day that has not begun in UTC: the site answers 400.
        """
        if occasion.alone:
            return [self._request(occasion.day)]
        read = occasion.read.get(_LISTS)
        known = read.date() if read else occasion.since
        missed = (occasion.day - known).days if known else 0
        back = max(self.look_back_days, min(missed, _LONGEST))
        days = [occasion.day - dt.timedelta(days=ago) for ago in range(back, -1, -1)]
        today = occasion.now.astimezone(dt.UTC).date()
        return [self._request(asked) for asked in days if asked <= today]

    def _request(self, day: dt.date) -> Request:
        url = extended(self.url, {"limit": str(_LIMIT), "date": day.isoformat()})
        return Request(url=url, accept="application/json", day=day, fills=_LISTS)

    def parse(self, reply: Reply) -> Listing:
        """What stands on a page of the list of one day; nothing at week-ends.

        A page with as many rows as were asked for leads to the next. A row with neither id, title
        nor summary is left out: it tells of no paper. Raises ParseError where the body is no such
        list, or not one of its rows is usable.
        """
        # Reading is slow to load, and an unchanged list is not read.
        from digest.sources.daily_list import papers_of
        from digest.sources.text import count

        rows, papers = papers_of(reply.body)
        if rows < _LIMIT:
            return Listing(papers=papers)
        page = count(dict(parse_qsl(urlsplit(reply.request.url).query)).get("p")) or 0
        following = replace(reply.request, url=extended(reply.request.url, {"p": str(page + 1)}))
        return Listing(papers=papers, more=(following,))

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """Waiting where today's list, of a weekday, is still empty; else quiet."""
        day = glance.day
        if glance.papers or not day:
            return nothing_new(glance)
        if day.weekday() in _WEEK_END:
            return SourceState.QUIET, "there are no lists at week-ends"
        if day == now.astimezone(dt.UTC).date():
            return SourceState.WAITING, f"the list of {day} is still empty"
        return SourceState.QUIET, f"the list of {day} stayed empty"
