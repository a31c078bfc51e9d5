"""What a taxonomy finds in a paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from digest.model.editions import Evidence, Match
from digest.model.papers import Paper
from digest.themes.taxonomy import Home, Index, Taxonomy, Theme, Words, index_of
from digest.themes.words import words

_IN_TITLE = 3.0
_IN_KEYWORDS = 1.0


@dataclass(slots=True)
class Tally:
    """What speaks for one theme."""

    score: float = 0.0
    found: list[tuple[float, str, str]] = field(default_factory=list)  # added, phrase, where

    def strongest(self) -> tuple[Match, ...]:
        """The matches, those that added most first."""
        order = sorted(self.found, key=lambda found: (-found[0], *found[1:]))
        return tuple(_match(phrase, where, added) for added, phrase, where in order)


def place(taxonomy: Taxonomy, paper: Paper) -> Evidence:
    """The theme whose phrases weigh most in a paper, or its category where they weigh too little.

    A phrase adds its weight (5 core, 3 strong, 1 weak) to the score, times 3 for standing in the
    title, 1 + ln(count) for the abstract, 1 for the keywords; a theme's own category adds what
    the taxonomy says if it is the paper's first. Of the themes that score as much as their
    `abstain_below`, twice as much if the paper's first category is of another field, that with
    the highest score times priority claims it; of equal ones the user's, then the first in the
    taxonomy's order.
    """
    themes = taxonomy.themes
    homes = taxonomy.homes_of(paper)
    tallies = claims(taxonomy, paper)
    ranks = {at: tally.score * themes[at].priority for at, tally in tallies.items()}
    order = sorted(ranks, key=lambda at: (-ranks[at], not themes[at].own, at))
    able = (at for at in order if tallies[at].score >= _needed(themes[at], homes))
    best = next((at for at in able if not ruled_out(themes[at], paper)), None)
    if best is None:
        return _unclaimed(taxonomy, paper, homes)
    others = (at for at in order if at != best)
    second = next((at for at in others if not ruled_out(themes[at], paper)), None)
    ahead = 1 - ranks[second] / ranks[best] if second is not None else 1.0
    return Evidence(
        reason="phrases",
        theme=themes[best].id,
        score=tallies[best].score,
        matches=tallies[best].strongest(),
        runner_up=None if second is None else themes[second].id,
        margin=round(max(0.0, ahead), 3),
    )


def _needed(theme: Theme, homes: Sequence[Home]) -> float:
    """The score with which a theme claims a paper of some categories, the primary first."""
    foreign = homes and theme.fields and homes[0].field not in theme.fields
    return theme.abstain_below * (2 if foreign else 1)


def claims(taxonomy: Taxonomy, paper: Paper) -> dict[int, Tally]:
    """What speaks for each theme that may claim a paper, by the theme's place in the taxonomy.

    Whether the theme excludes the paper (see `ruled_out`) is another matter.
    """
    homes = taxonomy.homes_of(paper)
    tallies = _tallies(_open_to(taxonomy, frozenset(home.field for home in homes)), paper)
    if homes and homes[0].weight:
        tally = tallies.setdefault(taxonomy.places[homes[0].theme], Tally())
        tally.score = round(tally.score + homes[0].weight, 3)
        tally.found.append((homes[0].weight, homes[0].category, "categories"))
    return tallies


@lru_cache(maxsize=1000)  # a day's papers are of few fields, and most of these open the same themes
def _open_to(taxonomy: Taxonomy, fields: frozenset[str]) -> Index:
    """The phrases of the themes that may claim a paper of some fields, or of none that is known."""
    if not fields:
        return taxonomy.index
    return _index(
        taxonomy,
        tuple(
            at
            for at, theme in enumerate(taxonomy.themes)
            if theme.phrases
            and not (theme.category or (theme.fields and theme.fields.isdisjoint(fields)))
        ),
    )


@lru_cache(maxsize=100)
def _index(taxonomy: Taxonomy, places: tuple[int, ...]) -> Index:
    """The phrases of some themes."""
    return index_of({at: taxonomy.themes[at] for at in places})


def _unclaimed(taxonomy: Taxonomy, paper: Paper, homes: Sequence[Home]) -> Evidence:
    """The place of a paper that no theme claims: that of its first category that may have it."""
    places = (taxonomy.places[home.theme] for home in homes)
    at = next((at for at in places if not ruled_out(taxonomy.themes[at], paper)), None)
    if at is None:
        return Evidence(reason="none")
    tally = _tallies(_index(taxonomy, (at,)), paper).get(at, Tally())
    return Evidence(
        reason="category",
        theme=taxonomy.themes[at].id,
        score=tally.score,
        matches=tally.strongest(),
    )


def _tallies(index: Index, paper: Paper) -> dict[int, Tally]:
    """By the theme's place in the taxonomy."""
    tallies: dict[int, Tally] = defaultdict(Tally)
    for where, texts in (
        ("title", [paper.title]),
        ("abstract", [paper.abstract]),
        ("keywords", paper.keywords),
    ):
        for phrase, count in Counter(_found(index, texts)).items():
            factor = _factor(where, count)
            for theme, written, weight in index.uses[phrase]:
                added = round(weight * factor, 3)
                tally = tallies[theme]
                tally.score += added
                tally.found.append((added, written, where))
    for tally in tallies.values():
        tally.score = round(tally.score, 3)
    return tallies


def ruled_out(theme: Theme, paper: Paper) -> str | None:
    """The phrase of a paper, if there is one, that a theme excludes."""
    if not theme.exclusions:
        return None
    read = [words(text) for text in (paper.title, paper.abstract, *paper.keywords)]
    text = " | ".join(["", *(" ".join(found) for found in read), ""])
    found = (
        written for phrase, written in theme.exclusions.items() if f" {' '.join(phrase)} " in text
    )
    return next(found, None)


@lru_cache(10_000)  # on a day of many papers, the same ones come again and again
def _match(phrase: str, where: str, weight: float) -> Match:
    return Match(phrase=phrase, where=where, weight=weight)


def _factor(where: str, count: int) -> float:
    if where == "abstract":
        return 1 + log(count)
    return _IN_TITLE if where == "title" else _IN_KEYWORDS


def _found(index: Index, texts: Iterable[str]) -> list[Words]:
    """The phrases that stand in the texts, each as often as it does.

    Read from left to right, the longest phrase wins and its words are used up: what is said of
    a "diffusion language model" is no word for "diffusion".
    """
    lengths, uses = index
    found: list[Words] = []
    for text in texts:
        read = tuple(words(text))
        used = 0
        for start in [at for at, word in enumerate(read) if word in lengths]:
            if start < used:
                continue
            for length in lengths[read[start]]:
                phrase = read[start : start + length]
                if phrase in uses:
                    used = start + length
                    found.append(phrase)
                    break
    return found
