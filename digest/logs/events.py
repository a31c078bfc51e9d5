"""Events, and the way they are told until another is begun."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypedDict, Unpack, cast

from digest.logs.scrub import Scrub

FORMS = ("words", "keys", "json")
WORDS = FORMS[0]

# Levels, as logging has them. What a person at a terminal is told although all is well is NOTICE;
# what went wrong while the rest went on a WARNING; where somebody should act, an ERROR.
DEBUG, INFO, NOTICE, WARNING, ERROR = 10, 20, 25, 30, 40


class Fields(TypedDict, total=False):
    """All that an event may say of itself beside its message."""

    edition: dt.date
    period: str
    source: str
    channel: str
    state: str  # of a source or a mail
    status: str  # of a run
    reason: str
    code: int  # a command's exit code
    answer: str  # the codes of a mail server's, or the status of a page's
    route: str  # of the pages, as a pattern
    seconds: float
    command: str
    new: int
    repeats: int
    revised: int
    sections: int
    sightings: int
    files: int
    messages: int
    requests: int
    recipients: int
    done: bool
    sent: int
    pending: int
    claimed: int
    handed: int
    deferred: int
    failed: int
    suppressed: int
    skipped: int
    uncertain: int


def counts(states: Mapping[str, int]) -> Fields:
    """The fields of counts by state."""
    known = {state: many for state, many in states.items() if state in Fields.__annotations__}
    return cast("Fields", known)


class _Way(NamedTuple):
    form: str = WORDS
    level: int = NOTICE
    scrub: Scrub = Scrub()


_way = _Way()


def begin(
    form: str = WORDS,
    *,
    level: int = NOTICE,
    newsletter: str = "",
    secrets: Callable[[], Iterable[str]] = tuple,
) -> None:
    """Tell events from here on in a form, those of a level and above; `secrets` are taken out.

    In other forms than words, what libraries log and what nothing catches are events, too.
    """
    global _way
    was, _way = _way, _Way(form, level, Scrub(secrets))
    if was.form != WORDS or form != WORDS:  # else logging is not worth loading
        from digest.logs.carrier import carry

        carry(None if form == WORDS else form, level, newsletter, _way.scrub)


def in_words() -> bool:
    """Whether a person is told, who may be shown what is not an event, too."""
    return _way.form == WORDS


def event(name: str, message: str = "", level: int = INFO, **fields: Unpack[Fields]) -> None:
    """Tell programs of an event."""
    if _way.form == WORDS or level < _way.level:
        return
    import logging

    told = {"event": name, "fields": fields}
    logging.getLogger("digest").log(level, "%s", message, extra=told)


def tell(name: str, message: str, level: int = WARNING) -> None:
    """Tell programs and persons of something, the latter in the words of its message."""
    if _way.form != WORDS:
        event(name, message, level)
    elif level >= _way.level:
        _print(_way.scrub(message))


def problem(name: str, message: str) -> None:
    """Tell who typed something what is wrong with it: in words with addresses, as they typed it."""
    if _way.form == WORDS:
        _print(_way.scrub.without_secrets(message))
    else:
        event(name, message, ERROR)


def scrubbed(text: str) -> str:
    """A text without what no log may hold, for whatever else leaves the house."""
    return _way.scrub(text)


def _print(message: str) -> None:
    print(f"digest: {message}", file=sys.stderr)  # noqa: T201 - the one place that does
