"""What was asked on the subscribe page, and what became of it.

A row is kept for as long as limits count it; of whom it was, only a hash, once it is confirmed or
too late for that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from digest.addresses import same_mailbox
from digest.model.deliveries import DeliveryState
from digest.model.readers import Consent, Frequency, Rule, Subscriber
from digest.model.signups import Letterbox, Limits, SignUp
from digest.store import suppressions
from digest.store.enrolling import revise
from digest.store.papers import NEWSLETTER
from digest.store.preferences import as_document, from_document, intern
from digest.store.readers import newsletter_id
from digest.store.session import Connection, Session
from digest.store.times import from_seconds, to_seconds

DAY, MONTH, HOUR = dt.timedelta(days=1), dt.timedelta(days=30), dt.timedelta(hours=1)
VALID = dt.timedelta(hours=48)  # that a link can be used

_COUNT = """
SELECT
    (SELECT count(*) FROM sign_up WHERE newsletter = ? AND mailbox = ? AND asked_at > ?),
    (SELECT count(*) FROM sign_up WHERE newsletter = ? AND mailbox = ? AND asked_at > ?),
    (SELECT count(*) FROM sign_up WHERE newsletter = ? AND network = ? AND asked_at > ?),
    (SELECT count(*) FROM sign_up WHERE newsletter = ? AND asked_at > ?)
"""
_ADD = """
INSERT INTO sign_up (newsletter, mailbox, network, asked_at, address, frequency, preference, nonce,
    mail, attempts, next_try)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
"""
_BLANK = """
UPDATE sign_up SET address = NULL, next_try = NULL, preference = 1
WHERE newsletter = ? AND asked_at <= ? AND address IS NOT NULL
"""
_FORGET = "DELETE FROM sign_up WHERE newsletter = ? AND asked_at <= ?"
_WAITING = f"""
SELECT id, address, nonce, attempts, asked_at FROM sign_up
WHERE newsletter = {NEWSLETTER} AND next_try <= ? AND asked_at > ? ORDER BY next_try, id LIMIT ?
"""  # noqa: S608
_HAND = """
UPDATE sign_up SET mail = 'handed', token = ?, next_try = NULL
WHERE id = ? AND next_try IS NOT NULL AND address IS NOT NULL
"""
_SETTLE = "UPDATE sign_up SET mail = ?, attempts = attempts + ?, next_try = ? WHERE id = ?"
_FIND = f"""
SELECT id, address, frequency, (SELECT document FROM preference WHERE id = preference), confirmed_at
FROM sign_up WHERE token = ? AND newsletter = {NEWSLETTER} AND asked_at > ?
"""  # noqa: S608
_CONFIRM = "UPDATE sign_up SET confirmed_at = ?, address = NULL, preference = 1 WHERE id = ?"


class SignUps(Session):
    """The port SignUps."""

    def sign_up(
        self, newsletter: str, asked: Sequence[SignUp], limits: Limits, now: dt.datetime
    ) -> list[bool]:
        """Keep what visitors ask for. One commit for all, however much of it is kept.

        Whether each gets a mail: not whose mailbox, whose network or whose newsletter has had
        enough of late, and not who called the mail spam.
        """
        with self.writing() as connection:
            id_ = newsletter_id(connection, newsletter)
            _tidy(connection, id_, now)
            kept = _Newsletter(connection, id_, newsletter, now)
            return [kept.keep(one, limits) for one in asked]

    def unmailed(self, newsletter: str, now: dt.datetime, limit: int) -> list[Letterbox]:
        """The sign-ups whose mail is due, the longest waiting first."""
        with self.reading() as connection:
            moment, oldest = to_seconds(now), to_seconds(now - VALID)
            rows = connection.rows(_WAITING, newsletter, moment, oldest, limit)
        return [
            Letterbox(id_, address, nonce, attempts, from_seconds(at))
            for id_, address, nonce, attempts, at in rows
        ]

    def hand_link(self, sign_up: int, token: str) -> bool:
        """Note that a mail with a link is about to be given away; False where it may not be."""
        with self.writing() as connection:
            return bool(connection.execute(_HAND, hashed(token), sign_up).rowcount == 1)

    def settle_link(self, sign_up: int, state: DeliveryState, next_try: dt.datetime | None) -> None:
        """Note what became of it, and when to try again."""
        due = to_seconds(next_try) if next_try else None
        with self.writing() as connection:
            connection.execute(_SETTLE, state.value, 1, due, sign_up)

    def asked(self, newsletter: str, token: str, now: dt.datetime) -> Subscriber | None:
        """What a link stands for, if it can still be used or was; the address is "" if it was."""
        with self.reading() as connection:
            found = _found(connection, newsletter, token, now)
        return found[1] if found else None

    def confirm(
        self, newsletter: str, token: str, rule: Rule, now: dt.datetime
    ) -> Subscriber | None:
        """Let a rule make a reader of who has the link; None where it stands for nothing.

        Used once more, it changes nothing. What the rule raises undoes everything.
        """
        with self.writing() as connection:
            id_ = newsletter_id(connection, newsletter)
            found = _found(connection, newsletter, token, now)
            if found and found[1].address:
                revise(connection, id_, newsletter, [(found[1].address, rule)], now)
                connection.execute(_CONFIRM, to_seconds(now), found[0])
            return found[1] if found else None


def hashed(token: str) -> str:
    """What a token is known by where it is kept: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


class _Newsletter(NamedTuple):
    """Where sign-ups are kept, and when."""

    connection: Connection
    id: int
    slug: str
    now: dt.datetime

    def keep(self, one: SignUp, limits: Limits) -> bool:
        """Keep a sign-up that no limit forbids; whether it gets a mail."""
        box = same_mailbox(one.reader.address)
        mailbox = suppressions.fingerprint(self.slug, box)
        network = hashed(f"{self.slug}\0{one.network}")
        if self._is_full(mailbox, network, limits):
            return False
        bars = suppressions.barred(self.connection, self.id, self.slug, [box])
        welcome = bars.get(box) is not Consent.COMPLAINED
        document = as_document(one.reader.preferences)
        moment = to_seconds(self.now)
        self.connection.execute(
            _ADD,
            *(self.id, mailbox, network, moment),
            one.reader.address if welcome else None,
            one.reader.frequency.value,
            intern(self.connection, [document])[document],
            one.nonce,
            (DeliveryState.PENDING if welcome else DeliveryState.SUPPRESSED).value,
            moment if welcome else None,
        )
        return welcome

    def _is_full(self, mailbox: str, network: str, limits: Limits) -> bool:
        counted: list[object] = []
        for key, span in (((mailbox,), DAY), ((mailbox,), MONTH), ((network,), HOUR), ((), HOUR)):
            counted += [self.id, *key, to_seconds(self.now - span)]
        [counts] = self.connection.rows(_COUNT, *counted)
        return any(count >= limit for count, limit in zip(counts, limits, strict=True))


def _tidy(connection: Connection, id_: int, now: dt.datetime) -> None:
    """Forget who did not confirm in time, and what no limit counts any more."""
    connection.execute(_BLANK, id_, to_seconds(now - VALID))
    connection.execute(_FORGET, id_, to_seconds(now - MONTH))


def _found(
    connection: Connection, newsletter: str, token: str, now: dt.datetime
) -> tuple[int, Subscriber] | None:
    oldest = to_seconds(now - VALID)
    for id_, address, frequency, document, confirmed in connection.rows(
        _FIND, hashed(token), newsletter, oldest
    ):
        if address or confirmed is not None:
            reader = Subscriber(
                address=address or "",
                state=Consent.PENDING,
                frequency=Frequency(frequency),
                preferences=from_document(document),
            )
            return id_, reader
    return None
