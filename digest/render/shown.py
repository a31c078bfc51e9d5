"""An edition as templates see it, more or less of it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count

from digest.latex import readable
from digest.model.editions import ALSO, Edition, OutlineSection, Section
from digest.model.papers import Paper
from digest.model.readers import Frequency
from digest.precedence import precedence
from digest.render.detail import Detail, Plan, whole
from digest.render.shelf import Shelf, shown_title
from digest.render.text import (
    LONGEST_ABSTRACT,
    LONGEST_NAME,
    LONGEST_TITLE,
    showable,
    tidy,
    web_link,
)
from digest.render.view import (
    ShownEdition,
    ShownPaper,
    ShownRevision,
    ShownSection,
    ShownSource,
    ShownTop,
)
from digest.render.wording import links, source
from digest.shortening import cut
from digest.summary import extract

TOLD = 100  # papers of an edition with a teaser: more than a mail has room for
TEASERS = {Detail.FULL: 300, Detail.SHORT: 140}
LINE = 62  # characters of a row at a glance: label and lead
SHORTEST_LEAD = 24
GLANCE, FURTHER = 12, 24  # themes at a glance, in rows and then in one
MOST_UPVOTED = 3
LONGEST_TOP = 48
FEW = 9  # papers with upvotes, among which nobody needs to be shown the most upvoted


class Views:
    """An edition for templates, as much of it as a plan says. Each text is made fit once.

    `site` is the archive's address without a trailing slash, or "". `shelf` is that of the
    edition itself, or of the one it is a selection from.
    """

    def __init__(self, edition: Edition, *, site: str, shelf: Shelf | None = None) -> None:
        self._edition = edition
        self._site = site
        self._shelf = shelf or Shelf(edition)
        self._told = set(precedence(edition.sections)[:TOLD])

    def whole(self) -> ShownEdition:
        """All of the edition."""
        return self.under(whole(self._edition), sources=len(self._edition.sources))

    def under(self, plan: Plan, *, sources: int) -> ShownEdition:
        """As much of the edition as a plan says, and so many of its sources."""
        edition = self._edition
        sizes = [len(section.papers) for section in edition.sections]
        sections = tuple(self._sections(plan))
        ranked = [sections[at] for at in _order(edition.sections)]
        tops = _tops(edition)
        return ShownEdition(
            newsletter=tidy(edition.newsletter),
            title=cut(tidy(edition.title), LONGEST_NAME),
            period=tidy(edition.period),
            date=edition.date,
            day=_day(edition),
            published_at=rfc3339(edition.published_at),
            size=sum(sizes),
            sections=sections,
            glance=tuple(ranked[:GLANCE]),
            further=tuple(ranked[GLANCE : GLANCE + FURTHER]),
            more_themes=max(0, len(ranked) - GLANCE - FURTHER),
            tops=tops,
            leads=tuple(dict.fromkeys([top.title for top in tops] + _leads(edition))),
            revisions=tuple(self._revisions(plan.revisions)),
            more_revisions=len(edition.revisions) - plan.revisions,
            sources=_sources(edition, sources),
            more_sources=max(0, len(edition.sources) - sources),
            intro=showable(edition.intro).strip(),
            url=web_link(f"{self._site}/{page(edition)}"),
            archive=web_link(f"{self._site}/"),
        )

    def _sections(self, plan: Plan) -> Iterator[ShownSection]:
        numbers = count(1)
        for at, (section, details) in enumerate(
            zip(self._edition.sections, plan.papers, strict=True)
        ):
            papers = tuple(
                self._shown(at, rank, detail, next(numbers))
                for rank, detail in enumerate(details)
                if detail
            )
            yield ShownSection(
                anchor=self._shelf.anchor(section.theme),
                label=cut(tidy(section.label), LONGEST_NAME),
                lead=_lead(section),
                size=len(section.papers),
                papers=papers,
                more=len(section.papers) - len(papers),
            )

    def _shown(self, at: int, rank: int, detail: Detail, number: int) -> ShownPaper:
        placed = self._edition.sections[at].papers[rank]
        paper = self._shelf.paper(placed)
        limit = TEASERS.get(detail)
        teaser = cut(paper.summary, limit) if limit else ""
        if limit == TEASERS[Detail.FULL] and not teaser:
            teaser = cut(tidy(placed.teaser), limit)
        if limit and not teaser and (at, rank) in self._told:
            teaser = _extract(paper.abstract, paper.title, limit)
        return paper._replace(number=number, teaser=teaser, brief=detail is Detail.TITLE)

    def _revisions(self, shown: int) -> Iterator[ShownRevision]:
        for revision in tidy(self._edition.revisions[:shown]):
            title = shown_title(revision.title)
            yield ShownRevision(
                title=title,
                tex_title=cut(revision.title, LONGEST_TITLE) or title,
                version=revision.version,
                url=web_link(revision.url),
            )


def with_teasers(edition: Edition) -> Edition:
    """The edition with the teasers of its first papers, each of which takes long to make."""
    told = set(precedence(edition.sections)[:TOLD])
    return replace(
        edition,
        sections=tuple(
            replace(
                section,
                papers=tuple(
                    replace(placed, teaser=_teaser(placed.paper)) if (at, rank) in told else placed
                    for rank, placed in enumerate(section.papers)
                ),
            )
            for at, section in enumerate(edition.sections)
        ),
    )


def _teaser(paper: Paper) -> str:
    abstract = readable(cut(tidy(paper.abstract), LONGEST_ABSTRACT))
    return _extract(abstract, shown_title(tidy(paper.title)), TEASERS[Detail.FULL])


def page(edition: Edition) -> str:
    """Where in the archive an edition can be read: on its own page, if it has one."""
    return f"{edition.date:%Y/%m/%d}/" if edition.period == Frequency.DAILY else ""


def _day(edition: Edition) -> str:
    day = f"{edition.date:%A}, {in_words(edition.date)}"
    return day if edition.period == Frequency.DAILY else f"Week to {day}"


@lru_cache(maxsize=100)
def in_words(date: dt.date) -> str:
    """A date as it is written in English."""
    return f"{date.day} {date:%B %Y}"


def largest(
    sections: Iterable[Section | OutlineSection],
) -> list[Section | OutlineSection]:
    """The sections, those followed first, then by size, and last what no theme holds together."""
    given = list(sections)
    return [given[at] for at in _order(given)]


def _order(sections: Sequence[Section | OutlineSection]) -> list[int]:
    """The places of the sections, as `largest` has them."""

    def rank(at: int) -> tuple[bool, bool, int]:
        section = sections[at]
        return section.followed, section.theme != ALSO, len(section.papers)

    return sorted(range(len(sections)), key=rank, reverse=True)


def rfc3339(instant: dt.datetime) -> str:
    """An instant in UTC as feeds write it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _lead(section: Section) -> str:
    """The first title of a section, for a row that has its label, too."""
    if not section.papers:
        return ""
    room = max(SHORTEST_LEAD, LINE - len(tidy(section.label)))
    return cut(shown_title(tidy(section.papers[0].paper.title)), room)


def _leads(edition: Edition) -> list[str]:
    """The first title of each section, the largest section first."""
    found = (edition.sections[at] for at in _order(edition.sections))
    return [shown_title(tidy(section.papers[0].paper.title)) for section in found if section.papers]


def _tops(edition: Edition) -> tuple[ShownTop, ...]:
    """The most upvoted papers, where many have upvotes."""
    papers = [placed.paper for section in edition.sections for placed in section.papers]
    voted = sorted(filter(_upvotes, papers), key=_upvotes, reverse=True)
    return tuple(map(_top, voted[:MOST_UPVOTED])) if len(voted) > FEW else ()


def _top(paper: Paper) -> ShownTop:
    title, found = shown_title(tidy(paper.title)), links(paper)
    name = title.partition(": ")[0]
    return ShownTop(
        title=title,
        name=name if len(name) < LONGEST_TOP else cut(title, LONGEST_TOP),
        url=found[0].url if found else "",
        upvotes=_upvotes(paper),
    )


def _upvotes(paper: Paper) -> int:
    return paper.upvotes or 0


@lru_cache(maxsize=1_000)
def _extract(abstract: str, title: str, limit: int) -> str:
    """Most of what it takes to show a paper, which several outputs of an edition do."""
    return extract(abstract, title, limit=limit)


def _sources(edition: Edition, shown: int) -> tuple[ShownSource, ...]:
    """The sources as they are configured; where not all are shown, those that failed first."""
    now = "today" if edition.period == Frequency.DAILY else ""
    told: Sequence[ShownSource] = [source(note, now) for note in tidy(edition.sources)]
    if len(told) > shown:
        told = sorted(told, key=lambda one: not one.failed)
    return tuple(told[:shown])
