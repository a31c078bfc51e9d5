"""A paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work, with all that its sources say of it. Every text is plain text, never markup."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None  # where a source tells only how many there are
    organisation: str | None = None
    ids: tuple[str, ...] = ()  # as the sources wrote them: arXiv ids and links, DOIs, guids
    url: str | None = None  # the page with the abstract
    pdf: str | None = None
    code: str | None = None
    project: str | None = None
    discussion: str | None = None
    thumbnail: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    published: dt.date | None = None  # first made public, as the source says; decides nothing
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
