"""Whether papers keep their companions when some of a day's papers are gone."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from functools import partial

from sklearn.metrics import adjusted_rand_score

from benchmarks.eval_themes import peers
from benchmarks.eval_themes.days import Day, Entry
from benchmarks.eval_themes.metrics import mean
from benchmarks.eval_themes.table import Group, Row
from digest.themes.grouping import group
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy

_REMOVED = 0.15
_MOST_DAYS = 60  # evenly spread; clustering takes its time

Method = Callable[[Sequence[Entry], int], Sequence[object]]  # entries, k; a cluster for each


def stability(
    name: str, taxonomy: Taxonomy, days: Sequence[Day], sizes: Collection[int], *, beside: bool
) -> Group:
    """The ARI of a day's papers with and without 15 % of them, beside scikit-learn if asked to.

    A peer makes as many clusters as the whole day has sections, both times.
    """
    usual = [day for day in days if len(day.entries) in sizes]
    if not usual:
        return Group(name, [])
    chosen = usual[:: -(-len(usual) // _MOST_DAYS)]
    cuts = [(day, _kept(len(day.entries), number)) for number, day in enumerate(chosen)]

    of = f"{len(chosen):,} days"
    theirs = tuple(_alike(partial(_clustered, one), cuts) for one in peers.METHODS if beside)
    themes = _alike(partial(_placed, taxonomy), cuts)
    homes = _alike(partial(_sectioned, taxonomy), cuts)
    return Group(
        name,
        [
            Row(what="themes with and without, ARI", of=of, value=themes),
            Row(what="sections with and without, ARI", of=of, value=homes, peers=theirs or None),
        ],
    )


def _kept(papers: int, number: int) -> list[int]:
    """Which of a day's papers stay, drawn the same way each time."""
    return sorted(random.Random(number).sample(range(papers), round(papers * (1 - _REMOVED))))


def _alike(method: Method, cuts: Sequence[tuple[Day, Sequence[int]]]) -> float:
    """The mean over days."""
    scores = []
    for day, kept in cuts:
        k = len(day.sections)
        whole = method(day.entries, k)
        less = method([day.entries[at] for at in kept], k)
        scores.append(adjusted_rand_score([whole[at] for at in kept], less))
    return mean(scores)


def _placed(taxonomy: Taxonomy, entries: Sequence[Entry], _: int) -> Sequence[object]:
    return [place(taxonomy, paper).theme or "" for _, paper, _ in entries]


def _sectioned(taxonomy: Taxonomy, entries: Sequence[Entry], _: int) -> Sequence[object]:
    found = group(taxonomy, entries)
    homes = {placed.key: section.theme for section in found for placed in section.papers}
    return [homes[key] for key, _, _ in entries]


def _clustered(method: str, entries: Sequence[Entry], k: int) -> Sequence[object]:
    return peers.clusters(method, [paper for _, paper, _ in entries], k)
