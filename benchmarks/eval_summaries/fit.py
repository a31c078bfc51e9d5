"""`python -m benchmarks.eval_summaries.fit`: the weights in digest/summary/claims.py.

Logistic regression over sentences. Those of the labelled papers of the train half are 1 where
they carry the claim, 0.4 where they would do, else 0. Beside them, with a fifth of the weight,
stand the sentences of papers with a machine's summary: 1 for the one most like it, 0.5 for the
next.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.eval_summaries.measures import rouge, scorer
from benchmarks.eval_summaries.papers import Labelled, Referred, Text, labelled, referred
from benchmarks.eval_themes.recorded import BESIDE, Recorded
from digest.summary.claims import WEIGHTS, traits_of
from digest.summary.sentences import sentences

_ALSO = 0.4
_REFERENCES = 350  # papers
_THEIR_WEIGHT = 0.2
_RIDGE = 1.0
_DOUBT = -1.0  # the log-odds of being the claim from which on a sentence is worth its place

Row = tuple[tuple[float, ...], float, float]  # traits, how much it is the claim, its weight


def main() -> int:
    """Print the weights."""
    recorded = Recorded(BESIDE)
    train, _ = labelled("train", recorded)
    some = random.Random(3).sample(referred("train", recorded), _REFERENCES)
    *weights, bias = _fitted([*_of_labels(train), *_of_references(some)])
    for name, weight in zip(WEIGHTS, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"WORTH = {_DOUBT - bias:.2f}")
    return 0


def _of_labels(papers: Sequence[Labelled]) -> Iterator[Row]:
    for paper in papers:
        for at, traits in enumerate(_traits(paper.text)):
            yield traits, 1 if at in paper.claim else _ALSO * (at in paper.also), 1


def _of_references(papers: Sequence[Referred]) -> Iterator[Row]:
    by = scorer()
    for paper in papers:
        likeness = [sum(rouge(one, paper.reference, by)[:2]) for one in paper.text.sentences]
        ranked = sorted(likeness, reverse=True)
        for like, traits in zip(likeness, _traits(paper.text), strict=True):
            yield traits, {0: 1.0, 1: 0.5}.get(ranked.index(like), 0), _THEIR_WEIGHT


def _traits(text: Text) -> Iterator[tuple[float, ...]]:
    return traits_of(list(sentences(text.abstract, text.title)), text.title)


def _fitted(rows: Sequence[Row]) -> Sequence[float]:
    """The weights that explain the rows best, and last the bias, by Newton's method."""
    traits, claim, counts = (np.array(column, float) for column in zip(*rows, strict=True))
    traits = np.column_stack([traits, np.ones(len(traits))])
    ridge = np.diag([*[_RIDGE] * len(WEIGHTS), 0.0])
    weights = np.zeros(len(WEIGHTS) + 1)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-traits @ weights))
        slope = traits.T @ (counts * (likely - claim)) + ridge @ weights
        curve = (traits * (counts * likely * (1 - likely))[:, None]).T @ traits + ridge
        weights -= np.linalg.solve(curve, slope)
    return list(weights)


if __name__ == "__main__":
    sys.exit(main())
