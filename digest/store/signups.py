"""What was asked on the subscribe page, and what became of it.

A row is kept for as long as limits count it; of whom it was, only a hash, once it is confirmed or
too late for that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digest.addresses import same_mailbox
from digest.model.deliveries import DeliveryState, Result
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
    (SELECT count(*) FROM sign_up WHERE newsletter = ? AND network = ? AND asked_at > ?)
"""
_ALL = "SELECT count(*) FROM sign_up WHERE newsletter = ? AND asked_at > ?"
_ADD = """
INSERT INTO sign_up (newsletter, mailbox, network, asked_at, address, frequency, preference, nonce,
    mail, attempts, next_try)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
"""
_COUNT_ALL = "UPDATE newsletter SET asked = asked + ? WHERE id = ?"
_BLANK = """
UPDATE sign_up SET address = NULL, next_try = NULL, preference = 1
WHERE newsletter = ? AND asked_at <= ? AND address IS NOT NULL
"""
_LATE = f"""
SELECT 1 FROM sign_up
WHERE newsletter = {NEWSLETTER} AND asked_at <= ? AND address IS NOT NULL LIMIT 1
"""  # noqa: S608
_FORGET = "DELETE FROM sign_up WHERE newsletter = ? AND asked_at <= ?"
_WAITING = f"""
SELECT sign_up.id, coalesce(sign_up.address, reader.address), nonce, attempts, asked_at,
    next_try, confirmed_at IS NOT NULL
FROM sign_up LEFT JOIN reader ON reader.id = sign_up.reader AND reader.state = 'active'
WHERE sign_up.newsletter = {NEWSLETTER} AND next_try <= ?
AND (asked_at > ? OR confirmed_at IS NOT NULL)
AND coalesce(sign_up.address, reader.address) IS NOT NULL
ORDER BY next_try, sign_up.id LIMIT ?
"""  # noqa: S608
_HAND = """
UPDATE sign_up SET mail = 'handed', token = CASE WHEN reader IS NULL THEN ? ELSE token END,
    next_try = NULL
WHERE id = ? AND next_try = ? AND (confirmed_at IS NOT NULL) = ?
AND (address IS NOT NULL OR reader IN (SELECT id FROM reader WHERE state = 'active'))
"""
# A server may answer only after the link was used, and another mail is due.
_SETTLE = """
UPDATE sign_up SET mail = ?, attempts = attempts + ?, next_try = ?
WHERE id = ? AND (confirmed_at IS NOT NULL) = ?
"""
# The plus keeps SQLite from an index that would read all sign-ups of two days.
_FIND = f"""
SELECT id, address, frequency, (SELECT document FROM preference WHERE id = preference), confirmed_at
FROM sign_up WHERE token = ? AND +newsletter = {NEWSLETTER} AND asked_at > ?
"""  # noqa: S608
_CONFIRM = """
UPDATE sign_up SET confirmed_at = ?, address = NULL, preference = 1, mail = 'pending', attempts = 0,
    next_try = ?, reader = (SELECT id FROM reader WHERE newsletter = ? AND mailbox = ?)
WHERE id = ?
"""


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
            # A commit that writes nothing is faster, and would tell who was not written down. And
            # others wait for this row, so that limits hold among several.
            connection.execute(_COUNT_ALL, len(asked), id_)
            tidy(connection, id_, now)
            all_ = connection.value(_ALL, id_, to_seconds(now - HOUR))
            kept = _Kept(connection, id_, newsletter, now, limits, all_)
            boxes = [same_mailbox(one.reader.address) for one in asked]
            bars = suppressions.barred(connection, id_, newsletter, boxes)
            return [
                kept.keep(one, box, welcome=bars.get(box) is not Consent.COMPLAINED)
                for one, box in zip(asked, boxes, strict=True)
            ]

    def forget_late(self, newsletter: str, now: dt.datetime) -> None:
        """Forget the addresses of who did not confirm in time."""
        with self.reading() as connection:
            late = connection.value(_LATE, newsletter, to_seconds(now - VALID))
        if late:
            with self.writing() as connection:
                tidy(connection, newsletter_id(connection, newsletter), now)
            self.overwrite()

    def unmailed(self, newsletter: str, now: dt.datetime, limit: int) -> list[Letterbox]:
        """The sign-ups whose mail is due, the longest waiting first."""
        with self.reading() as connection:
            moment, oldest = to_seconds(now), to_seconds(now - VALID)
            rows = connection.rows(_WAITING, newsletter, moment, oldest, limit)
        return [
            Letterbox(id_, to, nonce, tries, from_seconds(at), from_seconds(due), bool(welcome))
            for id_, to, nonce, tries, at, due, welcome in rows
        ]

    def turn_links(
        self,
        settled: Iterable[tuple[Letterbox, Result]],
        ready: Mapping[Letterbox, str],
    ) -> set[Letterbox]:
        """Note what became of mails, and which others are about to be given away. One commit.

        `ready` has the tokens of links. Which of those may go: not those that another took, nor
        of who confirmed or left meanwhile.
        """
        with self.writing() as connection:
            for one, result in settled:
                due = to_seconds(result.next_try) if result.next_try else None
                outcome = result.state.value, int(result.counted), due
                connection.execute(_SETTLE, *outcome, one.id, one.welcome)
            return {one for one, token in ready.items() if _handed(connection, one, hashed(token))}

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
                moment, box = to_seconds(now), same_mailbox(found[1].address)
                connection.execute(_CONFIRM, moment, moment, id_, box, found[0])
            return found[1] if found else None


def hashed(token: str) -> str:
    """What a token is known by where it is kept: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def _handed(connection: Connection, one: Letterbox, token: str) -> bool:
    due = to_seconds(one.due)
    return bool(connection.execute(_HAND, token, one.id, due, one.welcome).rowcount)


@dataclass(slots=True)
class _Kept:
    """Where sign-ups are kept, and when."""

    connection: Connection
    id: int
    slug: str
    now: dt.datetime
    limits: Limits
    all: int  # of the last hour
    documents: dict[str, int] = field(default_factory=dict)  # the ids of those that are known

    def keep(self, one: SignUp, box: str, *, welcome: bool) -> bool:
        """Keep a sign-up that no limit forbids; whether it gets a mail."""
        mailbox = suppressions.fingerprint(self.slug, box)
        network = hashed(f"{self.slug}\0{one.network}")
        if self._is_full(mailbox, network):
            return False
        self.all += 1
        moment = to_seconds(self.now)
        self.connection.execute(
            _ADD,
            *(self.id, mailbox, network, moment),
            one.reader.address if welcome else None,
            one.reader.frequency.value,
            self._preference(as_document(one.reader.preferences)),
            one.nonce,
            (DeliveryState.PENDING if welcome else DeliveryState.SUPPRESSED).value,
            moment if welcome else None,
        )
        return welcome

    def _preference(self, document: str) -> int:
        if document not in self.documents:
            self.documents.update(intern(self.connection, [document]))
        return self.documents[document]

    def _is_full(self, mailbox: str, network: str) -> bool:
        counted: list[object] = []
        for key, span in ((mailbox, DAY), (mailbox, MONTH), (network, HOUR)):
            counted += [self.id, key, to_seconds(self.now - span)]
        [counts] = self.connection.rows(_COUNT, *counted)
        full = zip((*counts, self.all), self.limits, strict=True)
        return any(count >= limit for count, limit in full)


def tidy(connection: Connection, id_: int, now: dt.datetime) -> int:
    """Forget who did not confirm in time, and what no limit counts any more; how much of that."""
    connection.execute(_BLANK, id_, to_seconds(now - VALID))
    return int(connection.execute(_FORGET, id_, to_seconds(now - MONTH)).rowcount)


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
