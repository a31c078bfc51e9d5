"""What an archive teaches of its taxonomy: phrases it could have, themes it could do without."""

from __future__ import annotations

from dataclasses import dataclass

from digest.themes.learning.bursts import Burst, bursts
from digest.themes.learning.health import Drift, Overlap, Starving, drifting, overlapping, starving
from digest.themes.learning.past import Window
from digest.themes.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What a window of papers says of the taxonomy in force."""

    bursts: tuple[Burst, ...]
    starving: tuple[Starving, ...]
    overlapping: tuple[Overlap, ...]
    drifting: tuple[Drift, ...]


def propose(taxonomy: Taxonomy, window: Window) -> Proposals:
    """What a window that has recent and earlier papers says of the taxonomy in force.

    The same papers make the same proposals, in whatever order they came.
    """
    return Proposals(
        bursts=bursts(taxonomy, window),
        starving=starving(taxonomy, window),
        overlapping=overlapping(taxonomy, window),
        drifting=drifting(taxonomy, window),
    )
