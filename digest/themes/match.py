"""What a taxonomy finds in a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log

from digest.model.editions import Evidence, Match
from digest.model.papers import Paper
from digest.themes.taxonomy import Index, Taxonomy, Theme, Use, index_of
from digest.themes.words import words

_IN_TITLE = 3.0
_IN_KEYWORDS = 1.0


@dataclass(slots=True)
class Tally:
    """What speaks for one theme."""

    score: float
    matches: list[Match]

    def strongest(self) -> tuple[Match, ...]:
        """The matches, those that added most first."""
        return tuple(sorted(self.matches, key=lambda m: (-m.weight, m.phrase, m.where)))


def place(taxonomy: Taxonomy, paper: Paper) -> Evidence:
    """The theme whose phrases weigh most in a paper, or its category where they weigh too little.

    A phrase adds its weight (5 core, 3 strong, 1 weak) to the score, times 3 for standing in the
    title, 1 + ln(count) for the abstract, 1 for the keywords. Of the themes that score as much as
    their `abstain_below`, and are of one of the paper's fields, that with the highest score times
    priority claims it; of equal ones the user's, then the first in the taxonomy's order.
    """
    themes = taxonomy.themes
    tallies = claims(taxonomy, paper)
    ranks = {at: tally.score * themes[at].priority for at, tally in tallies.items()}
    order = sorted(ranks, key=lambda at: (-ranks[at], not themes[at].own, at))
    best = next((at for at in order if tallies[at].score >= themes[at].abstain_below), None)
    if best is None:
        return _unclaimed(taxonomy, paper)
    second = next((at for at in order if at != best), None)
    ahead = 1 - ranks[second] / ranks[best] if second is not None else 1.0
    return Evidence(
        reason="phrases",
        theme=themes[best].id,
        score=tallies[best].score,
        matches=tallies[best].strongest(),
        runner_up=None if second is None else themes[second].id,
        margin=round(max(0.0, ahead), 3),
    )


def claims(taxonomy: Taxonomy, paper: Paper) -> dict[int, Tally]:
    """What speaks for each theme that may claim a paper, by the theme's place in the taxonomy."""
    fields = taxonomy.fields(paper)

    def is_open(use: Use) -> bool:
        return _open(taxonomy.themes[use.theme], fields)

    return _tallies(taxonomy.index, paper, is_open)


def _open(theme: Theme, fields: frozenset[str]) -> bool:
    """Whether a theme may claim a paper of some fields, or of none that is known, by phrases."""
    return not fields or not (theme.category or (theme.fields and theme.fields.isdisjoint(fields)))


def _unclaimed(taxonomy: Taxonomy, paper: Paper) -> Evidence:
    """The place of a paper that no theme claims: its category's, where that has a name."""
    home = taxonomy.home(paper)
    if home is None:
        return Evidence(reason="none")
    index = index_of([taxonomy.themes[taxonomy.places[home]]])
    tally = _tallies(index, paper, lambda _: True).get(0, Tally(0.0, []))
    return Evidence(reason="category", theme=home, score=tally.score, matches=tally.strongest())


def _tallies(index: Index, paper: Paper, is_open: Callable[[Use], bool]) -> dict[int, Tally]:
    """By the theme's place; without those that a phrase of theirs rules out."""
    tallies: dict[int, Tally] = {}
    excluded: set[int] = set()
    for where, texts in (
        ("title", [paper.title]),
        ("abstract", [paper.abstract]),
        ("keywords", paper.keywords),
    ):
        for uses, count in found(index, texts, is_open):
            for use in uses:
                if not use.weight:
                    excluded.add(use.theme)
                    continue
                added = round(use.weight * _factor(where, count), 3)
                tally = tallies.setdefault(use.theme, Tally(0.0, []))
                tally.score = round(tally.score + added, 3)
                tally.matches.append(_match(use.phrase, where, added))
    return {at: tally for at, tally in tallies.items() if at not in excluded}


@lru_cache(10_000)  # on a day of many papers, the same ones come again and again
def _match(phrase: str, where: str, weight: float) -> Match:
    return Match(phrase=phrase, where=where, weight=weight)


def _factor(where: str, count: int) -> float:
    if where == "abstract":
        return 1 + log(count)
    return _IN_TITLE if where == "title" else _IN_KEYWORDS


def found(
    index: Index, texts: Iterable[str], is_open: Callable[[Use], bool]
) -> Iterable[tuple[tuple[Use, ...], int]]:
    """Each phrase that stands in the texts, with its number of times and its open uses.

    Read from left to right, the longest phrase wins and its words are used up: what is said of
    a "diffusion language model" is no word for "diffusion".
    """
    counts: dict[tuple[Use, ...], int] = {}
    lengths, uses = index
    for text in texts:
        read = tuple(words(text))
        used = 0
        for start in [at for at, word in enumerate(read) if word in lengths]:
            if start < used:
                continue
            for length in lengths[read[start]]:
                phrase = read[start : start + length]
                if phrase in uses and (opened := tuple(filter(is_open, uses[phrase]))):
                    counts[opened] = counts.get(opened, 0) + 1
                    used = start + length
                    break
    return counts.items()
