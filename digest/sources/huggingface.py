"""Hugging Face Daily Papers, by its API: `GET /api/daily_papers?date=YYYY-MM-DD` is one list day.

https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from digest.model.replies import Reply, Request

if TYPE_CHECKING:
    from digest.model.papers import Paper

_LIMIT = 100  # rows; the site's own default of 50 is what its fullest days have reached
_LONGEST = 31  # days that a run looks back by itself after a long pause


@dataclass(slots=True)
class HuggingFace:
    """The papers of each list day, as that day's list shows them now."""

    name: str
    url: str
    look_back_days: int
    kind: str = "huggingface"
    fingerprint: str = "huggingface/1"

    def requests(
        self, day: dt.date, now: dt.datetime, since: dt.date | None = None
    ) -> Sequence[Request]:
        """One request for `day` and for each of the days before it, oldest first.

        They reach back `look_back_days`, and to `since` where that is earlier, but a month at
        most. Never one for a day that has not begun in UTC: the site answers 400.
        """
        missed = min((day - since).days, _LONGEST) if since else 0
        back = max(self.look_back_days, missed)
        days = [day - dt.timedelta(days=ago) for ago in range(back, -1, -1)]
        return [
            Request(url=self._of(asked), accept="application/json", day=asked)
            for asked in days
            if asked <= now.astimezone(dt.UTC).date()
        ]

    def _of(self, day: dt.date) -> str:
        parts = urlsplit(self.url)
        kept = dict(parse_qsl(parts.query, keep_blank_values=True))
        query = kept | {"limit": str(_LIMIT), "date": day.isoformat()}
        return parts._replace(query=urlencode(query)).geturl()

    def parse(self, reply: Reply) -> Sequence[Paper]:
        """The papers of one list day; none at week-ends.

        A row with neither id, title nor summary is left out: it tells of no paper. Raises
        ParseError where the body is no such list, or not one of its rows is usable, and Partial
        where there are as many rows as were asked for.
        """
        # Reading is slow to load, and an unchanged list is not read.
        from digest.sources.daily_list import papers_of

        return papers_of(reply.body, _LIMIT)
