"""Who must not be mailed again, kept as hashes, so that it outlives all else known of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from digest.model.readers import Consent
from digest.store.session import Connection
from digest.store.times import to_day

_FIND = "SELECT mailbox, reason FROM suppression WHERE newsletter = ? AND mailbox = ANY (?)"
_KEEP = """
INSERT INTO suppression (newsletter, mailbox, reason, day) VALUES (?, ?, ?, ?)
ON CONFLICT (newsletter, mailbox) DO UPDATE SET reason = excluded.reason, day = excluded.day
"""
_LIFT = "DELETE FROM suppression WHERE newsletter = ? AND mailbox = ?"


def fingerprint(slug: str, mailbox: str) -> str:
    """What a mailbox is known by where its address is not kept: 64 hexadecimal digits."""
    return hashlib.sha256(f"{slug}\0{mailbox}".encode()).hexdigest()


def barred(
    connection: Connection, newsletter_id: int, slug: str, mailboxes: Iterable[str]
) -> dict[str, Consent]:
    """Those of some mailboxes that must not be mailed, and the state they were last in."""
    hashes = {fingerprint(slug, mailbox): mailbox for mailbox in mailboxes}
    return {
        hashes[hashed]: Consent(reason)
        for hashed, reason in connection.rows(_FIND, newsletter_id, list(hashes))
    }


def note(
    connection: Connection,
    newsletter_id: int,
    slug: str,
    reasons: Mapping[str, Consent | None],
    now: dt.datetime,
) -> None:
    """Bar mailboxes for a reason (a state of `ENDED`), or let them be mailed again for None."""
    hashes = {fingerprint(slug, mailbox): reason for mailbox, reason in reasons.items()}
    day = to_day(now.date())
    kept = [(newsletter_id, key, reason.value, day) for key, reason in hashes.items() if reason]
    lifted = [(newsletter_id, key) for key, reason in hashes.items() if not reason]
    for sql, rows in ((_KEEP, kept), (_LIFT, lifted)):
        if rows:
            connection.each(sql, rows)
