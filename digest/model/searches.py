"""What is searched for among the papers of past editions, and what is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.model.editions import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which papers are looked for. What is empty rules none out."""

    words: str = ""  # as they were typed: words, "phrases", -words; or an id, a link, a title
    themes: tuple[str, ...] = ()  # ids of themes, groups or topics, any of which will do
    source: str = ""
    first: dt.date = dt.date.min  # of the editions
    last: dt.date = dt.date.max
    by_date: bool = False  # the newest first; else the best, and of those that tie the newest
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A paper that was found."""

    date: dt.date  # of its edition
    theme: str  # the id of its section's
    label: str
    placed: Placement
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    total: int  # papers found, shown or not
    complete: bool  # whether all that there are were looked at, not the newest alone
    hits: tuple[Hit, ...]
