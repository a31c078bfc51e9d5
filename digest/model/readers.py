"""Who gets a newsletter, and what they want of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Consent(StrEnum):
    """Whether a reader wants mail, and gets it."""

    PENDING = "pending"  # asked for it, and has not confirmed
    ACTIVE = "active"
    PAUSED = "paused"  # wants none until a day, or until they say so
    LEFT = "left"
    BOUNCED = "bounced"  # their mailbox takes no mail
    COMPLAINED = "complained"  # called the mail spam; never mailed again


class Frequency(StrEnum):
    """Which editions a reader gets. The values are the editions' periods."""

    DAILY = "daily"
    WEEKLY = "weekly"


ORIGINAL = "original"  # of Preferences.summaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a reader wants of each edition; by default all of it."""

    wanted: tuple[str, ...] = ()  # ids of themes and groups; none is all
    unwanted: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # papers with one of them come first
    authors: tuple[str, ...] = ()  # likewise
    cap: int = 0  # papers in a mail at most; 0 is what the newsletter shows
    summaries: str = ""  # "" is as the newsletter has them; ORIGINAL: each paper's own words alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader of one newsletter."""

    address: str  # as it was given
    state: Consent = Consent.ACTIVE
    frequency: Frequency = Frequency.DAILY
    zone: str = ""  # IANA; "" is the newsletter's
    hour: int | None = None  # local; None is as soon as the edition is made
    preferences: Preferences = field(default_factory=Preferences)
    consent: str = ""  # how they gave it, in words
    consented_at: dt.datetime | None = None  # UTC
    paused_until: dt.date | None = None  # the first day with mail again, if paused
    reason: str = ""  # why they are in this state, without addresses


class Standing(NamedTuple):
    """What is known of a mailbox when something is to become of it."""

    reader: Subscriber | None
    barred: Consent | None  # the gravest state they were in, kept when they are erased, too


# What becomes of a mailbox, given how it stands; None is nothing, as it is refused.
Rule = Callable[[Standing], Standing | None]
