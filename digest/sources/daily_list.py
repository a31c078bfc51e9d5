"""The rows of Hugging Face Daily Papers; loaded when a list has changed.

A row is `{paper: {id, title, summary, authors: [{name}], upvotes, …}, title, summary, numComments,
…}` (https://huggingface.co/docs/hub/api). Over the years fields moved between it and its paper.
"""

from __future__ import annotations

import re
from typing import Any

from digest.errors import ParseError
from digest.model.papers import Paper
from digest.sources.text import (
    clean,
    count,
    decoded,
    excerpt,
    iso_day,
    listing,
    mapping,
    opening,
    title_of,
    web_link,
)

_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp)$", re.IGNORECASE)


def papers_of(body: bytes) -> tuple[int, tuple[Paper, ...]]:
    """How many rows a list has, and their papers. Raises as `HuggingFace.parse` does."""
    rows = _rows(body)
    papers = tuple(paper for row in rows if (paper := _paper(row)))
    if rows and not papers:
        found = type(rows[0]).__name__
        raise ParseError(
            f"none of the {len(rows)} rows is a paper (the first is of type {found});"
            " the site may have changed: check the source's url"
        )
    return len(rows), papers


def _rows(body: bytes) -> list[Any]:
    document = decoded(body)
    if isinstance(document, list):
        return document
    said = excerpt(mapping(document).get("error"))
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
