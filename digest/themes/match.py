"""What a taxonomy finds in a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log

from digest.model.editions import Evidence, Match
from digest.model.papers import Paper
from digest.themes.taxonomy import Index, Taxonomy, Use
from digest.themes.words import words

_IN_TITLE = 3.0
_IN_KEYWORDS = 1.0


@dataclass(slots=True)
class _Tally:
    """What speaks for one theme."""

    score: float
    matches: list[Match]


def place(taxonomy: Taxonomy, paper: Paper) -> Evidence:
    """The theme whose phrases weigh most in a paper, or its category where they weigh too little.

    A phrase adds its weight (3 strong, 1 weak) to the score, times 3 for standing in the title,
    1 + ln(count) for the abstract, 1 for the keywords. Themes rank by score times priority, equal
    ones in the taxonomy's order. No theme is claimed with a score below
    `taxonomy.abstain_below`, nor for a paper whose categories the taxonomy does not cover.
    """
    tallies = _tallies(taxonomy, paper)
    ranks = {theme: tallies[theme].score * taxonomy.themes[theme].priority for theme in tallies}
    best, second = (*sorted(ranks, key=lambda theme: (-ranks[theme], theme)), None, None)[:2]
    if best is None or tallies[best].score < taxonomy.abstain_below or not taxonomy.covers(paper):
        return Evidence(reason="category" if taxonomy.categories(paper) else "none")
    matches = tallies[best].matches
    return Evidence(
        reason="phrases",
        theme=taxonomy.themes[best].id,
        score=tallies[best].score,
        matches=tuple(sorted(matches, key=lambda m: (-m.weight, m.phrase, m.where))),
        runner_up=None if second is None else taxonomy.themes[second].id,
        margin=round(1 - (0 if second is None else ranks[second]) / ranks[best], 3),
    )


def _tallies(taxonomy: Taxonomy, paper: Paper) -> dict[int, _Tally]:
    """By the theme's place in the taxonomy; without those a phrase of theirs rules out."""
    tallies: dict[int, _Tally] = {}
    excluded: set[int] = set()
    for where, texts in (
        ("title", [paper.title]),
        ("abstract", [paper.abstract]),
        ("keywords", paper.keywords),
    ):
        for uses, count in _found(taxonomy.index, texts):
            for use in uses:
                if not use.weight:
                    excluded.add(use.theme)
                    continue
                added = round(use.weight * _factor(where, count), 3)
                tally = tallies.setdefault(use.theme, _Tally(0.0, []))
                tally.score = round(tally.score + added, 3)
                tally.matches.append(_match(use.phrase, where, added))
    return {theme: tally for theme, tally in tallies.items() if theme not in excluded}


@lru_cache(10_000)  # on a day of many papers, the same ones come again and again
def _match(phrase: str, where: str, weight: float) -> Match:
    return Match(phrase=phrase, where=where, weight=weight)


def _factor(where: str, count: int) -> float:
    if where == "abstract":
        return 1 + log(count)
    return _IN_TITLE if where == "title" else _IN_KEYWORDS


def _found(index: Index, texts: Iterable[str]) -> Iterable[tuple[tuple[Use, ...], int]]:
    """Each phrase that stands in the texts, with its number of times.

    Read from left to right, the longest phrase wins and its words are used up: what is said of
    a "diffusion language model" is no word for "diffusion".
    """
    counts: dict[tuple[Use, ...], int] = {}
    for text in texts:
        read = words(text)
        used = 0
        for start in [at for at, word in enumerate(read) if word in index]:
            if start < used:
                continue
            for phrase, uses in index[read[start]]:
                if read[start : start + len(phrase)] == phrase:
                    counts[uses] = counts.get(uses, 0) + 1
                    used = start + len(phrase)
                    break
    return counts.items()
