"""Which themes a text speaks for, and how loudly: for whoever writes a taxonomy."""

from __future__ import annotations

from dataclasses import dataclass

from digest.model.editions import Evidence, Match, Placement
from digest.model.papers import Paper
from digest.themes.match import claims, place, ruled_out
from digest.themes.splitting import label, topic_of
from digest.themes.taxonomy import Taxonomy, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A theme that something in a paper speaks for."""

    theme: Theme
    score: float
    matches: tuple[Match, ...]  # the strongest first

    @property
    def rank(self) -> float:
        """What it is compared by."""
        return self.score * self.theme.priority


def ranking(taxonomy: Taxonomy, paper: Paper) -> list[Candidate]:
    """Each theme that a paper could be of: first the one that `place` gives it, then by rank."""
    placed = place(taxonomy, paper).theme
    candidates = [
        Candidate(theme=taxonomy.themes[at], score=tally.score, matches=tally.strongest())
        for at, tally in sorted(claims(taxonomy, paper).items())
        if not ruled_out(taxonomy.themes[at], paper)
    ]
    return sorted(
        candidates, key=lambda one: (one.theme.id != placed, -one.rank, not one.theme.own)
    )


def topic(taxonomy: Taxonomy, best: Candidate) -> str | None:
    """The label of the part of a theme that a paper would be in where the theme is divided."""
    evidence = Evidence(reason="phrases", theme=best.theme.id, matches=best.matches)
    placed = Placement(key="", paper=Paper(title=""), sources=(), evidence=evidence)
    part = topic_of(best.theme, placed)
    return label(taxonomy, part) if part else None
