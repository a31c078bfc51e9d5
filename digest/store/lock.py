"""One run of a newsletter at a time, on one machine or, with PostgreSQL, on many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from digest.errors import Busy
from digest.store.database import database


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
