"""The mail that asks whether somebody really wants the newsletter. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from email.utils import format_datetime
from typing import NamedTuple

from digest.addresses import mailbox, wire
from digest.message import fields
from digest.message.letter import alternative


class Words(NamedTuple):
    """What it says; nothing of what the visitor typed."""

    subject: str
    text: str
    html: str


def invitation(author: str, address: str, words: Words, nonce: str, now: dt.datetime) -> bytes:
    """The message to an address. `author` is as in From; the same nonce makes the same message."""
    sender = mailbox(author)[1]
    identifier = hashlib.sha256("\0".join([nonce, address]).encode()).hexdigest()[:40]
    boundary = f"=_{identifier[:32]}"
    head = [
        fields.mailboxes("From", author),
        fields.to(address),
        fields.words("Subject", words.subject),
        fields.field("Date", format_datetime(now)),
        fields.field("Message-ID", f"<{identifier}@{wire(sender).rpartition('@')[2]}>"),
        fields.field("Auto-Submitted", "auto-generated"),
        fields.field("MIME-Version", "1.0"),
        fields.field("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        b"\r\n",
    ]
    return b"".join([*head, alternative(boundary, text=words.text, html=words.html)])
