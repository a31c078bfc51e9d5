"""The user's own archive, grouped by the taxonomy that is in force now."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.eval_themes.days import Day, Entry, day_of, sections
from benchmarks.eval_themes.stability import stability
from benchmarks.eval_themes.table import Group, hits
from digest import wiring
from digest.cli.common import editions
from digest.config import load
from digest.model.editions import Edition
from digest.model.papers import Paper
from digest.themes.taxonomy import Taxonomy

_ANY = range(2, 1_000_000)  # papers of a day


@dataclass(frozen=True)
class Own:
    """A newsletter's editions and the taxonomy of its configuration."""

    taxonomy: Taxonomy
    days: Sequence[Day]

    @property
    def papers(self) -> Mapping[str, Paper]:
        """All papers by their keys, and by their ids as the sources wrote them."""
        entries = [entry for day in self.days for entry in day.entries]
        return {name: paper for key, paper, _ in entries for name in (key, *paper.ids)}

    def figures(self) -> Iterator[Group]:
        """Abstention, balance and stability."""
        placed = [one for day in self.days for section in day.sections for one in section.papers]
        reasons = [one.evidence.reason for one in placed]
        yield Group(
            "Your archive",
            [
                hits(
                    "by its category, as no theme claims it", [one == "category" for one in reasons]
                ),
                hits("by nothing, as no theme claims it", [one == "none" for one in reasons]),
            ],
        )
        name = "Your archive's days of two papers or more"
        yield sections(name, self.taxonomy, self.days, _ANY)
        name = f"{name}, 15 % of them removed"
        yield stability(name, self.taxonomy, self.days, _ANY, beside=False)


def read(file: Path) -> Own:
    """The editions of a configuration's newsletter. Raises UsageError where nothing was run yet."""
    config = load(file, os.environ)
    taxonomy = wiring.taxonomy(config)
    held = filter(None, map(_entries, editions(config)))
    return Own(taxonomy, [day_of(taxonomy, entries, config.themes.follow) for entries in held])


def _entries(edition: Edition) -> list[Entry]:
    placed = (one for section in edition.sections for one in section.papers)
    return [(one.key, one.paper, one.sources) for one in placed]
