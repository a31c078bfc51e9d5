"""Themes that a taxonomy could do better without, or should draw otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from digest.themes.learning.past import Past, Window
from digest.themes.taxonomy import Taxonomy

_AVERAGE = 5.0  # papers of a theme in the window; with fewer, none at all may be chance
_STARVED = 0.1  # of the average
_NEAR = 0.1  # margin over the runner-up
_SHARED = 0.1  # of the smaller theme's papers are near to the other
_PAPERS = 5
_SURE = 3.5  # standard errors; one in 2,000 by chance, and there are dozens of themes
_CHANGE = 1.5  # times the share, up or down


@dataclass(frozen=True, slots=True, kw_only=True)
class Starving:
    """A theme with hardly a paper."""

    theme: str
    recent: int  # papers
    earlier: int
    average: float  # recent papers of a theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two themes that often find nearly as much in the same paper."""

    themes: tuple[str, str]  # in the taxonomy's order
    near: int  # papers of one in which the other scores nearly as much
    papers: int  # of the smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A theme whose share of the papers has changed by more than chance."""

    theme: str | None  # a category's where no other claims its papers; None where nothing does
    recent: int  # papers
    earlier: int


def starving(taxonomy: Taxonomy, window: Window) -> tuple[Starving, ...]:
    """Themes, but categories, with less than a tenth of what a theme has on average.

    There are none where a theme has fewer than five recent papers on average.
    """
    recent, earlier = _sizes(window.recent), _sizes(window.earlier)
    themes = [theme.id for theme in taxonomy.themes if not theme.category]
    average = sum(recent[theme] for theme in themes) / max(1, len(themes))
    return tuple(
        Starving(theme=theme, recent=recent[theme], earlier=earlier[theme], average=average)
        for theme in themes
        if average >= _AVERAGE and recent[theme] < _STARVED * average
    )


def overlapping(taxonomy: Taxonomy, window: Window) -> tuple[Overlap, ...]:
    """Pairs of themes with a margin below 0.1 in a tenth of the smaller one's papers, or more.

    All papers count, the worst pair comes first.
    """
    sizes: Counter[str | None] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for past in (*window.earlier, *window.recent):
        found = past.evidence
        sizes[found.theme] += 1
        if found.theme and found.runner_up and found.margin < _NEAR:
            first, second = sorted([found.theme, found.runner_up], key=taxonomy.places.__getitem__)
            pairs[first, second] += 1
    overlaps = [
        Overlap(themes=pair, near=near, papers=min(sizes[theme] for theme in pair))
        for pair, near in pairs.items()
    ]
    return tuple(
        sorted(
            (one for one in overlaps if one.near >= max(_PAPERS, _SHARED * one.papers)),
            key=lambda one: (-one.near / max(1, one.papers), one.themes),
        )
    )


def drifting(taxonomy: Taxonomy, window: Window) -> tuple[Drift, ...]:
    """Themes with a share of the papers half as large again as before, or the other way round.

    The difference is at least 3.5 standard errors (test of two proportions). A category's share
    is that of its papers that no theme claims. The surest drift comes first.
    """
    recent, earlier = _sizes(window.recent), _sizes(window.earlier)
    order = [None, *(theme.id for theme in taxonomy.themes)]
    sure = {
        theme: _standard_errors(
            recent[theme], len(window.recent), earlier[theme], len(window.earlier)
        )
        for theme in order
        if _changed(recent[theme], len(window.recent), earlier[theme], len(window.earlier))
    }
    return tuple(
        Drift(theme=theme, recent=recent[theme], earlier=earlier[theme])
        for theme in sorted(sure, key=lambda theme: -sure[theme])
        if sure[theme] >= _SURE
    )


def _sizes(papers: Iterable[Past]) -> Counter[str | None]:
    return Counter(past.evidence.theme for past in papers)


def _changed(now: int, recent: int, before: int, earlier: int) -> bool:
    """Whether one share is half as large again as the other."""
    larger, smaller = sorted([now * earlier, before * recent], reverse=True)
    return larger >= _CHANGE * smaller and larger > 0


def _standard_errors(now: int, recent: int, before: int, earlier: int) -> float:
    """How far two shares lie apart."""
    share = (now + before) / (recent + earlier)
    error = sqrt(share * (1 - share) * (1 / recent + 1 / earlier))
    return abs(now / recent - before / earlier) / error if error else 0.0
