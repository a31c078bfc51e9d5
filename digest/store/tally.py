"""How many deliveries and readers there are in each state, told without the whole ledger.

Accounts stand for the deliveries of the editions that have one, so that the years that are done
cost nothing. Every function takes `rows`, which gives the rows that a statement asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from digest.store.times import from_day

Rows = Callable[..., list[Any]]

# The values of model.DeliveryState and model.Consent, which take long to import.
_STATES = (
    *("pending", "claimed", "handed", "sent", "deferred"),
    *("failed", "suppressed", "skipped", "uncertain"),
)
_OPEN = ("pending", "claimed", "handed", "deferred")
_CONSENTS = ("pending", "active", "paused", "left", "bounced", "complained")
_ENDED = ("left", "bounced", "complained")
_EDITIONS = 10  # whose accounts are told

_MINE = "SELECT id FROM newsletter WHERE slug = ?"
# Only what is open has a place in the index that this is read from.
_UNFINISHED = f"""
SELECT coalesce(sum(many), 0) FROM (
    SELECT edition, count(*) AS many FROM delivery WHERE next_try IS NOT NULL GROUP BY edition
) AS unfinished JOIN edition ON edition.id = unfinished.edition WHERE newsletter = ({_MINE})
"""  # noqa: S608 - our own words, here and below
_COUNTS = """
WITH chosen AS (SELECT id, period, date FROM edition WHERE newsletter = ({mine}) {which})
SELECT chosen.id, period, date, state, many FROM chosen LEFT JOIN (
    SELECT edition, state, deliveries AS many FROM account
    WHERE edition IN (SELECT id FROM chosen)
    UNION ALL
    SELECT edition, state, count(*) FROM delivery
    WHERE edition IN (SELECT id FROM chosen WHERE id NOT IN (SELECT edition FROM account))
    GROUP BY edition, state
) AS counted ON counted.edition = chosen.id ORDER BY date DESC, chosen.id DESC
"""
_OF_ALL = _COUNTS.format(mine=_MINE, which="")
_OF_DATE = _COUNTS.format(mine=_MINE, which="AND date = ?")
_OF_LAST = _COUNTS.format(mine=_MINE, which="ORDER BY date DESC, id DESC LIMIT ?")
_READERS = f"SELECT state, count(*) FROM reader WHERE newsletter = ({_MINE}) GROUP BY state"  # noqa: S608
_SUPPRESSED = f"""
SELECT reason, count(*) FROM suppression WHERE newsletter = ({_MINE}) GROUP BY reason
"""  # noqa: S608
_CHANNELS = f"""
SELECT channel.name, recent.period, recent.date, delivery.state, delivery.code
FROM (SELECT id, period, date FROM edition WHERE newsletter = ({_MINE})
    ORDER BY id DESC LIMIT 60) AS recent
CROSS JOIN channel JOIN delivery ON delivery.edition = recent.id AND delivery.reader = -channel.id
WHERE channel.newsletter = ({_MINE}) ORDER BY recent.date, recent.id
"""  # noqa: S608
_PAUSED = f"SELECT reason FROM pause WHERE newsletter = ({_MINE})"  # noqa: S608


def unfinished(rows: Rows, newsletter: str) -> int:
    """How many deliveries still have something to come."""
    found = rows(_UNFINISHED, newsletter)
    return int(found[0][0]) if found else 0


def books(rows: Rows, newsletter: str, day: int | None = None) -> dict[str, int]:
    """Deliveries by state (every state named), of the editions of a day or of all."""
    if day is None:
        return _states(rows(_OF_ALL, newsletter))
    return _states(rows(_OF_DATE, newsletter, day))


def accounts(rows: Rows, newsletter: str) -> list[dict[str, Any]]:
    """The last editions, newest first, as JSON holds them.

    Each has `period`, `date`, `recipients`, `states` (its deliveries by state) and `done`
    (whether none has anything to come).
    """
    found = rows(_OF_LAST, newsletter, _EDITIONS)
    return [_account(list(group)) for _, group in groupby(found, key=lambda row: row[0])]


def readers(rows: Rows, newsletter: str) -> dict[str, int]:
    """Readers by state, every state named."""
    return dict.fromkeys(_CONSENTS, 0) | dict(rows(_READERS, newsletter))


def suppressed(rows: Rows, newsletter: str) -> dict[str, int]:
    """Mailboxes that must not be mailed again, erased ones too, by the reason; every one named."""
    return dict.fromkeys(_ENDED, 0) | dict(rows(_SUPPRESSED, newsletter))


def channels(rows: Rows, newsletter: str) -> dict[str, dict[str, str]]:
    """The last edition of each channel: its `period` and `date`, and how far it has come.

    That is its `state`, and the `code` that it has from the channel.
    """
    return {
        name: {
            "period": period,
            "date": from_day(day).isoformat(),
            "state": state,
            "code": code,
        }
        for name, period, day, state, code in rows(_CHANNELS, newsletter, newsletter)
    }


def paused(rows: Rows, newsletter: str) -> str:
    """Why delivery is stopped, or ""."""
    found = rows(_PAUSED, newsletter)
    return found[0][0] if found else ""


def _account(counted: list[Any]) -> dict[str, Any]:
    _, period, day, *_ = counted[0]
    states = _states(counted)
    return {
        "period": period,
        "date": from_day(day).isoformat(),
        "recipients": sum(states.values()),
        "states": states,
        "done": not any(states[state] for state in _OPEN),
    }


def _states(counted: Iterable[Any]) -> dict[str, int]:
    """Deliveries by state of editions, of which some may have no delivery."""
    states = dict.fromkeys(_STATES, 0)
    for *_, state, many in counted:
        if state:
            states[state] += many
    return states
