"""What the figures are made of."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from typing import TypeVar

Sample = TypeVar("Sample")
Verdict = tuple[str | None, Sequence[str]]  # a paper's theme; those a reader accepts, best first

_RESAMPLES = 1_000


def mean(values: Sequence[float]) -> float:
    """The mean of some numbers, at least one."""
    return sum(values) / len(values)


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest of some numbers that at least this share of them does not exceed."""
    rising = sorted(values)
    return next(value for at, value in enumerate(rising, 1) if at >= share * len(rising))


def bootstrap(
    sample: Sequence[Sample], statistic: Callable[[Sequence[Sample]], float]
) -> tuple[float, float]:
    """The 95 % interval of a statistic, by drawing samples of the same size from the sample.

    The same sample gives the same interval.
    """
    chance = random.Random(11)
    drawn = [statistic(chance.choices(sample, k=len(sample))) for _ in range(_RESAMPLES)]
    return quantile(drawn, 0.025), quantile(drawn, 0.975)


def macro_f1(verdicts: Iterable[Verdict]) -> float:
    """The mean over themes of F1, where every accepted theme is right.

    A paper in a theme that its reader accepts is a hit of that theme. Else it is a false one of
    the theme it is in, and missing from the reader's first. Themes that have none of these do not
    count.
    """
    hits, false, missing = Counter[str](), Counter[str](), Counter[str]()
    for theme, accepted in verdicts:
        if theme in accepted:
            hits[theme] += 1
        else:
            missing[accepted[0]] += 1
            if theme:
                false[theme] += 1
    themes = hits.keys() | false.keys() | missing.keys()
    return mean([2 * hits[one] / (2 * hits[one] + false[one] + missing[one]) for one in themes])


def jaccard(one: Set[str], other: Set[str]) -> float:
    """How much two sets share: 1 for equal ones."""
    return len(one & other) / len(one | other) if one or other else 1.0
