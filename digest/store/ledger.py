"""Deliveries and their states (G5). Every change is one committed transaction.

A claim carries a token that every claim of the row raises, so a sender that slept past its
lease cannot write over the next one's work.
"""

from __future__ import annotations

import datetime as dt

from digest.model.deliveries import Delivery, DeliveryState, Result
from digest.store.editions import DAILY
from digest.store.papers import NEWSLETTER
from digest.store.session import Session
from digest.store.times import from_day, to_day, to_seconds

_DUE = (
    "(state = 'pending' OR state = 'deferred' AND next_try <= ?"
    " OR state = 'claimed' AND lease_until <= ?)"
)
_HANDED = f"""
SELECT edition.date FROM delivery JOIN edition ON edition.id = delivery.edition
WHERE edition.newsletter = {NEWSLETTER} AND state = 'handed'
"""  # noqa: S608 - our own words, here and below
_TURN = f"""
UPDATE delivery SET state = ? WHERE state = ?
AND edition IN (SELECT id FROM edition WHERE newsletter = {NEWSLETTER})
"""  # noqa: S608
_DATES_DUE = f"""
SELECT DISTINCT date FROM edition JOIN delivery ON delivery.edition = edition.id
WHERE {DAILY} AND {_DUE} ORDER BY date
"""  # noqa: S608
_CHOOSE = f"""
SELECT id FROM delivery WHERE edition = (SELECT id FROM edition WHERE {DAILY} AND date = ?)
AND {_DUE} ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
"""  # noqa: S608
_CLAIM = """
UPDATE delivery SET state = 'claimed', token = token + 1, lease_until = ?, updated = ?
WHERE id = ANY (?) RETURNING id, edition, address, attempts, token
"""
_HAND = "UPDATE delivery SET state = 'handed' WHERE id = ? AND token = ? AND state = 'claimed'"
_SETTLE = """
UPDATE delivery SET state = ?, attempts = ?, code = ?, next_try = ?, updated = ?
WHERE id = ? AND token = ? AND state IN ('claimed', 'handed')
"""
_RELEASE = """
UPDATE delivery SET state = 'pending'
WHERE id = ? AND token = ? AND state IN ('claimed', 'handed')
"""


class Deliveries(Session):
    """The port Ledger."""

    def recover(self, newsletter: str, *, repeatable: bool) -> list[dt.date]:
        """Take back what a dead sender held.

        Returns the edition's date of each delivery that became uncertain by it.

        The caller holds the newsletter's lock.
        """
        handed = DeliveryState.PENDING if repeatable else DeliveryState.UNCERTAIN
        with self.writing() as connection:
            dates = [from_day(day) for (day,) in connection.rows(_HANDED, newsletter)]
            connection.execute(_TURN, "pending", "claimed", newsletter)
            connection.execute(_TURN, handed.value, "handed", newsletter)
        return [] if repeatable else dates

    def due(self, newsletter: str, now: dt.datetime) -> list[dt.date]:
        """The dates of the editions with deliveries that are due, oldest first."""
        moment = to_seconds(now)
        with self.reading() as connection:
            days = connection.rows(_DATES_DUE, newsletter, moment, moment)
        return [from_day(day) for (day,) in days]

    def claim(
        self, newsletter: str, date: dt.date, now: dt.datetime, *, limit: int, lease: dt.timedelta
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of the daily edition of a date, in order of id."""
        moment = to_seconds(now)
        with self.writing() as connection:
            chosen = connection.rows(_CHOOSE, newsletter, to_day(date), moment, moment, limit)
            ids = [id_ for (id_,) in chosen]
            rows = connection.rows(_CLAIM, to_seconds(now + lease), moment, ids)
        return [
            Delivery(id=id_, edition_id=of, address=address, attempts=attempts, token=token)
            for id_, of, address, attempts, token in sorted(rows)
        ]

    def handed(self, delivery: Delivery) -> bool:
        """Note that the message is about to be given away; False where the claim was lost."""
        return self._move(_HAND, delivery.id, delivery.token)

    def settle(self, delivery: Delivery, result: Result, now: dt.datetime) -> bool:
        """Note how an attempt ended; False where the claim was lost meanwhile."""
        return self._move(
            _SETTLE,
            result.state.value,
            delivery.attempts + 1,
            result.code,
            to_seconds(result.next_try) if result.next_try else None,
            to_seconds(now),
            delivery.id,
            delivery.token,
        )

    def release(self, delivery: Delivery) -> None:
        """Give a claim back, handed or not: nothing was accepted, nobody is charged."""
        self._move(_RELEASE, delivery.id, delivery.token)

    def _move(self, change: str, *values: object) -> bool:
        with self.writing() as connection:
            return bool(connection.execute(change, *values).rowcount == 1)
