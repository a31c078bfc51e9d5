"""What templates are given: text that can be shown, web links only, words for figures.

A template, a user's own too, gets nothing else, so nothing else can reach an output. A text that
is not known is empty.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class Link(NamedTuple):
    """Somewhere on the web to go on reading."""

    label: str
    url: str


class ShownPaper(NamedTuple):
    """A paper in a section. A tuple, as such a one is quick to change for each mail it is in."""

    number: int  # from 1, through all that is shown of the edition
    key: str
    title: str
    url: str  # the first of `links`
    brief: bool  # only its title and its upvotes are shown
    authors: str
    organisation: str
    abstract: str
    summary: str  # what a model wrote of it; the first of the notes tells which
    teaser: str  # the summary, else one or two sentences of the abstract
    links: tuple[Link, ...]
    thumbnail: str  # https only
    figures: str  # upvotes and comments
    notes: tuple[str, ...]  # who wrote the teaser, why it is in its section, who showed it
    tex_title: str  # as its source wrote it, with its LaTeX
    tex_abstract: str

    def asides(self, first: int = 0) -> str:
        """The figures and the notes, from the `first` of these on, as one text."""
        return " · ".join(filter(None, (self.figures, *self.notes[first:])))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section with those of its papers that are shown."""

    anchor: str
    label: str
    lead: str  # the title of its first paper, cut short
    size: int
    papers: tuple[ShownPaper, ...]
    more: int  # papers left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTop:
    """One of the most upvoted papers."""

    title: str
    name: str  # what stands before the title's colon, or the title cut short
    url: str
    upvotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRevision:
    """A paper of an earlier edition whose version rose."""

    title: str
    tex_title: str
    version: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """How a source fared, in words."""

    name: str
    failed: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEdition:
    """An edition with as much of it as is shown."""

    newsletter: str  # slug
    title: str
    period: str
    date: dt.date
    day: str  # the date in words
    published_at: str  # RFC 3339
    size: int  # papers
    sections: tuple[ShownSection, ...]  # also those that show none of their papers
    glance: tuple[ShownSection, ...]  # the first of them, those followed first, then by size
    further: tuple[ShownSection, ...]  # some that come next
    more_themes: int  # sections beyond these
    tops: tuple[ShownTop, ...]  # the most upvoted papers, where many have upvotes
    leads: tuple[str, ...]  # titles: of the tops, and the first of each section
    revisions: tuple[ShownRevision, ...]
    more_revisions: int
    sources: tuple[ShownSource, ...]
    more_sources: int  # none of them failed, unless all that are shown did
    intro: str  # Markdown
    url: str  # of its page in the archive, where that has an address
    archive: str  # the archive's address, where it has one
