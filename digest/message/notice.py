"""A short mail to who runs a newsletter. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from email.utils import format_datetime

from digest.addresses import mailbox, wire
from digest.message import fields
from digest.model.deliveries import Parcel
from digest.quoted import quoted


def notice(
    author: str, operator: str, subject: str, needs: Sequence[str], now: dt.datetime
) -> Parcel:
    """A mail in plain text that lists what a person is needed for. `author` is as in From."""
    text = "".join(f"- {need}\n" for need in needs)
    sender = mailbox(author)[1]
    whole = "\0".join([operator, now.isoformat(), subject, text])
    identifier = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:40]
    head = [
        fields.mailboxes("From", author),
        fields.to(operator),
        fields.words("Subject", subject),
        fields.field("Date", format_datetime(now)),
        fields.field("Message-ID", f"<{identifier}@{wire(sender).rpartition('@')[2]}>"),
        fields.field("Auto-Submitted", "auto-generated"),
        fields.field("MIME-Version", "1.0"),
        fields.field("Content-Type", 'text/plain; charset="utf-8"'),
        fields.field("Content-Transfer-Encoding", "quoted-printable"),
    ]
    message = b"".join([*head, b"\r\n", quoted(text)])
    return Parcel(sender=sender, recipient=operator, parts=(message,))
