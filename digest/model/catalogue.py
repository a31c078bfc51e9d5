"""What the static site remembers of its editions, so that a day more costs the same for ever.

A month's catalogue lists its papers, a year's counts them by day, and the site's own by year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from digest.model.editions import SourceNote


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paper in a list of papers."""

    key: str
    title: str  # as its source wrote it, with its LaTeX
    theme: str  # id; ALSO where it has none
    authors: str = ""  # in words, cut short
    sources: tuple[str, ...] = ()
    upvotes: int | None = None
    others: tuple[str, ...] = ()  # its further keys but its title's, as a DOI beside an arXiv id
    sheet: int = 1  # which page of its edition holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """An edition in its month's catalogue."""

    date: dt.date
    published_at: dt.datetime
    sha256: str  # of the edition's document
    lines: tuple[Line, ...]  # in the order of the edition
    sections: tuple[tuple[str, int], ...] = ()  # label and papers, the largest first
    sources: tuple[SourceNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The catalogue of a month."""

    days: tuple[Day, ...] = ()  # oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """An edition in its year's catalogue."""

    sha256: str
    size: int  # papers
    themes: dict[str, int]  # papers by theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The catalogue of a year."""

    days: dict[dt.date, Tally] = field(default_factory=dict)  # oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    """A year in the site's own catalogue."""

    editions: int
    last: dt.date  # of them
    size: int  # papers
    themes: dict[str, int]  # papers by theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the themes of a taxonomy are called, and what they hold, by their ids."""

    labels: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The site's own catalogue."""

    newsletter: str  # slug
    years: dict[int, YearTotal] = field(default_factory=dict)  # oldest first
    taxonomy: str = ""  # of the newest edition: the version that the naming is of
    naming: Naming = field(default_factory=Naming)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An edition or a paper as feeds have it, in HTML that is safe and stands by itself."""

    id: str  # a URN, the same for ever
    url: str  # where the archive has it, or ""
    title: str
    content: str  # HTML
    summary: str  # plain text, or ""
    published: str  # RFC 3339, UTC
    link: str = ""  # the paper's own page, or ""
    authors: tuple[str, ...] = ()
    theme: str = ""  # a paper's theme id
    label: str = ""  # and what it is called
