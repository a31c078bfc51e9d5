"""One run of a newsletter at a time, on one machine or, with PostgreSQL, on many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from digest.errors import Busy
from digest.store.database import Lock, database


@contextmanager
def newsletter_lock(url: str, slug: str) -> Iterator[None]:
    """Hold the lock of a newsletter; it is freed when its process ends, however that ends.

    Raises Busy at once where another holds it, StoreError where there can be no lock.
    """
    lock = database(url).try_lock(slug)
    if lock is None:
        raise Busy(f"another run of {slug} is at work; nothing to do")
    with closing(lock):
        yield


def try_lead(url: str, slug: str) -> Lock | None:
    """The lock of who makes a newsletter's editions when they are due; None: another has it.

    Raises StoreError where there can be no lock.
    """
    return database(url).try_lock(f"{slug}.serve")  # no slug has a full stop
