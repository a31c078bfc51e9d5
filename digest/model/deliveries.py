"""An edition on its way to a reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition on its way to one reader."""

    id: int
    edition_id: int
    address: str
    attempts: int  # finished ones
    token: int  # fencing: a result counts only while this is still the row's


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one attempt to deliver ended."""

    state: DeliveryState
    code: str = ""  # the server's code and text, without addresses
    next_try: dt.datetime | None = None  # UTC; set where the state is deferred
