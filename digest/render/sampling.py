"""What a mail has, in a few words: titles and why they are there, for a page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model.editions import Edition, Placement
from digest.precedence import precedence
from digest.render.reasons import why
from digest.render.shelf import shown_title
from digest.render.shown import in_words
from digest.render.text import LONGEST_NAME, tidy
from digest.render.wording import links
from digest.shortening import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePaper:
    """A paper in a sample."""

    title: str
    url: str  # http or https, or ""
    reason: str  # why it is there, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSection:
    """A section, with those of its papers that the mail shows: one at least."""

    label: str
    papers: tuple[SamplePaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a reader would have had of an edition."""

    period: str
    day: str  # the edition's date, in words
    size: int  # papers of the edition
    chosen: int  # those that are for the reader
    sections: tuple[SampleSection, ...]

    @property
    def shown(self) -> int:
        """Papers that the mail shows."""
        return sum(len(section.papers) for section in self.sections)


def sample(edition: Edition, selection: Edition | None, *, max_papers: int) -> Sample:
    """What a mail with at most `max_papers` papers shows of a selection from an edition."""
    return Sample(
        period=tidy(edition.period),
        day=f"{edition.date:%A}, {in_words(edition.date)}",
        size=_size(edition),
        chosen=_size(selection) if selection else 0,
        sections=tuple(_sections(selection, max_papers)) if selection else (),
    )


def _sections(selection: Edition, max_papers: int) -> Iterator[SampleSection]:
    first = set(precedence(selection.sections)[:max_papers])
    for at, section in enumerate(selection.sections):
        shown = [placed for rank, placed in enumerate(section.papers) if (at, rank) in first]
        if shown:
            label = cut(tidy(section.label), LONGEST_NAME)
            yield SampleSection(label=label, papers=tuple(map(_paper, shown)))


def _paper(placed: Placement) -> SamplePaper:
    found = links(placed.paper)
    return SamplePaper(
        title=shown_title(tidy(placed.paper.title)),
        url=found[0].url if found else "",
        reason=why(placed.evidence, placed.paper),
    )


def _size(edition: Edition) -> int:
    return sum(len(section.papers) for section in edition.sections)
