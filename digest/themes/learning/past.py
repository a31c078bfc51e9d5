"""What past editions held, parted into recent papers and earlier ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.model.editions import Evidence
from digest.model.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A paper of a past edition, and what the taxonomy in force finds in it."""

    date: dt.date  # the edition's
    key: str
    paper: Paper
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The papers of an archive's last days, and all before them, each by date and key."""

    recent: Sequence[Past]
    earlier: Sequence[Past]


def window(past: Iterable[Past], days: int) -> Window:
    """The window of so many days that ends with the newest paper."""
    ordered = sorted(past, key=lambda one: (one.date, one.key))
    since = ordered[-1].date - dt.timedelta(days=days - 1) if ordered else dt.date.max
    return Window(
        recent=[one for one in ordered if one.date >= since],
        earlier=[one for one in ordered if one.date < since],
    )
