"""The door to this room: a day's papers in, sections out."""

from __future__ import annotations

from collections.abc import Sequence

from digest.model.editions import Placement, Section
from digest.model.papers import Paper
from digest.themes.match import place
from digest.themes.sections import sections
from digest.themes.taxonomy import Taxonomy


def group(
    taxonomy: Taxonomy,
    entries: Sequence[tuple[str, Paper, tuple[str, ...]]],
    follow: Sequence[str] = (),
) -> tuple[Section, ...]:
    """Sections of the entries (key, paper, names of its sources), each entry in exactly one.

    Those that are followed (ids of groups or themes) come first. The keys are distinct.
    The result is the same in whatever order the entries come.
    """
    return sections(
        taxonomy,
        [
            Placement(key=key, paper=paper, sources=sources, evidence=place(taxonomy, paper))
            for key, paper, sources in entries
        ],
        follow=follow,
    )
