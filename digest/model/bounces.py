"""What comes back of a newsletter's mail: reports of mail not delivered, and complaints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a report says of a mailbox, the mildest first."""

    NOTICE = "notice"  # nothing yet: the mail is late, or has arrived
    POLICY = "policy"  # it was refused for what we send, whoever it is for
    SOFT = "soft"  # it does not take mail for now
    HARD = "hard"  # there is no such mailbox
    COMPLAINT = "complaint"  # its reader called the mail spam


class Finding(NamedTuple):
    """What a report says of one recipient."""

    kind: Kind
    addresses: tuple[str, ...] = ()  # the recipient's: as it was written, as it was sent on
    words: str = ""  # codes and text, short and without addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A message that may tell what became of mail, or that its reader wants no more.

    One that tells nothing has no findings.
    """

    identifier: str  # the same whenever the same report is read
    date: dt.datetime | None  # UTC; when it was written, by its own account
    findings: tuple[Finding, ...]
    addresses: tuple[str, ...]  # every one that stands in it, the first ones first
    letters: frozenset[str]  # of Message-IDs in it that look like ours: what is before the @
    dates: frozenset[dt.datetime]  # UTC; of every Date in it, that of the mail it returns too
    wish: tuple[str, ...] = ()  # where somebody had it sent, and its subject; () if nobody did


class Addressee(NamedTuple):
    """A reader as far as it takes to know mail to them again."""

    id: int | None  # None where they are erased
    address: str  # as mail to them has it
    consented_at: dt.datetime | None = None  # UTC


class Publication(NamedTuple):
    """An edition as far as it takes to know mail with it again."""

    sha256: str
    at: dt.datetime  # UTC


class Charge(NamedTuple):
    """What a report has shown of a reader."""

    report: str  # its identifier
    reader: Addressee
    kind: Kind
    words: str
