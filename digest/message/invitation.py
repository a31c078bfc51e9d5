"""The mails between asking for a newsletter and its first edition. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from email.utils import format_datetime
from typing import NamedTuple

from digest.addresses import mailbox, wire
from digest.message import fields
from digest.message.dkim import Signer, relaxed_body, sha256
from digest.message.letter import alternative


class Words(NamedTuple):
    """What a mail says; nothing of what the visitor typed."""

    subject: str
    text: str
    html: str


def invitation(
    author: str,
    address: str,
    words: Words,
    nonce: str,
    now: dt.datetime,
    *,
    unsubscribe: str = "",
    signer: Signer | None = None,
) -> bytes:
    """The message to an address. `author` is as in From; the same nonce makes the same message.

    `unsubscribe` is the reader's own link to leave, if they are one by now (RFC 8058).
    """
    domain = wire(mailbox(author)[1]).rpartition("@")[2]
    identifier = hashlib.sha256("\0".join([nonce, address]).encode()).hexdigest()[:40]
    boundary = f"=_{identifier[:32]}"
    head = b"".join(
        [
            fields.mailboxes("From", author),
            fields.to(address),
            fields.words("Subject", words.subject),
            fields.field("Date", format_datetime(now)),
            fields.field("Message-ID", f"<{identifier}@{domain}>"),
            *_way_out(unsubscribe),
            fields.field("Auto-Submitted", "auto-generated"),
            fields.field("MIME-Version", "1.0"),
            fields.field("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        ]
    )
    body = alternative(boundary, text=words.text, html=words.html)
    if signer:
        head = signer.header(head, sha256([relaxed_body(body)])) + head
    return b"".join([head, b"\r\n", body])


def _way_out(link: str) -> Iterator[bytes]:
    if link:
        yield fields.field("List-Unsubscribe", f"<{link}>")
    if link.startswith("https:"):
        yield fields.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
