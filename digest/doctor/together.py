"""Several things at once, of which none can hold up the others, or the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def together(
    tasks: Sequence[Callable[[], _T]], seconds: float, monotonic: Callable[[], float]
) -> list[_T | None]:
    """What each task returns; None for those that do not end in so many seconds.

    Tasks raise nothing. One that does not end is left behind in a thread that keeps nobody.
    """
    came: list[_T | None] = [None] * len(tasks)

    def do(number: int) -> None:
        came[number] = tasks[number]()

    threads = [threading.Thread(target=do, args=(one,), daemon=True) for one in range(len(tasks))]
    end = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return list(came)
