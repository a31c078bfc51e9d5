"""Deliveries and their states (G5). Every change is one committed transaction.

Every claim has a random token, and all that is written of a delivery afterwards demands it, so
that a sender whose claim was taken back cannot write over the next one's work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from typing import Any

from digest.model.deliveries import (
    Allowance,
    Blame,
    Delivery,
    EditionRef,
    Rate,
    Result,
)
from digest.model.readers import Preferences
from digest.store import pacing
from digest.store.claiming import CLAIM, choose, whose
from digest.store.database import Database
from digest.store.papers import NEWSLETTER
from digest.store.preferences import from_document
from digest.store.senders import try_slot
from digest.store.session import Connection, Session
from digest.store.times import from_day, to_seconds
from digest.store.turning import by_claim, hand, settle

LOST = "the sender ended before the server's answer was known"

_OF_NEWSLETTER = f"edition IN (SELECT id FROM edition WHERE newsletter = {NEWSLETTER})"  # noqa: S608
# The sign keeps the index of editions, which has the years that are done, out of it.
_HELD = f"lease_until IS NOT NULL AND +{_OF_NEWSLETTER}"
_HOLDERS = f"SELECT DISTINCT sender FROM delivery WHERE {_HELD}"  # noqa: S608 - our own words
_TAKE_BACK = f"""
UPDATE delivery SET state = ?, code = ?, next_try = ?, token = 0, lease_until = NULL, updated = ?
WHERE (edition, reader) IN (
    SELECT edition, reader FROM delivery WHERE {_HELD} AND {{whose}} AND state = ?
    AND (sender = ANY (?) OR lease_until <= ?) FOR UPDATE SKIP LOCKED
) RETURNING edition, (SELECT address FROM reader WHERE reader.id = delivery.reader)
"""  # noqa: S608
_REFS = "SELECT id, period, date FROM edition WHERE id = ANY (?)"
_DUE = f"""
SELECT id, period, date FROM edition WHERE newsletter = {NEWSLETTER} AND EXISTS (
    SELECT 1 FROM delivery WHERE delivery.edition = edition.id AND next_try <= ?
    AND lease_until IS NULL AND {{whose}}
) ORDER BY date, id
"""  # noqa: S608
_RELEASE = """
UPDATE delivery SET state = 'pending', lease_until = NULL
WHERE edition = ? AND token = ? AND state = 'claimed' AND reader = ANY (?)
"""


class Deliveries(Session):
    """The part of the port Ledger that senders use."""

    def __init__(self, place: Database) -> None:
        super().__init__(place)
        self._rates: dict[int, tuple[Sequence[Rate], Sequence[Rate]]] = {}

    def recover(
        self,
        newsletter: str,
        now: dt.datetime,
        *,
        sender: int,
        repeatable: bool,
        channel: int = 0,
    ) -> list[EditionRef]:
        """Take back what dead senders held, and living ones beyond their lease.

        The caller holds nothing, and its number's lock (`senders.sender_slot`).
        """
        with self.reading() as connection:
            holders = [number for (number,) in connection.rows(_HOLDERS, newsletter)]
        with ExitStack() as locks:
            dead = [sender]
            for number in holders:
                if number != sender and (lock := try_slot(self.place, newsletter, number)):
                    locks.enter_context(closing(lock))  # until what its last owner held is ours
                    dead.append(number)
            with self.writing() as connection:
                return _take_back(
                    connection, newsletter, dead, now, repeatable=repeatable, channel=channel
                )

    def due(self, newsletter: str, now: dt.datetime, *, channel: int = 0) -> list[EditionRef]:
        """The editions with deliveries that are due, oldest first."""
        with self.reading() as connection:
            sql = _DUE.format(whose=whose(channel))
            return refs(connection.rows(sql, newsletter, to_seconds(now)))

    def claim(
        self,
        edition: EditionRef,
        now: dt.datetime,
        *,
        limit: int,
        lease: dt.timedelta,
        sender: int,
        token: int,
        room: Allowance | None = None,
        channel: int = 0,
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of an edition, in the order of preferences.

        Those of readers who want no mail (any more) become suppressed and are not among them.
        None are left where there is none in it, or where delivery is paused.
        """
        with self.writing() as connection:
            if room:
                room = self._room(connection, edition, now) or room
                limit = min(limit, room.messages)
            chosen = choose(connection, edition, now, limit, room, channel=channel)
            held = (token, sender, to_seconds(now + lease), to_seconds(now))
            connection.execute(CLAIM, *held, edition.id, [row[0] for row in chosen])
        return [
            Delivery(edition.id, reader, address, preference, attempts, token)
            for reader, preference, attempts, address in chosen
        ]

    def turn(
        self,
        done: Sequence[tuple[Delivery, Result]],
        ready: Sequence[Delivery],
        now: dt.datetime,
        *,
        paced: bool = False,
    ) -> set[Delivery]:
        """Settle some deliveries, and note that others are about to be given away. One commit.

        Returns those of `ready` that are still the caller's and whose readers still want them.
        """
        with self.writing() as connection:
            if any(result.blame is not Blame.NONE for _, result in done):
                connection.alone()  # as others who change readers, else each waits for the other
            settle(connection, done, now)
            if paced:
                pacing.note(connection, [(one.edition, one.address) for one, _ in done], now)
            return hand(connection, ready, now)

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give claims back, which charges nobody. What was handed over stays so."""
        with self.writing() as connection:
            for (edition, token), readers in by_claim(deliveries).items():
                connection.execute(_RELEASE, edition, token, list(readers))

    def preferences(self, preference: int) -> Preferences:
        """What readers of a claim want."""
        with self.reading() as connection:
            sql = "SELECT document FROM preference WHERE id = ?"
            return from_document(connection.value(sql, preference))

    def allowance(
        self,
        newsletter: str,
        now: dt.datetime,
        *,
        rates: Sequence[Rate],
        domain_rates: Sequence[Rate],
    ) -> Allowance:
        """How many messages may go now, by what `turn` has kept of every sender's.

        Claims with room keep to the rates that were last asked about, whoever claims meanwhile.
        """
        with self.writing() as connection:
            id_ = connection.value("SELECT id FROM newsletter WHERE slug = ?", newsletter)
            self._rates[id_] = rates, domain_rates
            return pacing.allowance(connection, id_, now, rates, domain_rates)

    def _room(
        self, connection: Connection, edition: EditionRef, now: dt.datetime
    ) -> Allowance | None:
        """What the rates leave now that no other sender can claim."""
        connection.alone()
        id_ = connection.value("SELECT newsletter FROM edition WHERE id = ?", edition.id)
        known = self._rates.get(id_)
        return pacing.allowance(connection, id_, now, *known) if known else None


def refs(rows: Iterable[Sequence[Any]]) -> list[EditionRef]:
    """The editions that rows of id, period and date tell."""
    return [EditionRef(id_, period, from_day(day)) for id_, period, day in rows]


def _take_back(
    connection: Connection,
    newsletter: str,
    dead: list[int],
    now: dt.datetime,
    *,
    repeatable: bool,
    channel: int,
) -> list[EditionRef]:
    moment, sql = to_seconds(now), _TAKE_BACK.format(whose=whose(channel))
    of = (newsletter, "claimed", dead, moment)
    connection.execute(sql, "pending", "", 0, moment, *of)
    state, code, next_try = ("pending", "", 0) if repeatable else ("uncertain", LOST, None)
    of = (newsletter, "handed", dead, moment)
    lost = connection.rows(sql, state, code, next_try, moment, *of)
    if not channel:
        pacing.note(connection, [(edition, address or "") for edition, address in lost], now)
    if repeatable:
        return []
    found = {ref.id: ref for ref in refs(connection.rows(_REFS, [edition for edition, _ in lost]))}
    return [found[edition] for edition, _ in lost]
