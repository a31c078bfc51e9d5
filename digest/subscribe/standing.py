"""How a reader stands with a newsletter, and how grave that is. Pure."""

from __future__ import annotations

from digest.model.readers import Consent

NAMED = "named in mail.to"  # the consent of readers who are there by the configuration alone

_ENDED = (Consent.LEFT, Consent.BOUNCED, Consent.COMPLAINED)


def gravity(state: Consent | None) -> int:
    """How grave it is that somebody gets no mail any more; 0 where that is not so."""
    return _ENDED.index(state) + 1 if state in _ENDED else 0


def graver(one: Consent | None, other: Consent | None) -> Consent | None:
    """The graver of two states, the first of equals."""
    return max(one, other, key=gravity)
