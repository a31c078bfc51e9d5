"""What must not be forgotten, nor done twice, where a database is put back as it was earlier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from digest.model.readers import Consent, Rule
from digest.store.engine import SqlStore
from digest.store.exporting import newsletters
from digest.store.papers import NEWSLETTER
from digest.store.session import Connection
from digest.store.suppressions import fingerprint
from digest.store.times import to_seconds
from digest.subscribe import rules
from digest.subscribe.standing import gravity

DOUBT = "the database was put back as it was before"

_DOUBT = f"""
UPDATE delivery SET state = 'uncertain', code = ?, next_try = NULL, lease_until = NULL, updated = ?
WHERE next_try IS NOT NULL AND edition IN (SELECT id FROM edition WHERE newsletter = {NEWSLETTER})
"""  # noqa: S608 - our own words, here and below
_NO_LINKS = f"""
UPDATE sign_up SET mail = 'uncertain', next_try = NULL
WHERE next_try IS NOT NULL AND newsletter = {NEWSLETTER}
"""  # noqa: S608
_LATEST = """
SELECT max(latest) FROM (
    SELECT max(published_at) AS latest FROM edition UNION ALL
    SELECT max(changed_at) FROM reader UNION ALL
    SELECT max(asked_at) FROM sign_up UNION ALL
    SELECT max(updated) FROM delivery
    WHERE edition IN (SELECT id FROM edition ORDER BY id DESC LIMIT 20)
) AS each
"""
_BARRED = f"SELECT mailbox, reason, day FROM suppression WHERE newsletter = {NEWSLETTER}"  # noqa: S608
_BAR = f"""
INSERT INTO suppression (newsletter, mailbox, reason, day) VALUES ({NEWSLETTER}, ?, ?, ?)
ON CONFLICT (newsletter, mailbox) DO UPDATE SET reason = excluded.reason, day = excluded.day
"""  # noqa: S608


def latest(store: SqlStore) -> int:
    """When an edition, a delivery or a reader changed last, in seconds since 1970.

    Runs do not count: one that was held, as there was no database, would outdo each backup.
    """
    with store.reading() as connection:
        return int(connection.value(_LATEST) or 0)


def doubt_open(connection: Connection, slug: str, now: dt.datetime) -> int:
    """Call what was still to be mailed uncertain: it may have been since. How many deliveries."""
    connection.execute(_NO_LINKS, slug)
    return int(connection.execute(_DOUBT, DOUBT, to_seconds(now), slug).rowcount)


def carry_over(late: SqlStore, early: SqlStore, now: dt.datetime) -> int:
    """Let who left, bounced, complained or was erased by a later database be so in an earlier one.

    How many readers that changes.
    """
    return sum(_carried(late, early, slug, now) for slug in newsletters(early))


def _carried(late: SqlStore, early: SqlStore, slug: str, now: dt.datetime) -> int:
    ends = {mailbox: (reason, day) for mailbox, reason, day in _barred(late, slug)}
    before = {mailbox: Consent(reason) for mailbox, reason, _ in _barred(early, slug)}
    graver = [
        (slug, mailbox, reason, day)
        for mailbox, (reason, day) in ends.items()
        if gravity(Consent(reason)) > gravity(before.get(mailbox))
    ]
    changes = list(_changes(late, early, slug, {key: Consent(one[0]) for key, one in ends.items()}))
    counts = early.revise(slug, changes, now)
    with early.writing() as connection:
        connection.each(_BAR, graver)
    return counts["changed"] + counts["erased"]


def _barred(store: SqlStore, slug: str) -> list[tuple[str, str, int]]:
    with store.reading() as connection:
        return connection.rows(_BARRED, slug)


def _changes(
    late: SqlStore, early: SqlStore, slug: str, ends: dict[str, Consent]
) -> Iterator[tuple[str, Rule]]:
    for known in early.readers(slug):
        end = ends.get(fingerprint(slug, known.mailbox))
        if end is None:
            continue
        address = known.subscriber.address
        if late.reader(slug, address) is None:
            yield address, rules.erased
        elif gravity(end) > gravity(known.subscriber.state):
            yield address, _ended(end)


def _ended(end: Consent) -> Rule:
    said = {"state": end, "reason": "so by the database that was replaced"}
    return lambda standing: rules.imported(standing, said, consent="")
