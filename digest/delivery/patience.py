"""How long a round waits for the rates, or for a server that went away. Pure."""

from __future__ import annotations

from collections.abc import Iterator

# A server that took something is given another chance after so many seconds each.
CHANCES = (5.0, 20.0, 60.0)
LONGEST = 90.0  # seconds without a message: what must wait longer is another round's


class Patience:
    """Begins anew with every message that got an answer. A wait of 0 is that there is none."""

    def __init__(self, answered: int) -> None:
        self._answered = answered
        self._idle = 0.0
        self._chances: Iterator[float] = iter(())  # a server that was never there gets none

    def told(self, answered: int) -> None:
        """So many messages have had an answer by now."""
        if answered > self._answered:
            self._answered, self._idle, self._chances = answered, 0.0, iter(CHANCES)

    def with_server(self) -> float:
        """Seconds until one that is down is tried again."""
        return next(self._chances, 0.0)

    def with_rates(self, wait: float) -> float:
        """Seconds to wait of those until the rates let another message go."""
        self._idle += wait
        return wait if self._idle <= LONGEST else 0.0
