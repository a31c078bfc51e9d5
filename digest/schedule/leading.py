"""One of several that keep the schedule of a newsletter does it; the others stand by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.store.database import Lock


class Leader:
    """Holds the lock of who leads, once it is free. `take` is to take it."""

    def __init__(self, take: Callable[[], Lock | None], tell: Callable[[str], None]) -> None:
        self._take = take
        self._tell = tell
        self._lock: Lock | None = None
        self._stood_by = False

    def leads(self) -> bool:
        """Whether it is this one's turn, which is tried for. Changes are told."""
        if self._lock:
            if self._lock.held():
                return True
            self.close()
        self._lock = self._take()
        if not self._lock and not self._stood_by:
            self._tell("another digest serve makes the editions; this one stands by")
        elif self._lock and self._stood_by:
            self._tell("the other digest serve is gone; this one makes the editions now")
        self._stood_by = not self._lock
        return not self._stood_by

    def close(self) -> None:
        """Let another lead."""
        if self._lock:
            with closing(self._lock):
                self._lock = None
