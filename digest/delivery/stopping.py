"""Being asked to stop, and how long that may take."""

from __future__ import annotations

import math
from collections.abc import Callable

GRACE = 8.0  # seconds for the messages in hand


class Stop:
    """Nobody has asked to stop, until somebody does.

    What stops `within` something greater stops with it, too.
    """

    def __init__(self, monotonic: Callable[[], float], within: Stop | None = None) -> None:
        self._monotonic = monotonic
        self._within = within
        self._until = math.inf

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""
        return self._until < math.inf or (self._within is not None and self._within.asked)

    def ask(self) -> None:
        """Stop soon."""
        self._until = min(self._until, self._monotonic() + GRACE)

    def left(self) -> float:
        """Seconds until all must be over; negative once it must."""
        left = self._until - self._monotonic()
        return min(left, self._within.left()) if self._within else left
