"""An edition as a mail that only lacks its reader. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime

from digest.addresses import mailbox, same_mailbox, wire
from digest.message import fields
from digest.message.dkim import Signer, relaxed_body, sha256
from digest.message.splice import Gapped, gapped
from digest.model.editions import Edition, FrozenEdition
from digest.model.readers import Frequency
from digest.quoted import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Who publishes a newsletter, and where its readers turn; "" where there is no such place."""

    author: str  # as in From: a display name and an address, or an address alone
    agent: str = ""  # who sends, where that is somebody else; likewise
    reply_to: str = ""  # likewise
    owner: str = ""  # the bare address of who answers for the list
    unsubscribe: str = ""  # an https link, with the slot for a reader's own part
    unsubscribe_by_mail: str = ""  # a mailto link, likewise
    site: str = ""  # the archive, without a trailing slash

    @property
    def domain(self) -> str:
        """That of the author's address."""
        return wire(mailbox(self.author)[1]).rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All of a message but its reader's own parts. `compose` makes one."""

    sha256: str  # of the edition
    domain: str  # of the Message-ID
    copy: str
    before_to: bytes  # whole headers
    before_id: bytes
    after_id: Gapped
    body: Gapped
    seal: tuple[Signer, Gapped] | None  # who signs, and the body as it is hashed

    def to(self, address: str, token: str = "") -> bytes:
        """The message to one reader, in CRLF lines of at most 998 octets.

        See `parts`.
        """
        return b"".join(self.parts(address, token))

    def parts(self, address: str, token: str = "") -> tuple[bytes, ...]:
        """The same in parts; what all readers have in common is the same to all.

        `token` is the reader's own part of links, as long as the slot. The same edition to the
        same reader is the same message, byte for byte.
        """
        identifier = message_id(self.sha256, address, self.domain, self.copy)
        head = b"".join(
            [
                self.before_to,
                fields.to(address),
                self.before_id,
                fields.field("Message-ID", identifier),
                self.after_id.filled(token),
            ]
        )
        if self.seal:
            signer, relaxed = self.seal
            head = signer.header(head, sha256(relaxed.parts(token))) + head
        return (head + b"\r\n", *self.body.parts(token))


def compose(
    frozen: FrozenEdition,
    masthead: Masthead,
    *,
    subject: str,
    html: str,
    text: str,
    slot: str,
    signer: Signer | None = None,
    copy: str = "",
) -> Letter:
    """The letter that brings an edition: multipart/alternative, text first (RFC 2046, 5.1.4).

    Wherever `html`, `text` and the masthead's link have `slot`, each reader's token comes. `copy`
    gives the message an identifier that is not that of the edition's own.
    """
    edition = frozen.edition
    # "=_" never occurs in quoted-printable text (RFC 2045, section 6.7).
    boundary = f"=_{frozen.sha256[:32]}"
    body = alternative(boundary, text=text, html=html)
    return Letter(
        sha256=frozen.sha256,
        domain=masthead.domain,
        copy=copy,
        before_to=b"".join(_from(masthead)),
        before_id=fields.words("Subject", subject)
        + fields.field("Date", format_datetime(edition.published_at)),
        after_id=gapped(b"".join(_after_id(edition, masthead, slot, boundary)), slot),
        body=gapped(body, slot),
        seal=(signer, gapped(relaxed_body(body), slot)) if signer else None,
    )


def message_id(sha256: str, recipient: str, domain: str, copy: str = "") -> str:
    """The Message-ID of an edition, known by its SHA-256, to a reader, whom it does not tell."""
    whole = "\0".join([sha256, same_mailbox(recipient), copy])
    return f"<{hashlib.sha256(whole.encode()).hexdigest()[:40]}@{domain}>"


def _from(masthead: Masthead) -> Iterator[bytes]:
    yield fields.mailboxes("From", masthead.author)
    if masthead.agent and mailbox(masthead.agent)[1] != mailbox(masthead.author)[1]:
        yield fields.mailboxes("Sender", masthead.agent)
    if masthead.reply_to:
        yield fields.mailboxes("Reply-To", masthead.reply_to)


def _after_id(edition: Edition, masthead: Masthead, slot: str, boundary: str) -> Iterator[bytes]:
    yield from _list(edition, masthead, slot)
    # Out-of-office programs answer neither a list (by custom) nor an automatic message (RFC 3834).
    yield fields.field("Precedence", "list")
    yield fields.field("Auto-Submitted", "auto-generated")
    yield fields.field("MIME-Version", "1.0")
    yield fields.field("Content-Type", f'multipart/alternative; boundary="{boundary}"')


def _list(edition: Edition, masthead: Masthead, slot: str) -> Iterator[bytes]:
    """What the message says of its list (RFC 2919, 2369, 8058, 5064)."""
    identifier = f"{edition.newsletter}.{masthead.domain}"
    yield fields.field("List-Id", fields.named(edition.title, f"<{identifier}>"))
    ways = [f"<{way}>" for way in ways_out(masthead)]
    if ways:
        yield fields.field("List-Unsubscribe", ", ".join(ways))
    if slot in masthead.unsubscribe and masthead.unsubscribe.startswith("https:"):
        yield fields.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    if masthead.owner:
        yield fields.field("List-Help", f"<{fields.mailto(masthead.owner, 'help')}>")
        yield fields.field("List-Owner", f"<{fields.mailto(masthead.owner)}>")
    if masthead.site:
        site = fields.link(masthead.site)
        yield fields.field("List-Archive", f"<{site}/>")
        if edition.period == Frequency.DAILY:  # others have no page of their own
            yield fields.field("Archived-At", f"<{site}/{edition.date:%Y/%m/%d}/>")
    yield fields.field("List-Post", "NO")
    # Gmail counts complaints by each of four parts, from the edition to the sender of it all.
    sender = hashlib.sha256(identifier.encode()).hexdigest()[:12]
    parts = (edition.date.isoformat(), edition.period, edition.newsletter, sender)
    yield fields.field("Feedback-ID", ":".join(parts))


def ways_out(masthead: Masthead) -> list[str]:
    """How readers can leave, the best way first: links, https or mailto."""
    to_owner = fields.mailto(masthead.owner, "unsubscribe") if masthead.owner else ""
    by_mail = masthead.unsubscribe_by_mail or to_owner
    return [way for way in (masthead.unsubscribe, by_mail) if way]


def alternative(boundary: str, *, text: str, html: str) -> bytes:
    """A body of multipart/alternative, text first (RFC 2046, section 5.1.4)."""
    lines = [*_part(boundary, "plain", text), *_part(boundary, "html", html)]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def _part(boundary: str, subtype: str, content: str) -> Iterator[bytes]:
    yield f"--{boundary}".encode()
    yield f'Content-Type: text/{subtype}; charset="utf-8"'.encode()
    yield b"Content-Transfer-Encoding: quoted-printable"
    yield b""
    yield quoted(content)
