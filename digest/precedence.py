"""Which papers of an edition go before others where not all can be had. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from digest.model.editions import Section


def precedence(sections: Sequence[Section]) -> list[tuple[int, int]]:
    """Section and rank in it of each paper, those that go first at the front.

    What is followed goes before; else none is favoured over a smaller one.
    """
    turns = sorted(
        (not section.followed, rank, at)
        for at, section in enumerate(sections)
        for rank in range(len(section.papers))
    )
    return [(at, rank) for _, rank, at in turns]
