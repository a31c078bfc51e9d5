"""Claims: which deliveries are due and wanted, those of equal preferences together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from digest.model.deliveries import Allowance, EditionRef
from digest.store.session import Connection
from digest.store.times import to_seconds

NO_PAUSE = """
NOT EXISTS (SELECT 1 FROM pause WHERE newsletter = (SELECT newsletter FROM edition WHERE id = ?))
"""
# A pause ends with the edition of a date, whatever day it is where.
WANTS = """
(reader.state = 'active' OR reader.state = 'paused'
    AND reader.paused_until <= (SELECT date FROM edition WHERE edition.id = delivery.edition))
"""
_OF_READERS = "+delivery.reader > 0"  # the sign keeps the index of readers out of it
# Those whose time has come join those that are due at once, in the order of preferences.
_WAKE = """
UPDATE delivery SET next_try = 0 WHERE edition = ? AND reader IN (
    SELECT reader FROM delivery WHERE edition = ? AND next_try > 0 AND next_try <= ?
    FOR UPDATE SKIP LOCKED
)
"""
_CHOOSE = f"""
SELECT delivery.reader, delivery.preference, delivery.attempts, coalesce(address, ''), domain,
    CASE WHEN delivery.reader < 0 OR {WANTS} THEN '' ELSE coalesce(reader.state, 'erased') END
FROM delivery LEFT JOIN reader ON reader.id = delivery.reader
WHERE edition = ? AND next_try = 0 AND lease_until IS NULL AND {{whose}}
AND (domain IS NULL OR NOT domain = ANY (?)) AND (delivery.reader < 0 OR {NO_PAUSE})
ORDER BY delivery.preference, delivery.reader LIMIT ? FOR UPDATE OF delivery SKIP LOCKED
"""  # noqa: S608
CLAIM = """
UPDATE delivery SET state = 'claimed', token = ?, sender = ?, lease_until = ?, updated = ?
WHERE edition = ? AND reader = ANY (?)
"""
_SUPPRESS = """
UPDATE delivery SET state = 'suppressed', code = ?, next_try = NULL, lease_until = NULL,
    updated = ?
WHERE edition = ? AND reader = ANY (?)
"""


def whose(channel: int) -> str:
    """What tells the deliveries to readers, or those to a channel by its number.

    A channel's have its number below zero in place of a reader's.
    """
    return f"delivery.reader = {-channel:d}" if channel else _OF_READERS


def choose(
    connection: Connection,
    edition: EditionRef,
    now: dt.datetime,
    limit: int,
    room: Allowance | None,
    *,
    channel: int,
) -> list[tuple[int, int, int, str]]:
    """The reader, preference, attempts and address of up to `limit` deliveries that are due.

    Those of readers who want no mail are suppressed, as long as there is nobody else.
    """
    connection.execute(_WAKE, edition.id, edition.id, to_seconds(now))
    left = dict(room.domains) if room else {}
    sql = _CHOOSE.format(whose=whose(channel))
    while True:
        full = [domain for domain, free in left.items() if free <= 0]
        rows = connection.rows(sql, edition.id, full, edition.id, limit)
        unwanted = [(reader, refusal) for reader, *_, refusal in rows if refusal]
        suppress(connection, edition.id, unwanted, now)
        wanted = [row[:5] for row in rows if not row[5]]
        chosen = [
            (reader, preference, attempts, address)
            for reader, preference, attempts, address, domain in wanted
            if room is None or _fits(domain, left, room)
        ]
        if chosen or not rows:
            return chosen


def _fits(domain: str, left: dict[str, int], room: Allowance) -> bool:
    """Whether one more may go to a domain; it then does."""
    left[domain] = left.get(domain, room.each) - 1
    return left[domain] >= 0


def suppress(
    connection: Connection, edition: int, unwanted: Iterable[tuple[int, str]], now: dt.datetime
) -> None:
    """Close deliveries of readers for a reason: the states they are in."""
    by_reason = sorted((reason, reader) for reader, reason in unwanted)
    for reason, group in groupby(by_reason, key=lambda one: one[0]):
        readers = [reader for _, reader in group]
        connection.execute(_SUPPRESS, reason, to_seconds(now), edition, readers)
