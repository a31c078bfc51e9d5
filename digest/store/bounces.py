"""What is asked and kept of reports that come back (the port Returns)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from digest.addresses import same_mailbox
from digest.failpoint import failpoint
from digest.model.bounces import Addressee, Charge, Kind, Publication
from digest.model.deliveries import Blame
from digest.model.readers import Consent
from digest.store import suppressions
from digest.store.charging import charge
from digest.store.papers import NEWSLETTER
from digest.store.readers import end
from digest.store.session import Connection, Session
from digest.store.times import from_seconds, to_day, to_seconds
from digest.subscribe.standing import gravity

_KEPT_DAYS = 120  # a report beyond half of it changes nothing
_PAGE = 10_000  # readers
_ADDRESSEES = f"SELECT id, address, consented_at FROM reader WHERE newsletter = {NEWSLETTER}"  # noqa: S608 - our own words, here and below
_BY_ID = f"{_ADDRESSEES} AND id = ANY (?)"
_BY_MAILBOX = f"SELECT mailbox, {_ADDRESSEES.removeprefix('SELECT ')} AND mailbox = ANY (?)"
_NEXT = f"{_ADDRESSEES} AND id > ? ORDER BY id LIMIT ?"
_EDITIONS = f"""
SELECT sha256, published_at FROM edition WHERE newsletter = {NEWSLETTER} AND published_at >= ?
ORDER BY id DESC
"""  # noqa: S608
_FORGET = "DELETE FROM heard WHERE day < ?"
_HEAR = "INSERT INTO heard (report, day) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING report"
_BLAMES = {Kind.HARD: Blame.HARD, Kind.SOFT: Blame.SOFT}
_ENDS = {Kind.HARD: Consent.BOUNCED, Kind.COMPLAINT: Consent.COMPLAINED}


class Bounces(Session):
    """The port Returns."""

    def addressees(self, newsletter: str, ids: Collection[int]) -> dict[int, Addressee]:
        """Those of some numbers that are readers'."""
        with self.reading() as connection:
            rows = connection.rows(_BY_ID, newsletter, list(ids))
        return {row[0]: _addressee(*row) for row in rows}

    def addressees_at(self, newsletter: str, mailboxes: Collection[str]) -> dict[str, Addressee]:
        """The readers of some mailboxes, by mailbox."""
        with self.reading() as connection:
            rows = connection.rows(_BY_MAILBOX, newsletter, list(mailboxes))
        return {mailbox: _addressee(*row) for mailbox, *row in rows}

    def every_addressee(self, newsletter: str) -> Iterator[Addressee]:
        """All readers, whatever their state, read page by page."""
        last = 0
        while True:
            with self.reading() as connection:
                rows = connection.rows(_NEXT, newsletter, last, _PAGE)
            yield from (_addressee(*row) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]

    def publications(self, newsletter: str, since: dt.datetime) -> list[Publication]:
        """The editions since an instant, of all periods, the newest first."""
        with self.reading() as connection:
            rows = connection.rows(_EDITIONS, newsletter, to_seconds(since))
        return [Publication(sha256, from_seconds(at)) for sha256, at in rows]

    def hear(self, newsletter: str, charges: Sequence[Charge], now: dt.datetime) -> list[bool]:
        """Charge readers, in one transaction; whether each was charged now, and not before."""
        with self.writing() as connection:
            connection.alone()  # as others who change many readers, else each waits for the other
            forget(connection, now)
            told = [_hear(connection, newsletter, one, now) for one in charges]
            failpoint("before-charge")
        failpoint("after-charge")
        return told


def forget(connection: Connection, now: dt.datetime) -> int:
    """Forget reports that are too old to come again; how many."""
    return int(connection.execute(_FORGET, to_day(now.date()) - _KEPT_DAYS).rowcount)


def _addressee(id_: int, address: str, consented_at: int | None) -> Addressee:
    given = None if consented_at is None else from_seconds(consented_at)
    return Addressee(id_, address, given)


def _hear(connection: Connection, slug: str, one: Charge, now: dt.datetime) -> bool:
    """Charge a reader, if this report of them was not heard before."""
    mailbox = same_mailbox(one.reader.address)
    key = suppressions.fingerprint(slug, f"{mailbox}\0{one.report}")
    if not connection.rows(_HEAR, key, to_day(now.date())):
        return False
    if one.reader.id is None:
        _bar(connection, slug, mailbox, _ENDS.get(one.kind), now)
    elif one.kind is Kind.COMPLAINT:
        end(connection, slug, one.reader.id, Consent.COMPLAINED, reason=one.words, now=now)
    elif one.kind in _BLAMES:
        charge(connection, one.reader.id, _BLAMES[one.kind], one.words, now)
    return True


def _bar(
    connection: Connection, slug: str, mailbox: str, state: Consent | None, now: dt.datetime
) -> None:
    """Let nobody take up again, by mistake, an address that was erased and now did worse."""
    id_ = connection.value("SELECT id FROM newsletter WHERE slug = ?", slug)
    before = suppressions.barred(connection, id_, slug, [mailbox]).get(mailbox)
    if state and gravity(state) > gravity(before):
        suppressions.note(connection, id_, slug, {mailbox: state}, now)
