"""What a refusal does to a reader whose mailbox it blames."""

from __future__ import annotations

import datetime as dt

from digest.bouncing import SOFT_LIMIT, charged
from digest.model.deliveries import Blame
from digest.model.readers import Consent
from digest.store.readers import end
from digest.store.session import Connection
from digest.store.times import from_seconds, to_seconds

_FIND = """
SELECT slug, score, scored_at FROM reader JOIN newsletter ON newsletter.id = reader.newsletter
WHERE reader.id = ?
"""
_SCORE = "UPDATE reader SET score = ?, scored_at = ? WHERE id = ?"


def charge(connection: Connection, reader: int, blame: Blame, code: str, now: dt.datetime) -> None:
    """Charge a reader, by their id, with a refusal; for good, or when it is one too many, they
    have bounced.
    """
    rows = connection.rows(_FIND, reader)
    if not rows or blame is Blame.NONE:
        return
    slug, score, scored_at = rows[0]
    score = charged(score, None if scored_at is None else from_seconds(scored_at), now)
    if blame is Blame.SOFT:
        connection.execute(_SCORE, score, to_seconds(now), reader)
    if blame is Blame.HARD or score >= SOFT_LIMIT:
        end(connection, slug, reader, Consent.BOUNCED, reason=code, now=now)
