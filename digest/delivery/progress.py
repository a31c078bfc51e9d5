"""How far the sending of an edition has come, in words."""

from __future__ import annotations

from collections.abc import Callable

EVERY = 0.2  # seconds between two tellings


class Progress:
    """Tells how many of how many messages went, how fast, and how long the rest will take."""

    def __init__(
        self, name: str, total: int, monotonic: Callable[[], float], tell: Callable[[str], None]
    ) -> None:
        self._name = name
        self._total = total
        self._monotonic = monotonic
        self._tell = tell
        self._done = 0
        self._begun = self._told = monotonic()

    def count(self, messages: int) -> None:
        """So many more are done."""
        self._done += messages
        now = self._monotonic()
        if now - self._told < EVERY and self._done < self._total:
            return
        self._told = now
        rate = self._done / max(now - self._begun, 0.001)
        left = in_words((self._total - self._done) / rate) if self._done else "?"
        self._tell(
            f"{self._name}: {self._done:,} of {self._total:,}, {rate:,.0f} a second, {left} left"
        )


def in_words(seconds: float) -> str:
    """A time as long as it takes to say: "40 s", "3 min 20 s", "2 h 5 min"."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
