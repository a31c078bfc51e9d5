"""The books of an edition's deliveries: closed, opened again, stopped as a whole (G6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from digest.model.deliveries import Closed, DeliveryState, EditionRef
from digest.store.claiming import whose
from digest.store.papers import NEWSLETTER
from digest.store.session import Connection, Session
from digest.store.times import from_day, to_day, to_seconds

_SKIP = """
UPDATE delivery SET state = 'skipped', code = ?, next_try = NULL, updated = ?
WHERE edition = ? AND lease_until IS NULL AND reader IN (
    SELECT reader FROM delivery WHERE edition = ? AND {{whose}} AND {}
    FOR UPDATE SKIP LOCKED
)
"""
_SKIP_ALL = _SKIP.format("next_try IS NOT NULL")
# Of those due at once, the index has each preference in one place.
_SKIP_ALIKE = [
    _SKIP.format(f"{when} AND preference = ?") for when in ("next_try = 0", "next_try > 0")
]
_REOPEN = """
UPDATE delivery SET state = 'pending', attempts = 0, next_try = 0
WHERE edition = ? AND state = ? AND next_try IS NULL
"""
_FORGET = "DELETE FROM account WHERE edition = ?"
_OPEN = "SELECT 1 FROM delivery WHERE edition = ? AND next_try IS NOT NULL LIMIT 1"
_COUNT = "SELECT state, count(*) FROM delivery WHERE edition = ? GROUP BY state"
_LAST = f"""
SELECT id, period, date, sha256 FROM edition WHERE newsletter = {NEWSLETTER} AND date >= (
    SELECT min(date) FROM (
        SELECT DISTINCT date FROM edition WHERE newsletter = {NEWSLETTER}
        ORDER BY date DESC LIMIT 5
    ) AS last
) ORDER BY date DESC, id DESC
"""  # noqa: S608 - our own words, here and below
_OF_DATE = f"""
SELECT id, period FROM edition WHERE newsletter = {NEWSLETTER} AND date = ? ORDER BY id
"""  # noqa: S608
_NEWEST = f"""
SELECT id, date FROM edition WHERE newsletter = {NEWSLETTER} AND period = ?
ORDER BY date DESC LIMIT 1
"""  # noqa: S608
_ACCOUNT = "SELECT state, deliveries FROM account WHERE edition = ?"
_CLOSE = """
INSERT INTO account (edition, state, deliveries)
SELECT edition, state, count(*) FROM delivery WHERE edition = ? GROUP BY edition, state
"""
_CLOSED = "SELECT count(*) FROM delivery WHERE edition = ? AND next_try IS NULL"
_UNCERTAIN = f"""
SELECT edition.id, period, date, many FROM (
    SELECT edition, deliveries AS many FROM account WHERE state = 'uncertain'
    AND EXISTS (SELECT 1 FROM delivery WHERE delivery.edition = account.edition)
    UNION ALL
    SELECT edition, count(*) FROM delivery WHERE state = 'uncertain' AND edition IN (
        SELECT id FROM edition WHERE newsletter = {NEWSLETTER}
        AND id NOT IN (SELECT edition FROM account)
    ) GROUP BY edition
) AS found JOIN edition ON edition.id = found.edition
WHERE newsletter = {NEWSLETTER} ORDER BY date, edition.id
"""  # noqa: S608
_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_PAUSE = """
INSERT INTO pause (newsletter, reason, at) SELECT id, ?, ? FROM newsletter WHERE slug = ?
ON CONFLICT (newsletter) DO UPDATE SET reason = excluded.reason, at = excluded.at
"""
_PAUSED = f"SELECT reason FROM pause WHERE newsletter = {NEWSLETTER}"  # noqa: S608
_RESUME = f"DELETE FROM pause WHERE newsletter = {NEWSLETTER}"  # noqa: S608


class Accounts(Session):
    """The part of the port Ledger that looks at editions as a whole."""

    def skip(
        self,
        edition: EditionRef,
        preference: int | None,
        code: str,
        now: dt.datetime,
        *,
        channel: int = 0,
    ) -> int:
        """Close all pending and deferred deliveries (of equal preferences) as skipped."""
        values: tuple[object, ...] = (code, to_seconds(now), edition.id, edition.id)
        which = [_SKIP_ALL] if preference is None else _SKIP_ALIKE
        values = values if preference is None else (*values, preference)
        with self.writing() as connection:
            return sum(
                int(connection.execute(sql.format(whose=whose(channel)), *values).rowcount)
                for sql in which
            )

    def reopen(self, edition: EditionRef, state: DeliveryState, code: str | None = None) -> int:
        """Make closed deliveries of a state (and a code) pending again, with no attempts made.

        Returns how many.
        """
        with self.writing() as connection:
            connection.alone()
            values = (edition.id, state.value)
            if code is None:
                reopened = int(connection.execute(_REOPEN, *values).rowcount)
            else:
                sql = f"{_REOPEN} AND code = ?"
                reopened = int(connection.execute(sql, *values, code).rowcount)
            if reopened:  # else it may be all that is kept of the edition's deliveries
                connection.execute(_FORGET, edition.id)
            return reopened

    def close_books(self, edition: EditionRef) -> dict[str, int]:
        """The deliveries of an edition by state, every state named.

        Where all are closed, the account is kept, and never counted again.
        """
        with self.reading() as connection:
            if account := connection.rows(_ACCOUNT, edition.id):
                return _every_state(account)
            if connection.value(_OPEN, edition.id):
                return _every_state(connection.rows(_COUNT, edition.id))
        with self.writing() as connection:
            connection.alone()
            if not connection.value(_OPEN, edition.id):
                connection.execute(_FORGET, edition.id)
                connection.execute(_CLOSE, edition.id)
            return _every_state(connection.rows(_COUNT, edition.id))

    def closed(self, newsletter: str) -> list[Closed]:
        """How many deliveries of the editions of the last five dates are closed."""
        with self.reading() as connection:
            rows = connection.rows(_LAST, newsletter, newsletter)
            return [
                Closed(period, from_day(day), sha256, _closed(connection, id_))
                for id_, period, day, sha256 in rows
            ]

    def editions_of(self, newsletter: str, date: dt.date) -> list[EditionRef]:
        """The editions of a date."""
        with self.reading() as connection:
            rows = connection.rows(_OF_DATE, newsletter, to_day(date))
        return [EditionRef(id_, period, date) for id_, period in rows]

    def newest(self, newsletter: str, period: str) -> EditionRef | None:
        """The newest edition of a period."""
        with self.reading() as connection:
            rows = connection.rows(_NEWEST, newsletter, period)
        return EditionRef(rows[0][0], period, from_day(rows[0][1])) if rows else None

    def uncertain(self, newsletter: str) -> dict[EditionRef, int]:
        """How many deliveries are uncertain, of each edition that has some, oldest first."""
        with self.reading() as connection:
            rows = connection.rows(_UNCERTAIN, newsletter, newsletter)
        return {EditionRef(id_, period, from_day(day)): many for id_, period, day, many in rows}

    def pause(self, newsletter: str, reason: str, now: dt.datetime) -> None:
        """Stop all delivery of a newsletter until `resume`: nothing is claimed or handed over."""
        with self.writing() as connection:
            connection.execute(_ADD_NEWSLETTER, newsletter)
            connection.execute(_PAUSE, reason, to_seconds(now), newsletter)

    def paused(self, newsletter: str) -> str:
        """Why delivery is stopped, or ""."""
        with self.reading() as connection:
            return connection.value(_PAUSED, newsletter) or ""

    def resume(self, newsletter: str) -> None:
        """Go on with delivery."""
        with self.writing() as connection:
            connection.execute(_RESUME, newsletter)


def _every_state(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict.fromkeys(map(str, DeliveryState), 0) | {state: int(many) for state, many in rows}


def _closed(connection: Connection, edition: int) -> int:
    kept = connection.value("SELECT sum(deliveries) FROM account WHERE edition = ?", edition)
    return int(connection.value(_CLOSED, edition) if kept is None else kept)
