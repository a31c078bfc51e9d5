"""Hugging Face Daily Papers, by its API.

`GET /api/daily_papers?date=YYYY-MM-DD` answers with a list of rows
`{paper: {id, title, summary, authors: [{name}], upvotes, …}, title, summary, numComments, …}`;
https://huggingface.co/docs/hub/api. Over the years fields moved between the row and its paper.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from digest.errors import ParseError, Partial
from digest.model import Paper, Reply, Request
from digest.sources.text import clean, count, iso_day, listing, mapping, opening, title_of, web_link

_LIMIT = 100  # rows; the site's own default of 50 is what its fullest days have reached
_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp)$", re.IGNORECASE)


@dataclass(slots=True)
class HuggingFace:
    """The papers of each list day, as that day's list shows them now."""

    name: str
    url: str
    look_back_days: int
    kind: str = "huggingface"
    fingerprint: str = "huggingface/1"

    def requests(self, day: dt.date, now: dt.datetime) -> Sequence[Request]:
        """One request for `day` and for each of the days before it, oldest first.

        Never one for a day that has not begun in UTC: the site answers 400.
        """
        days = [day - dt.timedelta(days=back) for back in range(self.look_back_days, -1, -1)]
        return [
            Request(url=self._of(asked), accept="application/json", day=asked)
            for asked in days
            if asked <= now.astimezone(dt.UTC).date()
        ]

    def _of(self, day: dt.date) -> str:
        parts = urlsplit(self.url)
        kept = dict(parse_qsl(parts.query, keep_blank_values=True))
        query = {"limit": str(_LIMIT)} | kept | {"date": day.isoformat()}
        return parts._replace(query=urlencode(query)).geturl()

    def parse(self, reply: Reply) -> Sequence[Paper]:
        """The papers of one list day; none at week-ends.

        A row with neither id, title nor summary is left out: it tells of no paper. Raises
        ParseError where the body is no such list, or not one of its rows is usable, and Partial
        where there are as many rows as were asked for.
        """
        rows = _rows(reply.body)
        papers = [paper for row in rows if (paper := _paper(row))]
        if rows and not papers:
            found = type(rows[0]).__name__
            raise ParseError(
                f"none of the {len(rows)} rows is a paper (the first is of type {found});"
                " the site may have changed: check the source's url"
            )
        if len(rows) >= _LIMIT:
            raise Partial(f"the list is full with {len(rows)} papers: there may be more", papers)
        return papers


def _rows(body: bytes) -> list[Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ParseError(
            f"expected a JSON list of papers, found {opening(body)}; check the source's url"
        ) from None
    if isinstance(document, list):
        return document
    said = clean(mapping(document).get("error"))[:200]
    found = f"the error {said!r}" if said else opening(body)
    raise ParseError(f"expected a JSON list of papers, found {found}; check the source's url")


def _paper(value: Any) -> Paper | None:
    row = mapping(value)
    inner = mapping(row.get("paper"))

    def either(*names: str) -> Any:
        """The first value that says something: the paper's own, else the row's."""
        values = (place.get(name) for name in names for place in (inner, row))
        return next((value for value in values if value not in (None, "", [], {})), None)

    def text(name: str) -> str:
        return clean(inner.get(name)) or clean(row.get(name))

    number, abstract = text("id"), text("summary")
    title = title_of(text("title"), abstract, number)
    if not title:
        return None
    arxiv = _ARXIV_ID.fullmatch(number)
    return Paper(
        title=title,
        abstract=abstract,
        authors=_names(either("authors")),
        organisation=_organisation(either("organization")),
        ids=(number,) if number else (),
        url=f"https://arxiv.org/abs/{arxiv[1]}" if arxiv else None,
        pdf=f"https://arxiv.org/pdf/{arxiv[1]}" if arxiv else None,
        code=web_link(either("githubRepo")),
        project=web_link(either("projectPage")),
        discussion=f"https://huggingface.co/papers/{arxiv[1]}" if arxiv else None,
        thumbnail=_thumbnail(either("thumbnail"), either("mediaUrls"), either("mediaUrl")),
        upvotes=count(either("upvotes")),
        comments=count(either("numComments")),
        published=iso_day(either("publishedAt")),
        keywords=tuple(filter(None, map(clean, listing(either("ai_keywords"))))),
    )


def _names(authors: Any) -> tuple[str, ...]:
    """All authors, `hidden` ones too: that hides a paper from a profile, not a name from a paper.

    (Those so marked, first authors among them, are authors of the paper on arXiv.)
    """
    return tuple(
        name for author in listing(authors) if (name := clean(mapping(author).get("name")))
    )


def _organisation(value: Any) -> str | None:
    organisation = mapping(value)
    return clean(organisation.get("fullname")) or clean(organisation.get("name")) or None


def _thumbnail(thumbnail: Any, several: Any, single: Any) -> str | None:
    """The picture made for the paper, else the first picture (not film) its authors gave."""
    media = [link for link in (*listing(several), single) if _PICTURE.search(clean(link))]
    return next(filter(None, map(web_link, [thumbnail, *media])), None)
