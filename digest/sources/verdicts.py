"""Words for why a source had nothing new."""

from __future__ import annotations

from digest.model.replies import Glance
from digest.model.sources import SourceState


def nothing_new(glance: Glance) -> tuple[SourceState, str]:
    """Quiet, of a URL that is under no obligation to have something new today."""
    if glance.unchanged:
        return SourceState.QUIET, "unchanged since it was last read"
    if glance.papers:
        return SourceState.QUIET, "it lists only what was shown before"
    return SourceState.QUIET, "it lists no papers"
