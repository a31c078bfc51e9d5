"""Which troubles are to be told, and which have come to an end. Pure.

A trouble has a key, of a topic or of `topic:name`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

FORGOTTEN = dt.timedelta(days=30)  # what nothing has looked at meanwhile is told no more

Key = str


class Trouble(NamedTuple):
    """What a person is needed for, unless it is over by itself within some time."""

    what: str  # in few words: "the edition is held"
    words: str  # what happened, and what to do
    patience: dt.timedelta = dt.timedelta()


class Known(NamedTuple):
    """What is remembered of a trouble."""

    what: str
    since: dt.datetime  # UTC
    told: bool


class Look(NamedTuple):
    """Of which topics, or single keys, something was seen, and the troubles among them."""

    topics: frozenset[str]
    found: Mapping[Key, Trouble]

    def and_also(self, other: Look) -> Look:
        """Both looks as one."""
        return Look(self.topics | other.topics, {**self.found, **other.found})


class Tidings(NamedTuple):
    """What is to be told."""

    begun: Mapping[Key, tuple[Trouble, dt.datetime]]  # with the instant since when it is so
    over: Mapping[Key, Known]


def noticed(known: Mapping[Key, Known], look: Look, now: dt.datetime) -> dict[Key, Known]:
    """What is known after a look, before anything of it is told."""
    new = {
        key: Known(trouble.what, now, told=False)
        for key, trouble in look.found.items()
        if key not in known
    }
    return {key: one for key, one in known.items() if _stays(key, one, look, now)} | new


def tidings(known: Mapping[Key, Known], look: Look, now: dt.datetime) -> Tidings:
    """What is to be told of what was noticed."""
    return Tidings(
        begun={
            key: (trouble, known[key].since)
            for key, trouble in look.found.items()
            if not known[key].told and now - known[key].since >= trouble.patience
        },
        over={
            key: one
            for key, one in known.items()
            if one.told and key not in look.found and _looked_at(key, look)
        },
    )


def told(known: Mapping[Key, Known], news: Tidings) -> dict[Key, Known]:
    """What is known once that is told."""
    return {
        key: one._replace(told=one.told or key in news.begun)
        for key, one in known.items()
        if key not in news.over
    }


def as_text(known: Mapping[Key, Known]) -> str:
    """What is known, as it is kept: JSON, or "" for nothing."""
    kept = {key: [one.what, one.since.isoformat(), one.told] for key, one in known.items()}
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def from_text(text: str) -> dict[Key, Known]:
    """What was kept; nothing, where that was something else, as earlier versions kept it."""
    try:
        kept: dict[str, Any] = json.loads(text)
        return {
            key: Known(str(what), dt.datetime.fromisoformat(since), bool(was_told))
            for key, (what, since, was_told) in kept.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def _stays(key: Key, one: Known, look: Look, now: dt.datetime) -> bool:
    if key in look.found:
        return True
    if _looked_at(key, look):
        return one.told  # until its end is told
    return now - one.since < FORGOTTEN


def _looked_at(key: Key, look: Look) -> bool:
    return key in look.topics or key.partition(":")[0] in look.topics
