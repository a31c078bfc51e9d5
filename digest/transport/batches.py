"""How parcels are carried some at a time, where there is no server to wait for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import TYPE_CHECKING

from digest.model.deliveries import Answer, Parcel

if TYPE_CHECKING:
    from digest.ports import Turn

Give = Callable[[Parcel], Answer]


def carry(
    parcels: Iterator[Parcel],
    turn: Turn,
    counter: Callable[[Sequence[Parcel]], AbstractContextManager[Give]],
    *,
    size: int,
    hurry: Callable[[], float],
) -> None:
    """Carry parcels, `size` at a time, until there are no more or somebody is in a hurry.

    `counter` does what can be done before a batch may go, and gives away what may; what was given
    counts once it is left. Each batch is told of together with the next.
    """
    done: list[tuple[Parcel, Answer]] = []

    def tell(ready: Sequence[Parcel]) -> Sequence[Parcel]:
        told = done.copy()
        done.clear()
        allowed = turn(told, ready)
        return [parcel for parcel in ready if parcel in allowed]

    try:
        while hurry() == math.inf and (batch := list(islice(parcels, size))):
            with counter(batch) as give:
                answers = [(parcel, give(parcel)) for parcel in tell(batch)]
            done += answers
    finally:
        if done:
            tell([])
