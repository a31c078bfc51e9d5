"""An edition on its way to a reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class DeliveryState(StrEnum):
    """Where one edition stands on its way to one reader."""

    PENDING = "pending"  # to be sent
    CLAIMED = "claimed"  # a sender holds it, for as long as its lease lasts
    HANDED = "handed"  # the message is about to be, or has been, given to the server
    SENT = "sent"  # the server took it
    DEFERRED = "deferred"  # refused for now; tried again at `next_try`
    FAILED = "failed"  # refused for good
    SUPPRESSED = "suppressed"  # the reader left or bounced before their turn
    SKIPPED = "skipped"  # nothing in the edition is for this reader
    UNCERTAIN = "uncertain"  # the server's last answer was lost; never re-sent by itself


class EditionRef(NamedTuple):
    """An edition that has deliveries."""

    id: int
    period: str
    date: dt.date


class Delivery(NamedTuple):
    """One edition on its way to one reader, as the sender who claimed it holds it."""

    edition: int
    reader: int  # or a channel's number, below zero; such a one has no address
    address: str
    preference: int  # the id of what the reader wants
    attempts: int  # finished ones
    token: int  # fencing: a result counts only while this is still the row's


class Blame(StrEnum):
    """What a refusal says of the reader's mailbox."""

    NONE = "none"
    SOFT = "soft"  # full, say: enough of them in a short time count as one for good
    HARD = "hard"  # there is no such mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one attempt to deliver ended."""

    state: DeliveryState
    code: str = ""  # the server's code and text, without addresses
    next_try: dt.datetime | None = None  # UTC; set where the state is deferred
    blame: Blame = Blame.NONE
    counted: bool = True  # as an attempt of this reader's


class Parcel(NamedTuple):
    """A message and its envelope, and the delivery it is of, if it is in the books."""

    sender: str
    recipient: str
    parts: tuple[bytes, ...]  # of a message in CRLF lines; those that many share are the same
    of: Delivery | None = None

    @property
    def message(self) -> bytes:
        """The whole message."""
        return b"".join(self.parts)


class Ending(StrEnum):
    """How a transport's attempt at a message ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # by an answer to this message
    BROKEN = "broken"  # off before it could be accepted, through no fault of the reader
    LOST = "lost"  # is the answer to the final dot


class Answer(NamedTuple):
    """What a server said to a message, or that it said nothing."""

    ending: Ending
    code: int = 0  # of three digits (RFC 5321), where there was one
    status: str = ""  # enhanced, such as "5.1.1" (RFC 3463), where there was one
    text: str = ""  # one short line without addresses
    at_content: bool = False  # refused once the recipient was accepted (DATA, the final dot)
    wait: float = 0.0  # seconds that it asks for, other than in words


class Rate(NamedTuple):
    """At most so many messages in any span of so many seconds."""

    messages: int
    seconds: int


class Closed(NamedTuple):
    """How many deliveries of an edition are closed."""

    period: str
    date: dt.date
    sha256: str  # of the edition
    deliveries: int


class Allowance(NamedTuple):
    """How many messages the rates let go now."""

    messages: int
    wait: float  # seconds until another may go, where none may
    domains: Mapping[str, int]  # how many to receiving domains that have had some lately
    each: int  # how many to each other domain
