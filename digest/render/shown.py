"""An edition as templates see it: text that can be shown, web links only, words for figures.

A template, a user's own too, gets nothing else, so nothing else can reach an output.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from digest.counts import plural
from digest.model.editions import (
    ALSO,
    Edition,
    Outline,
    OutlineSection,
    Placement,
    Section,
    SourceNote,
)
from digest.model.papers import Paper
from digest.model.sources import SourceState
from digest.render.reasons import why
from digest.render.text import LONGEST_NAME, cut, showable, tidy, web_link

LONGEST_TITLE = 300  # characters; real titles end well before
TEASER = 280
REVISIONS = 10  # shown in a mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Somewhere on the web to go on reading."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPaper:
    """A paper in a section. A text that is not known is empty."""

    number: int  # from 1, through all sections of the edition
    key: str
    title: str
    url: str  # the first of `links`
    authors: str
    organisation: str
    abstract: str
    teaser: str  # the abstract, cut short
    links: tuple[Link, ...]
    thumbnail: str  # https only
    notes: tuple[str, ...]  # upvotes and comments, why it is in its section, who showed it


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section with those of its papers that are to be shown."""

    anchor: str
    label: str
    size: int
    papers: tuple[ShownPaper, ...]
    more: int  # papers left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRevision:
    """A paper of an earlier edition whose version rose."""

    title: str
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
    """An edition with as many of its papers as are to be shown."""

    newsletter: str  # slug
    title: str
    period: str
    date: dt.date
    day: str  # the date in words
    published_at: str  # RFC 3339
    size: int  # papers
    more: int  # papers left out
    sections: tuple[ShownSection, ...]
    leads: tuple[str, ...]  # the first title of each section, the largest section first
    revisions: tuple[ShownRevision, ...]
    more_revisions: int
    sources: tuple[ShownSource, ...]
    intro: str  # Markdown
    url: str  # of its page in the archive, where that has an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list or a feed of editions says of one."""

    newsletter: str  # slug
    period: str
    published_at: str  # RFC 3339
    date: dt.date
    day: str
    size: int
    themes: tuple[str, ...]  # the labels of the largest sections


def shown(edition: Edition, *, site: str, limit: int | None = None) -> ShownEdition:
    """An edition for a template, with at most `limit` papers and few revisions, or with all.

    `site` is the archive's address without a trailing slash, or "".
    """
    sizes = [len(section.papers) for section in edition.sections]
    shares = sizes if limit is None else _shares(edition.sections, limit)
    revisions = edition.revisions[: None if limit is None else REVISIONS]
    several = len(edition.sources) > 1
    numbers = count(1)
    return ShownEdition(
        newsletter=tidy(edition.newsletter),
        title=tidy(edition.title),
        period=tidy(edition.period),
        date=edition.date,
        day=f"{edition.date:%A}, {in_words(edition.date)}",
        published_at=_rfc3339(edition.published_at),
        size=sum(sizes),
        more=sum(sizes) - sum(shares),
        sections=tuple(
            _section(f"s{at}", section, share, numbers, several=several)
            for at, (section, share) in enumerate(zip(edition.sections, shares, strict=True), 1)
        ),
        leads=tuple(
            _title(tidy(section.papers[0].paper.title))
            for section in largest(edition.sections)
            if section.papers
        ),
        revisions=tuple(
            ShownRevision(
                title=_title(revision.title), version=revision.version, url=web_link(revision.url)
            )
            for revision in tidy(revisions)
        ),
        more_revisions=len(edition.revisions) - len(revisions),
        sources=tuple(map(_source, tidy(edition.sources))),
        intro=showable(edition.intro).strip(),
        url=web_link(f"{site}/{edition.date:%Y/%m/%d}/"),
    )


def listed(edition: Edition | Outline) -> Listed:
    """An edition for a list of many."""
    return Listed(
        newsletter=tidy(edition.newsletter),
        period=tidy(edition.period),
        published_at=_rfc3339(edition.published_at),
        date=edition.date,
        day=f"{edition.date:%a} {edition.date.day}",
        size=sum(len(section.papers) for section in edition.sections),
        themes=tuple(tidy(section.label) for section in largest(edition.sections)[:3]),
    )


def _rfc3339(instant: dt.datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def in_words(date: dt.date) -> str:
    """A date as it is written in English."""
    return f"{date.day} {date:%B %Y}"


def largest(
    sections: Iterable[Section | OutlineSection],
) -> list[Section | OutlineSection]:
    """The sections, those followed first, then by size, and last what no theme holds together."""

    def rank(section: Section | OutlineSection) -> tuple[bool, bool, int]:
        return section.followed, section.theme != ALSO, len(section.papers)

    return sorted(sections, key=rank, reverse=True)


def _shares(sections: Sequence[Section], limit: int) -> list[int]:
    """How many papers each section shows, `limit` in all.

    What is followed goes before; else none is favoured over a smaller one.
    """
    turns = sorted(
        (not section.followed, turn, at)
        for at, section in enumerate(sections)
        for turn in range(len(section.papers))
    )
    shares = Counter(at for *_, at in turns[:limit])
    return [shares[at] for at in range(len(sections))]


def _section(
    anchor: str, section: Section, share: int, numbers: Iterable[int], *, several: bool
) -> ShownSection:
    return ShownSection(
        anchor=anchor,
        label=tidy(section.label),
        size=len(section.papers),
        papers=tuple(
            _paper(placed, number, several=several)
            for placed, number in zip(section.papers[:share], numbers, strict=False)
        ),
        more=len(section.papers) - share,
    )


def _paper(placed: Placement, number: int, *, several: bool) -> ShownPaper:
    paper, abstract = placed.paper, tidy(placed.paper.abstract)
    links = _links(paper)
    thumbnail = web_link(tidy(paper.thumbnail))
    notes = (
        _figures(paper),
        why(placed.evidence, paper),
        f"via {', '.join(tidy(placed.sources))}" if several else "",
    )
    return ShownPaper(
        number=number,
        key=tidy(placed.key),
        title=_title(tidy(paper.title)),
        url=links[0].url if links else "",
        authors=_authors(paper),
        organisation=cut(tidy(paper.organisation) or "", LONGEST_NAME),
        abstract=abstract,
        teaser=cut(abstract, TEASER),
        links=links,
        thumbnail=thumbnail if thumbnail.startswith("https:") else "",
        notes=tuple(filter(None, notes)),
    )


def _title(title: str) -> str:
    return cut(title, LONGEST_TITLE) or "Untitled"


def _links(paper: Paper) -> tuple[Link, ...]:
    named = {
        "Abstract": paper.url,
        "PDF": paper.pdf,
        "Code": paper.code,
        "Project": paper.project,
        "Discussion": paper.discussion,
    }
    found = {label: link for label, url in named.items() if (link := web_link(tidy(url)))}
    return tuple(Link(label=label, url=url) for label, url in found.items())


def _authors(paper: Paper) -> str:
    """All authors where they are few; else the first three, the last and how many more."""
    names = [cut(name, LONGEST_NAME) for name in tidy(paper.authors) if name]
    if len(names) > 5:
        return f"{', '.join(names[:3])} … {names[-1]} (+{len(names) - 4:,})"
    if names:
        return ", ".join(names)
    return plural(paper.author_count, "author") if paper.author_count else ""


def _figures(paper: Paper) -> str:
    known = ((paper.upvotes, "upvote"), (paper.comments, "comment"))
    return ", ".join(plural(number, noun) for number, noun in known if number)


def _source(report: SourceNote) -> ShownSource:
    words = {
        SourceState.FRESH: f"{plural(report.sightings, 'paper')} seen",
        SourceState.WAITING: "not out yet",
        SourceState.QUIET: "nothing new today",
        SourceState.STALE: "still shows an old list",
        SourceState.FAILED: "could not be read today",
    }[report.state]
    if report.held:
        words = "left out today"
    elif report.state is SourceState.FAILED and report.sightings:
        words = f"{plural(report.sightings, 'paper')} seen, others could not be read today"
    return ShownSource(
        name=report.name,
        failed=report.state is SourceState.FAILED,
        words=f"{words}: {cut(report.reason, 300)}" if report.reason else words,
    )
