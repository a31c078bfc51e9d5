"""How much of an edition is shown, where not all of it fits. Pure.

Room is given out step by step: first to what stands around the papers, then to the revisions, one
a step, then to the papers, each of which climbs from left out to its title, a short abstract and a
full entry. No paper climbs further while another stands two rungs below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from digest.model.editions import Edition
from digest.precedence import precedence

FRAME = 1  # step that it takes
REVISIONS = 10  # shown in a mail


class Detail(IntEnum):
    """How much is shown of a paper."""

    LEFT_OUT = 0  # counted, and in the archive
    TITLE = 1
    SHORT = 2  # with an abstract of two lines
    FULL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is shown of an edition."""

    papers: tuple[tuple[Detail, ...], ...]  # by section, in the order of its papers
    framed: bool  # with the words of greeting, and with more than a few sources
    revisions: int


def steps(edition: Edition, limit: int) -> int:
    """The step at which `limit` papers, or all, have full entries."""
    papers = sum(len(section.papers) for section in edition.sections)
    return FRAME + _revisions(edition) + Detail.FULL * min(papers, limit)


def plan(edition: Edition, limit: int, step: int) -> Plan:
    """What is shown at a step, 0 to `steps`. At most `limit` papers are."""
    turns = precedence(edition.sections)[:limit]
    left = max(0, step - FRAME)
    revisions = min(left, _revisions(edition))
    rung, climbers = divmod(left - revisions, len(turns)) if turns else (0, 0)
    shown = {turn: Detail(rung + (number < climbers)) for number, turn in enumerate(turns)}
    return Plan(
        papers=tuple(
            tuple(shown.get((at, rank), Detail.LEFT_OUT) for rank in range(len(section.papers)))
            for at, section in enumerate(edition.sections)
        ),
        framed=step >= FRAME,
        revisions=revisions,
    )


def whole(edition: Edition) -> Plan:
    """All of an edition."""
    return Plan(
        papers=tuple((Detail.FULL,) * len(section.papers) for section in edition.sections),
        framed=True,
        revisions=len(edition.revisions),
    )


def _revisions(edition: Edition) -> int:
    return min(REVISIONS, len(edition.revisions))
