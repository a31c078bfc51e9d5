"""The readers of newsletters (the port Readers), and what an operator does with them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from digest.addresses import same_mailbox
from digest.model.deliveries import DeliveryState
from digest.model.readers import Consent, Frequency, Rule, Standing, Subscriber
from digest.store import suppressions
from digest.store.enrolling import ADD, COLUMNS, RELINK, Record, found, record, revise
from digest.store.papers import NEWSLETTER
from digest.store.preferences import ALL
from digest.store.session import Connection, Session
from digest.store.times import from_day, to_seconds
from digest.subscribe.standing import NAMED, gravity

_PAGE = 1_000  # readers
_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_NEWSLETTER_ID = "SELECT id FROM newsletter WHERE slug = ?"
_ONE = f"SELECT {COLUMNS} FROM reader WHERE newsletter = {NEWSLETTER} AND mailbox = ?"  # noqa: S608
_NEXT = f"""
SELECT {COLUMNS} FROM reader WHERE newsletter = {NEWSLETTER} AND mailbox > ?
ORDER BY mailbox LIMIT ?
"""  # noqa: S608 - our own words, here and below
_NEXT_OF_STATE = _NEXT.replace("ORDER BY", "AND state = ? ORDER BY")
_COUNTS = f"""
SELECT state, count(*) FROM reader WHERE newsletter = {NEWSLETTER} GROUP BY state
"""  # noqa: S608
_WANTED = f"""
SELECT 1 FROM reader WHERE newsletter = {NEWSLETTER} AND frequency = ?
AND state IN ('active', 'paused') LIMIT 1
"""  # noqa: S608
# The newest editions first: deliveries have no index by reader, which a million would pay for.
_LAST = f"""
SELECT recent.period, recent.date, delivery.state, delivery.code
FROM (SELECT id, period, date FROM edition WHERE newsletter = {NEWSLETTER}
    ORDER BY id DESC LIMIT 60) AS recent
JOIN delivery ON delivery.edition = recent.id AND delivery.reader = ?
ORDER BY recent.date DESC, recent.id DESC LIMIT ?
"""  # noqa: S608
_FIXED = "SELECT id, mailbox, state, consent FROM reader WHERE newsletter = ? AND fixed = 1"
_FIX = "UPDATE reader SET fixed = ? WHERE id = ?"
_SPELL = "UPDATE reader SET address = ? WHERE id = ?"
_ERASE = "DELETE FROM reader WHERE id = ?"
_STATE = "SELECT newsletter, mailbox, state FROM reader WHERE id = ? FOR UPDATE"
_END = """
UPDATE reader SET state = ?, reason = ?, paused_until = NULL, changed_at = ? WHERE id = ?
"""


class Receipt(NamedTuple):
    """How far an edition has come on its way to a reader."""

    period: str
    date: dt.date
    state: DeliveryState
    code: str


class Readership(Session):
    """The port Readers."""

    def keep_fixed(self, newsletter: str, addresses: Sequence[str], now: dt.datetime) -> None:
        """Make the readers that the configuration names those addresses, and no others.

        Who has left, bounced or complained stays so.
        """
        with self.writing() as connection:
            id_ = newsletter_id(connection, newsletter)
            sync_fixed(connection, id_, newsletter, addresses, now)

    def find(self, newsletter: str, address: str) -> Subscriber | None:
        """The reader with an address."""
        known = self.reader(newsletter, address)
        return known.subscriber if known else None

    def reader(self, newsletter: str, address: str) -> Record | None:
        """The reader with an address, and what the store knows beside."""
        with self.reading() as connection:
            rows = connection.rows(_ONE, newsletter, same_mailbox(address))
        return record(rows[0]) if rows else None

    def put(self, newsletter: str, reader: Subscriber, now: dt.datetime) -> None:
        """Make a reader what is given, whatever they were."""
        barred = reader.state if gravity(reader.state) else None
        self.revise(newsletter, [(reader.address, lambda _: Standing(reader, barred))], now)

    def revise(
        self, newsletter: str, changes: Iterable[tuple[str, Rule]], now: dt.datetime
    ) -> Counter[str]:
        """Let a rule decide what becomes of each address, in order and in one transaction.

        How many were `added`, `changed`, `unchanged`, `erased` and `refused`. What a rule raises
        undoes everything.
        """
        with self.writing() as connection:
            id_ = newsletter_id(connection, newsletter)
            counts = revise(connection, id_, newsletter, changes, now)
        if counts["erased"]:
            self.overwrite()
        return counts

    def readers(self, newsletter: str, state: Consent | None = None) -> Iterator[Record]:
        """All readers (of a state), in order of mailbox, read page by page."""
        last = ""
        while True:
            with self.reading() as connection:
                rows = (
                    connection.rows(_NEXT_OF_STATE, newsletter, last, state.value, _PAGE)
                    if state
                    else connection.rows(_NEXT, newsletter, last, _PAGE)
                )
            page = [record(row) for row in rows]
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1].mailbox

    def reader_counts(self, newsletter: str) -> dict[Consent, int]:
        """How many readers are in each state."""
        with self.reading() as connection:
            counts = dict(connection.rows(_COUNTS, newsletter))
        return {state: counts.get(state.value, 0) for state in Consent}

    def has_readers(self, newsletter: str, period: str) -> bool:
        """Whether anybody wants the editions of a period, now or once their pause is over."""
        with self.reading() as connection:
            return connection.value(_WANTED, newsletter, period) is not None

    def receipts(self, newsletter: str, reader: int, limit: int) -> list[Receipt]:
        """The last deliveries to a reader by their id, the newest edition first."""
        with self.reading() as connection:
            rows = connection.rows(_LAST, newsletter, reader, limit)
        return [
            Receipt(period, from_day(day), DeliveryState(state), code)
            for period, day, state, code in rows
        ]

    def is_suppressed(self, newsletter: str, address: str) -> bool:
        """Whether an address must not be mailed, be it of a reader or of somebody erased."""
        mailbox = same_mailbox(address)
        with self.reading() as connection:
            id_ = connection.value(_NEWSLETTER_ID, newsletter)
            return bool(suppressions.barred(connection, id_, newsletter, [mailbox]))


def newsletter_id(connection: Connection, slug: str) -> int:
    """The id of a newsletter, for changes to its readers that no other transaction makes now."""
    connection.alone()
    connection.execute(_ADD_NEWSLETTER, slug)
    id_: int = connection.value(_NEWSLETTER_ID, slug)
    return id_


def sync_fixed(
    connection: Connection,
    id_: int,
    slug: str,
    addresses: Sequence[str],
    now: dt.datetime,
) -> None:
    """Make the readers that the configuration names those addresses, and no others.

    Who is there for another reason too stays when they are named no more; the others go, but for
    those who have left, bounced or complained: that must not be forgotten. Who was erased or
    barred does not come back. The caller's transaction is `alone`.
    """
    named = {same_mailbox(address): address for address in addresses}
    known = found(connection, id_, list(named))
    barred = suppressions.barred(connection, id_, slug, named.keys() - known.keys())
    missing = [
        (id_, box, box.rpartition("@")[2], address, *_AS_NAMED, to_seconds(now))
        for box, address in named.items()
        if box not in known and box not in barred
    ]
    respelt = [
        (named[box], one.id)
        for box, one in known.items()
        if one.subscriber.consent == NAMED and one.subscriber.address != named[box]
    ]
    gone = [row for row in connection.rows(_FIXED, id_) if row[1] not in named]
    erased = {
        id_ for id_, _, state, consent in gone if consent == NAMED and not gravity(Consent(state))
    }
    freed = [(0, id_) for id_, *_ in gone if id_ not in erased]
    fixed = [(1, one.id) for one in known.values() if not one.fixed]
    for sql, changes in (
        (ADD, missing),
        (_SPELL, respelt),
        (_FIX, [*freed, *fixed]),
        (_ERASE, [(id_,) for id_ in erased]),
    ):
        if changes:
            connection.each(sql, changes)
    if respelt:
        connection.execute(RELINK, id_)


# From frequency to fixed, as in `ADD`.
_AS_NAMED = (Frequency.DAILY.value, "", None, ALL, NAMED, None, None, "", Consent.ACTIVE.value, 1)


def end(
    connection: Connection, slug: str, reader: int, state: Consent, *, reason: str, now: dt.datetime
) -> bool:
    """Let a reader, by their id, have left, bounced or complained, and bar their mailbox.

    False, and nothing is changed, where they are gone or in a state as grave.
    """
    rows = connection.rows(_STATE, reader)
    if not rows or gravity(Consent(rows[0][2])) >= gravity(state):
        return False
    newsletter_id, mailbox, _ = rows[0]
    connection.execute(_END, state.value, reason, to_seconds(now), reader)
    suppressions.note(connection, newsletter_id, slug, {mailbox: state}, now)
    return True
