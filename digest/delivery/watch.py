"""Keeps the witness up to date while mail goes out, at a small share of the time it takes."""

from __future__ import annotations

from digest.delivery.office import PostOffice

SHARE = 50  # of the time is spent otherwise, for each part spent on counting


class Watch:
    """Notes how far the last editions have come: as soon as mail is out, and then now and then."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office
        self._next = office.monotonic()
        self._out = False

    def look(self, *, out: bool) -> None:
        """Note it, if it is time to; `out` tells whether any mail is."""
        began = self._office.monotonic()
        if (out and not self._out) or began >= self._next:
            note(self._office)
            now = self._office.monotonic()
            self._next = now + SHARE * (now - began)
            self._out = out


def note(office: PostOffice) -> None:
    """Tell the witness what the books say. For books that are to be trusted."""
    office.witness.note(office.newsletter, office.store.closed(office.newsletter))
