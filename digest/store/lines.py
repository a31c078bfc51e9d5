"""An export's lines: JSON, one record a line, its kind first (docs/data.md has the format).

A newsletter begins with a `head` and finishes with an `end`; both say how much there is, so that
what was cut or changed is noticed. A text, number or list that is the usual one is left out.
Instants are seconds and days are days since 1 January 1970, as in the database; an edition goes by
its period and date, such as "daily 2026-03-02", a source by its name, a preference by what it says.
"""

from __future__ import annotations

from typing import Any

import msgspec

from digest.errors import StoreError

FORMAT = 1


class Line(
    msgspec.Struct, tag_field="kind", tag=str.lower, omit_defaults=True, forbid_unknown_fields=True
):
    """A record."""


class Head(Line):
    """What begins a newsletter. `last_reader` is the highest id that a reader ever had."""

    format: int
    newsletter: str
    at: str
    asked: int
    last_reader: int
    counts: dict[str, int]


class Edition(Line):
    """An edition, and its document as it was frozen."""

    period: str
    date: str
    published_at: int
    sha256: str
    document: msgspec.Raw


class Revision(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """The highest version of a paper seen since its edition, and the edition that told it."""

    version: int
    title: str
    url: str | None = None
    edition: str = ""


class Paper(Line):
    """A paper, by all its keys, the canonical one first; the edition that showed it.

    A sighting is a source's name, its first day and its last.
    """

    keys: list[str]
    version: int | None = None
    edition: str = ""
    sightings: list[tuple[str, int, int]] = []
    revision: Revision | None = None


class Reader(Line):
    """A reader, under the id that bounces know them by."""

    id: int
    mailbox: str
    address: str
    domain: str
    state: str
    frequency: str
    changed_at: int
    score: float
    zone: str = ""
    hour: int | None = None
    preference: str = ""
    fixed: int = 0
    consent: str = ""
    consented_at: int | None = None
    paused_until: int | None = None
    reason: str = ""
    scored_at: int | None = None


class Suppression(Line):
    """Who must not be mailed again, as a hash."""

    mailbox: str
    reason: str
    day: int


class Link(Line):
    """Whose a link is, by the hash of its token."""

    token: str
    reader: int


class Linked(Line):
    """Up to which reader all have links, by the name of the key."""

    maker: str
    reader: int


class Channel(Line):
    """Where editions go besides to readers."""

    name: str


class SignUp(Line, tag="sign_up"):
    """What was asked on the subscribe page."""

    mailbox: str
    network: str
    asked_at: int
    frequency: str
    nonce: str
    mail: str
    attempts: int = 0
    address: str | None = None
    preference: str = ""
    token: str | None = None
    confirmed_at: int | None = None
    reader: int | None = None
    next_try: int | None = None


class Account(Line):
    """How many deliveries of an edition ended in a state, once all of them have."""

    edition: str
    state: str
    deliveries: int


class Delivery(Line):
    """An edition to a reader, by the id, or to a channel, by its name.

    Channels that are gone have no name: those of an edition are -1, -2, ….
    """

    edition: str
    reader: int | str
    state: str
    updated: int
    code: str = ""
    attempts: int = 0
    preference: str = ""
    token: int = 0
    sender: int = 0
    lease_until: int | None = None
    next_try: int | None = None


class Sending(Line):
    """What went out of late, where rates bound it."""

    domain: str
    milliseconds: int
    messages: int


class Pause(Line):
    """Why nothing is delivered."""

    reason: str
    at: int


class Told(Line):
    """What the operator was told last."""

    words: str
    at: int


class Run(Line):
    """What a run reported."""

    at: int
    date: int
    status: str
    report: str


class Feed(Line):
    """The validators of a URL."""

    source: str
    url: str
    fingerprint: str
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


class Visit(Line):
    """What asking a URL has come to."""

    source: str
    url: str
    read_at: int | None = None
    fresh_at: int | None = None
    papers: int | None = None
    failures: int = 0
    gone: int = 0
    failed_at: int | None = None
    not_before: int | None = None
    moved_to: str | None = None
    moves: int = 0


class Kept(Line):
    """A new paper as a poll saw it, for the next edition."""

    position: int
    source: str
    fingerprint: str
    day: int
    url: str
    paper: str
    replacement: int = 0


class Heard(Line):
    """A report of a bounce that was counted, as a hash."""

    report: str
    day: int


class MachineSummary(Line, tag="machine_summary"):
    """What a language model wrote, by the fingerprint of what it was asked."""

    question: str
    day: int
    text: str


class End(Line):
    """What finishes a newsletter: how many records, and the SHA-256 of all lines before it."""

    records: int
    sha256: str


_AnyLine = (
    Head
    | Edition
    | Paper
    | Reader
    | Suppression
    | Link
    | Linked
    | Channel
    | SignUp
    | Account
    | Delivery
    | Sending
    | Pause
    | Told
    | Run
    | Feed
    | Visit
    | Kept
    | Heard
    | MachineSummary
    | End
)
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_AnyLine)


def written(line: Line) -> bytes:
    """A record as a line."""
    return _encoder.encode(line) + b"\n"


def read(text: bytes, number: int) -> Line:
    """The record of a line. Raises StoreError, which names the line by its number."""
    try:
        line: Line = _decoder.decode(text)
    except ValueError as error:
        raise StoreError(f"line {number} is none of an export: {error}") from None
    return line
