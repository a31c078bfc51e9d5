"""What a turn writes: how some deliveries ended, and that others are about to be given away."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from digest.model.deliveries import Blame, Delivery, DeliveryState, Result
from digest.store.charging import charge
from digest.store.claiming import NO_PAUSE, WANTS, suppress
from digest.store.session import Connection
from digest.store.times import to_seconds

_ANSWER = dt.timedelta(minutes=15)  # by when a server's last answer has come, or will not

_HAND = f"""
UPDATE delivery SET state = 'handed', lease_until = ?, updated = ?
WHERE edition = ? AND token = ? AND state = 'claimed' AND reader = ANY (?)
AND (delivery.reader < 0 OR
    EXISTS (SELECT 1 FROM reader WHERE reader.id = delivery.reader AND {WANTS}) AND {NO_PAUSE})
RETURNING reader
"""  # noqa: S608
_UNWANTED = f"""
SELECT delivery.reader, coalesce(reader.state, 'erased')
FROM delivery LEFT JOIN reader ON reader.id = delivery.reader
WHERE edition = ? AND token = ? AND delivery.state = 'claimed' AND delivery.reader = ANY (?)
AND NOT coalesce({WANTS}, FALSE)
"""  # noqa: S608
_SETTLE = """
UPDATE delivery SET state = ?, attempts = attempts + ?, code = ?, next_try = ?,
    lease_until = NULL, updated = ?
WHERE edition = ? AND reader = ? AND token = ? AND lease_until IS NOT NULL
"""


def by_claim(deliveries: Iterable[Delivery]) -> dict[tuple[int, int], dict[int, Delivery]]:
    """Deliveries by edition and token, and then by reader."""
    claims: dict[tuple[int, int], dict[int, Delivery]] = defaultdict(dict)
    for one in deliveries:
        claims[one.edition, one.token][one.reader] = one
    return claims


def hand(connection: Connection, ready: Iterable[Delivery], now: dt.datetime) -> set[Delivery]:
    """Note that deliveries are about to be given away; those that may be.

    What their readers want no more is suppressed.
    """
    moment, lease = to_seconds(now), to_seconds(now + _ANSWER)
    let: set[Delivery] = set()
    for (edition, token), held in by_claim(ready).items():
        readers = list(held)
        rows = connection.rows(_HAND, lease, moment, edition, token, readers, edition)
        let |= {held[reader] for (reader,) in rows}
        if len(rows) < len(readers):
            unwanted = connection.rows(_UNWANTED, edition, token, readers)
            suppress(connection, edition, unwanted, now)
    return let


def settle(
    connection: Connection, done: Iterable[tuple[Delivery, Result]], now: dt.datetime
) -> None:
    """Note how deliveries ended, and charge readers with what is to blame on them.

    Those whose claim was lost stay as they are.
    """
    moment = to_seconds(now)
    blameless = []
    for one, result in done:
        values = (*_ended(result), moment, one.edition, one.reader, one.token)
        if result.blame is Blame.NONE:
            blameless.append(values)
        elif connection.execute(_SETTLE, *values).rowcount == 1:
            charge(connection, one.reader, result.blame, result.code, now)
    if blameless:
        connection.each(_SETTLE, blameless)


def _ended(result: Result) -> tuple[str, int, str, int | None]:
    """The state, attempts, code and next try that a result leads to."""
    next_try = None
    if result.next_try:
        next_try = to_seconds(result.next_try)
    elif result.state in {DeliveryState.PENDING, DeliveryState.DEFERRED}:
        next_try = 0
    return result.state.value, int(result.counted), result.code, next_try
