"""Phrases that many recent papers have and few earlier ones had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log10

from digest.themes.learning.naming import names, parts, texts
from digest.themes.learning.past import Past, Window
from digest.themes.taxonomy import Taxonomy, Words
from digest.themes.words import words

_CEILING = 0.1  # of the recent papers: what more of them have is how the field talks, ...
_FEW = 10  # ... unless they are up to so many
_RISE = 2.0  # times the share of the earlier papers
_SURPRISE = 2.0  # a chance of one in a hundred
_MOSTLY = 0.5  # of a burst's papers
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A phrase that has become frequent."""

    phrase: str  # as authors mostly write it
    theme: str | None  # the id of the theme that half of its papers stand in
    group: str | None  # the id of the group that most of its papers stand in
    recent: int  # papers that have it
    earlier: int
    surprise: float
    examples: tuple[Past, ...]  # up to three, those with the phrase in the title first


def bursts(taxonomy: Taxonomy, window: Window) -> tuple[Burst, ...]:
    """The phrases new to the taxonomy whose share of papers has risen, most surprising first.

    Each share is at least twice what it was, and up to a tenth of the papers. Of all phrases that
    are looked at, chance makes about one a burst at most. No burst is a piece of another.
    """
    known = {read for theme in taxonomy.themes for read in theme.phrases}
    found = names(window.recent, known)
    recent, earlier = _having(found, window.recent), _having(found, window.earlier)
    least = max(_SURPRISE, log10(max(1, len(found))))
    risen: dict[Words, float] = {}
    for read in found:
        counts = len(recent[read]), len(window.recent), len(earlier[read]), len(window.earlier)
        if _rises(*counts) and (surprising := surprise(*counts)) >= least:
            risen[read] = surprising
    return tuple(
        Burst(
            phrase=found[read],
            theme=_theme(taxonomy, recent[read]),
            group=_group(taxonomy, recent[read]),
            recent=len(recent[read]),
            earlier=len(earlier[read]),
            surprise=risen[read],
            examples=_examples(read, recent[read]),
        )
        for read in sorted(risen, key=lambda read: (-risen[read], read))
        if risen.keys().isdisjoint(parts(read))
    )


def surprise(now: int, recent: int, before: int, earlier: int) -> float:
    """How surprising it is that `now` of `recent` papers have what `before` of `earlier` ones had.

    It is -log10 of the chance that so many or more have it though nothing has changed. The share
    is as uncertain as the earlier papers leave it (beta-binomial, Jeffreys' prior), so that little
    is surprising after a short past.
    """
    a, b = before + 0.5, earlier - before + 0.5
    ways = lgamma(recent + 1) - _log_beta(a, b)
    logs = [
        ways - lgamma(x + 1) - lgamma(recent - x + 1) + _log_beta(a + x, b + recent - x)
        for x in range(now, recent + 1)
    ]
    most = max(logs)
    chance = most + log(sum(exp(one - most) for one in logs))
    return max(0.0, round(-chance / log(10), 2))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _rises(now: int, recent: int, before: int, earlier: int) -> bool:
    return now <= max(_FEW, _CEILING * recent) and now * earlier >= _RISE * before * recent


def _having(found: Iterable[Words], papers: Iterable[Past]) -> dict[Words, list[Past]]:
    """The papers that have each phrase in their words, as a taxonomy would find it."""
    beginning: dict[str, list[Words]] = defaultdict(list)
    for phrase in found:
        beginning[phrase[0]].append(phrase)
    having: dict[Words, list[Past]] = defaultdict(list)
    for past in papers:
        here: set[Words] = set()
        for read in (tuple(words(text)) for text in texts(past.paper)):
            for start in (at for at, word in enumerate(read) if word in beginning):
                for phrase in beginning[read[start]]:
                    if read[start : start + len(phrase)] == phrase:
                        here.add(phrase)
        for phrase in here:
            having[phrase].append(past)
    return having


def _theme(taxonomy: Taxonomy, papers: Sequence[Past]) -> str | None:
    themes = Counter(past.evidence.theme for past in papers if past.evidence.theme)
    theme = _commonest(taxonomy, themes)
    return theme if themes[theme or ""] >= _MOSTLY * len(papers) else None


def _group(taxonomy: Taxonomy, papers: Sequence[Past]) -> str | None:
    themes = (past.evidence.theme for past in papers if past.evidence.theme)
    return _commonest(taxonomy, Counter(taxonomy.parents[theme] for theme in themes))


def _commonest(taxonomy: Taxonomy, counts: Counter[str]) -> str | None:
    """Of equally many the first in the taxonomy's order."""
    order = [name for name in taxonomy.labels if name in counts]
    return max(order, key=lambda name: counts[name], default=None)


def _examples(read: Words, papers: Sequence[Past]) -> tuple[Past, ...]:
    phrase = f" {' '.join(read)} "

    def untitled(past: Past) -> bool:
        return phrase not in f" {' '.join(words(past.paper.title))} "

    return tuple(sorted(papers, key=untitled)[:_EXAMPLES])
