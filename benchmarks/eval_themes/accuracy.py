"""How often a paper's theme is what its readers call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    cohen_kappa_score,
)

from benchmarks.eval_themes import peers
from benchmarks.eval_themes.labels import LabelSet
from benchmarks.eval_themes.metrics import Verdict, macro_f1, mean
from benchmarks.eval_themes.table import Group, Row, share
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy

Verdicts = Sequence[Verdict]  # on one paper, a reader each


def figures(taxonomy: Taxonomy, labels: LabelSet, *, unseen: bool) -> Group:
    """The figures of one label set. Where a paper has several readers, each counts alike.

    Nothing is wanted of papers that phrases were written with: they say little of others. Raises
    SystemExit where a label is no theme of the taxonomy.
    """
    if not labels.papers:
        return Group(labels.name, [])
    named = {theme for one in labels.papers for reading in one.readings for theme in reading}
    if unknown := sorted(named - taxonomy.places.keys()):
        raise SystemExit(f"{labels.name}: no such themes: {', '.join(unknown)}")
    found = [
        [(place(taxonomy, one.paper).theme, reading) for reading in one.readings]
        for one in labels.papers
    ]
    parents = taxonomy.parents

    def grouped(theme: str | None, reading: Sequence[str]) -> bool:
        return parents.get(theme or "") in {parents[name] for name in reading}

    rows = [
        _share("strict: where a reader looks first", found, lambda theme, by: theme == by[0]),
        _share("lenient: where a reader accepts it", found, lambda theme, by: theme in by, 0.93),
        share("lenient macro-F1", found, _macro_f1, least=0.9),
        _share("its group", found, grouped, 0.96),
    ]
    if not unseen:
        rows = [replace(row, least=None) for row in rows]
    return Group(labels.name, [*rows, *_agreement(labels)])


def _share(
    what: str,
    found: Sequence[Verdicts],
    right: Callable[[str | None, Sequence[str]], bool],
    least: float | None = None,
) -> Row:
    def statistic(sample: Sequence[Verdicts]) -> float:
        return mean([right(*verdict) for verdicts in sample for verdict in verdicts])

    return share(what, found, statistic, least=least)


def _macro_f1(sample: Sequence[Verdicts]) -> float:
    return macro_f1(verdict for verdicts in sample for verdict in verdicts)


def _agreement(labels: LabelSet) -> Iterator[Row]:
    """How well the first two readers agree: what no placement can be expected to pass by far."""
    pairs = [one.readings[:2] for one in labels.papers if len(one.readings) > 1]
    if not pairs:
        return

    def accepted(sample: Sequence[Sequence[Sequence[str]]]) -> float:
        return mean([(a[0] in b) + (b[0] in a) for a, b in sample]) / 2

    firsts = [[reading[0] for reading in readings] for readings in zip(*pairs, strict=True)]
    yield share(
        "readers: same first theme", pairs, lambda some: mean([a[0] == b[0] for a, b in some])
    )
    yield share("readers: first theme of one accepted by the other", pairs, accepted)
    yield Row(
        what="readers: Cohen's kappa of first themes",
        of=f"{len(pairs):,} papers",
        value=cohen_kappa_score(*firsts),
    )


def clusters(taxonomy: Taxonomy, labels: LabelSet) -> Group:
    """Themes as clusters beside scikit-learn's, of as many clusters as there are themes."""
    name = f"{labels.name}, as clusters"
    papers = [one.paper for one in labels.papers]
    if not papers:
        return Group(name, [])
    ours = [place(taxonomy, paper).theme or "" for paper in papers]
    k = sum(not theme.category for theme in taxonomy.themes)
    theirs = [peers.clusters(method, papers, k) for method in peers.METHODS]
    rows = [
        Row(
            what=f"{name} to the readers' first themes",
            of=f"{len(papers):,} papers, {k} clusters",
            value=score(ours),
            peers=tuple(map(score, theirs)),
        )
        for name, score in (
            ("AMI", lambda found: _mean_score(adjusted_mutual_info_score, labels, found)),
            ("ARI", lambda found: _mean_score(adjusted_rand_score, labels, found)),
        )
    ]
    return Group(name, rows)


def _mean_score(
    score: Callable[[Sequence[str], Sequence[object]], float],
    labels: LabelSet,
    found: Sequence[object],
) -> float:
    """The mean over readers."""
    readers = zip(*([reading[0] for reading in one.readings] for one in labels.papers), strict=True)
    return mean([score(firsts, found) for firsts in readers])
