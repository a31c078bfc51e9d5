"""What was done about a reader, for who asks what is kept of them."""

from __future__ import annotations

from typing import Any

from digest.addresses import same_mailbox
from digest.store.papers import NEWSLETTER
from digest.store.session import Session
from digest.store.suppressions import fingerprint
from digest.store.times import from_day, from_seconds

_READER = f"SELECT id, score FROM reader WHERE newsletter = {NEWSLETTER} AND mailbox = ?"  # noqa: S608
_DELIVERIES = f"""
SELECT period, date, state, code, updated FROM edition
JOIN delivery ON delivery.edition = edition.id AND delivery.reader = ?
WHERE newsletter = {NEWSLETTER} ORDER BY date, period
"""  # noqa: S608 - our own words
_ASKED = f"""
SELECT asked_at, confirmed_at FROM sign_up
WHERE newsletter = {NEWSLETTER} AND mailbox = ? ORDER BY asked_at
"""  # noqa: S608


class History(Session):
    """The port History."""

    def history(self, newsletter: str, address: str) -> dict[str, Any]:
        """All that is kept of a mailbox beside what `find` tells, as JSON has it.

        `deliveries` of editions, oldest first; `sign_ups` of the last 30 days; `soft_bounces`, a
        score. Nothing but sign-ups where there is no reader.
        """
        box = same_mailbox(address)
        with self.reading() as connection:
            asked = connection.rows(_ASKED, newsletter, fingerprint(newsletter, box))
            found = connection.rows(_READER, newsletter, box)
            reader, score = found[0] if found else (None, 0.0)
            rows = connection.rows(_DELIVERIES, reader, newsletter) if found else []
        return {
            "soft_bounces": score,
            "sign_ups": [
                {"asked_at": _moment(at), "confirmed_at": _moment(confirmed)}
                for at, confirmed in asked
            ],
            "deliveries": [
                {
                    "edition": from_day(day).isoformat(),
                    "period": period,
                    "state": state,
                    "code": code,
                    "at": _moment(updated),
                }
                for period, day, state, code, updated in rows
            ],
        }


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else from_seconds(seconds).isoformat()
