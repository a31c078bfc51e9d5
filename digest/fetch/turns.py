"""One request to a host at a time, whatever thread makes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from digest.errors import Unreachable

LONGEST = 240.0  # seconds to wait for a turn: eight requests that take all the time they may


class Turns:
    """Takes the requests to each host in turn; those to different hosts go on at once."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._locks: dict[object, threading.Lock] = {}

    @contextmanager
    def of(self, host: object, name: object) -> Iterator[None]:
        """Have the host to oneself. Raises Unreachable, which begins with `name`."""
        lock = self._locks.setdefault(host, threading.Lock())
        if not lock.acquire(timeout=self._longest):
            raise Unreachable(
                f"{name}: other requests kept its host busy for {self._longest:g} s;"
                " try again later"
            )
        try:
            yield
        finally:
            lock.release()
