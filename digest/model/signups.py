"""What visitors of the subscribe page ask for, until they have confirmed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from digest.model.readers import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Somebody asks for mail to an address."""

    reader: Subscriber  # as they shall be once they have confirmed: address, frequency, themes
    network: str  # where it came from: an IPv4 address, or the /64 of an IPv6 one
    nonce: str  # random; the link's token is made of it


class Limits(NamedTuple):
    """How many sign-ups get a mail."""

    a_day: int = 1  # of one mailbox
    a_month: int = 3  # likewise, in 30 days
    network: int = 20  # of one network in an hour
    all: int = 1_000  # altogether in an hour


class Letterbox(NamedTuple):
    """A sign-up with a mail to be sent: the link to confirm, or a welcome to who has."""

    id: int
    address: str
    nonce: str
    attempts: int
    asked_at: dt.datetime  # UTC
    due: dt.datetime  # UTC
    welcome: bool
