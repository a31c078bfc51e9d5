"""Who is sending: each process that does holds a numbered lock, which its death frees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from digest.errors import Busy
from digest.store.database import Closable, Database, database

_SLOTS = 64


@contextmanager
def sender_slot(url: str, slug: str) -> Iterator[int]:
    """Hold the first free number (from 1) of a newsletter's senders, until its process ends.

    Raises Busy where there are too many, StoreError where there can be no lock.
    """
    place = database(url)
    for number in range(1, _SLOTS + 1):
        if lock := try_slot(place, slug, number):
            with closing(lock):
                yield number
            return
    raise Busy(f"{_SLOTS} others are sending {slug}; try again later")


def try_slot(place: Database, slug: str, number: int) -> Closable | None:
    """The lock of a sender's number, or None where a living one holds it."""
    return place.try_lock(f"{slug}.sender{number}")  # no slug has a full stop
