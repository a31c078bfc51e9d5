"""Deliveries and their states (G5). Every change is one committed transaction.

A claim carries a token that every claim of the row raises, so a sender that slept past its
lease cannot write over the next one's work.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Connection, Update, and_, or_, select, update

from digest.model.deliveries import Delivery, DeliveryState, Result
from digest.store.editions import daily
from digest.store.papers import newsletter_id
from digest.store.session import Session, among
from digest.store.tables import delivery, edition

_HELD = (DeliveryState.CLAIMED, DeliveryState.HANDED)


class Deliveries(Session):
    """The port Ledger."""

    def recover(self, newsletter: str, *, repeatable: bool) -> list[dt.date]:
        """Take back what a dead sender held.

        Returns the edition's date of each delivery that became uncertain by it.

        The caller holds the newsletter's lock.
        """
        handed = DeliveryState.PENDING if repeatable else DeliveryState.UNCERTAIN
        lost = (
            select(edition.c.date)
            .join(delivery, delivery.c.edition == edition.c.id)
            .where(edition.c.newsletter == newsletter_id(newsletter))
            .where(delivery.c.state == DeliveryState.HANDED)
        )
        with self.writing() as connection:
            dates = list(connection.scalars(lost))
            _turn(connection, newsletter, DeliveryState.CLAIMED, DeliveryState.PENDING)
            _turn(connection, newsletter, DeliveryState.HANDED, handed)
        return [] if repeatable else dates

    def due(self, newsletter: str, now: dt.datetime) -> list[dt.date]:
        """The dates of the editions with deliveries that are due, oldest first."""
        query = (
            select(edition.c.date)
            .distinct()
            .join(delivery, delivery.c.edition == edition.c.id)
            .where(daily(newsletter), _due(now))
            .order_by(edition.c.date)
        )
        with self.reading() as connection:
            return list(connection.scalars(query))

    def claim(
        self, newsletter: str, date: dt.date, now: dt.datetime, *, limit: int, lease: dt.timedelta
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of the daily edition of a date, in order of id."""
        of_date = select(edition.c.id).where(daily(newsletter), edition.c.date == date)
        query = (
            select(delivery.c.id)
            .where(delivery.c.edition == of_date.scalar_subquery())
            .where(_due(now))
            .order_by(delivery.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # PostgreSQL's; SQLite has one writer anyway
        )
        columns = delivery.c
        with self.writing() as connection:
            chosen = connection.scalars(query).all()
            rows = connection.execute(
                update(delivery)
                .where(among(connection, columns.id, chosen))
                .values(
                    state=DeliveryState.CLAIMED,
                    token=columns.token + 1,
                    lease_until=now + lease,
                    updated=now,
                )
                .returning(
                    columns.id, columns.edition, columns.address, columns.attempts, columns.token
                )
            )
            return [
                Delivery(id=id_, edition_id=of, address=address, attempts=attempts, token=token)
                for id_, of, address, attempts, token in sorted(rows.all())
            ]

    def handed(self, delivery: Delivery) -> bool:
        """Note that the message is about to be given away; False where the claim was lost."""
        return self._move(
            _still(delivery, DeliveryState.CLAIMED).values(state=DeliveryState.HANDED)
        )

    def settle(self, delivery: Delivery, result: Result, now: dt.datetime) -> bool:
        """Note how an attempt ended; False where the claim was lost meanwhile."""
        return self._move(
            _still(delivery, *_HELD).values(
                state=result.state,
                attempts=delivery.attempts + 1,
                code=result.code,
                next_try=result.next_try,
                updated=now,
            )
        )

    def release(self, delivery: Delivery) -> None:
        """Give a claim back, handed or not: nothing was accepted, nobody is charged."""
        self._move(_still(delivery, *_HELD).values(state=DeliveryState.PENDING))

    def _move(self, change: Update) -> bool:
        with self.writing() as connection:
            return connection.execute(change).rowcount == 1


def _turn(
    connection: Connection, newsletter: str, before: DeliveryState, after: DeliveryState
) -> None:
    """Turn all of a newsletter's deliveries in one state to another."""
    editions = select(edition.c.id).where(edition.c.newsletter == newsletter_id(newsletter))
    change = update(delivery).where(delivery.c.state == before, delivery.c.edition.in_(editions))
    connection.execute(change.values(state=after))


def _still(claimed: Delivery, *states: DeliveryState) -> Update:
    return update(delivery).where(
        delivery.c.id == claimed.id,
        delivery.c.token == claimed.token,
        delivery.c.state.in_(states),
    )


def _due(now: dt.datetime) -> ColumnElement[bool]:
    state = delivery.c.state
    return or_(
        state == DeliveryState.PENDING,
        and_(state == DeliveryState.DEFERRED, delivery.c.next_try <= now),
        and_(state == DeliveryState.CLAIMED, delivery.c.lease_until <= now),
    )
