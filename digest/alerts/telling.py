"""From what was seen to a message, and to what is remembered of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from digest import logs
from digest.alerts.troubles import Look, Tidings, as_text, from_text, noticed, tidings, told
from digest.failpoint import failpoint


class Memory(Protocol):
    """A text that is remembered."""

    def read(self) -> str:
        """What it is; "" in the beginning."""

    def revise(self, rule: Callable[[str], str]) -> None:
        """Make of it what a rule says, with no other change in between."""


class Message(NamedTuple):
    """What a person is told."""

    title: str
    lines: Sequence[str]

    @property
    def text(self) -> str:
        """The lines as a list."""
        return "".join(f"- {line}\n" for line in self.lines)


Way = Callable[[Message], bool]  # by which a message gets to somebody; whether it was taken


def settle(
    newsletter: str, look: Look, memory: Memory, ways: Sequence[Way], now: dt.datetime
) -> None:
    """Tell what a look brought that is new, by every way, and remember it where any took it."""
    known = from_text(memory.read())
    if (seen := noticed(known, look, now)) != known:
        memory.revise(lambda text: as_text(noticed(from_text(text), look, now)))
    news = tidings(seen, look, now)
    if not (news.begun or news.over):
        return
    message = message_of(newsletter, news)
    taken = [way(message) for way in ways]  # each of them
    failpoint("after-alert")
    if any(taken):
        logs.event("alert", "; ".join(message.lines), messages=sum(taken))
        memory.revise(lambda text: as_text(told(from_text(text), news)))


def message_of(newsletter: str, news: Tidings) -> Message:
    """What is told. What sites and servers said cannot call a whole chat, or be a link in it."""
    needed = [
        f"{trouble.words} (since {since:%Y-%m-%d %H:%M} UTC)"
        for trouble, since in news.begun.values()
    ]
    over = [f"no longer: {one.what} (since {one.since:%Y-%m-%d})" for one in news.over.values()]
    title = "a person is needed" if needed else "well again"
    return Message(f"{newsletter}: {title}", [_inert(line) for line in needed + over])


def _inert(text: str) -> str:
    """One line without the signs by which chats know names, links and markup."""
    line = "".join(sign if sign.isprintable() else " " for sign in logs.scrubbed(text))
    return line.translate({ord("<"): "‹", ord(">"): "›", ord("@"): "(at)"})
