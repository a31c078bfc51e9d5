"""A newsletter with many readers, whose edition is saved and not delivered yet."""

from __future__ import annotations

import datetime as dt

from digest.model.decisions import Decision
from digest.model.editions import FrozenEdition
from digest.model.runs import RunRecord
from digest.store.engine import SqlStore

NOW = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)

_READERS = """
INSERT INTO reader (newsletter, mailbox, address, domain, state, frequency, zone, preference, fixed,
    consent, reason, score, changed_at)
WITH RECURSIVE numbers (i) AS (
    SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i < ?
)
SELECT 1, 'reader' || i || '@mail.example.org', 'reader' || i || '@mail.example.org',
    'mail.example.org', 'active', 'daily', '', 1 + i * 7919 - i * 7919 / ? * ?, 0, 'on paper', '',
    0, 0
FROM numbers
"""


def enrol(store: SqlStore, readers: int, groups: int = 1) -> None:
    """Give an empty store so many readers, in groups that each want something else."""
    with store.writing() as connection:
        connection.execute("INSERT INTO newsletter (slug) VALUES ('daily-papers')")
        rows = [(f'{{"cap":{number}}}',) for number in range(1, groups)]
        connection.each("INSERT INTO preference (document) VALUES (?)", rows)
        connection.execute(_READERS, readers, groups, groups)


def save(store: SqlStore, edition: FrozenEdition) -> None:
    """Save an edition, with a delivery for each reader."""
    record = RunRecord(
        newsletter="daily-papers",
        date=NOW.date(),
        decision=Decision(new=(), repeats=(), revised=()),
        feeds=(),
        requested=(),
        visits=(),
        edition=edition,
        readers=(),
    )
    store.save(record, NOW)
