"""How many messages may go: what went out of late, and what is on its way, beside the rates.

A message counts as on its way from its claim on, and from its end for as long as a rate's span.
So whenever the server took it in between, no span ever holds more than its rate.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from digest.addresses import same_mailbox
from digest.model.deliveries import Allowance, Rate
from digest.store.session import Connection

BOUNDLESS = 1_000_000_000  # messages, where no rate bounds them
_GLANCE = 1.0  # seconds until another look, where all that is counted is on its way still
_SKEW = 1_000  # milliseconds by which the clocks of senders may differ

_NOTE = """
INSERT INTO sending (newsletter, domain, milliseconds, messages)
SELECT newsletter, ?, ?, ? FROM edition WHERE id = ?
ON CONFLICT (newsletter, milliseconds, domain)
DO UPDATE SET messages = sending.messages + excluded.messages
"""
_FORGET = "DELETE FROM sending WHERE newsletter = ? AND milliseconds < ?"
_AHEAD = """
DELETE FROM sending WHERE newsletter = ? AND milliseconds > ? RETURNING domain, messages
"""
_PUT_BACK = """
INSERT INTO sending (newsletter, domain, milliseconds, messages) VALUES (?, ?, ?, ?)
ON CONFLICT (newsletter, milliseconds, domain)
DO UPDATE SET messages = sending.messages + excluded.messages
"""
_GONE = """
SELECT domain, sum(messages), min(milliseconds) FROM sending
WHERE newsletter = ? AND milliseconds >= ? GROUP BY domain
"""
_ON_ITS_WAY = """
SELECT coalesce(domain, ''), count(*) FROM delivery LEFT JOIN reader ON reader.id = delivery.reader
WHERE lease_until IS NOT NULL AND +edition IN (SELECT id FROM edition WHERE newsletter = ?)
AND delivery.reader > 0 GROUP BY domain
"""


class _Gone(NamedTuple):
    """What went to a domain within the span of a rate."""

    messages: int
    oldest: int  # milliseconds since 1970


def note(connection: Connection, sent: Iterable[tuple[int, str]], now: dt.datetime) -> None:
    """Keep that messages of an edition went to an address, or may have."""
    counts = Counter((edition, domain_of(address)) for edition, address in sent)
    moment = _milliseconds(now)
    rows = [(domain, moment, many, edition) for (edition, domain), many in sorted(counts.items())]
    connection.each(_NOTE, rows)


def domain_of(address: str) -> str:
    """The domain of an address, as readers have it."""
    return same_mailbox(address).rpartition("@")[2]


def allowance(
    connection: Connection,
    newsletter: int,
    now: dt.datetime,
    rates: Sequence[Rate],
    domain_rates: Sequence[Rate],
) -> Allowance:
    """How many messages may go now, within a transaction that writes."""
    moment = _milliseconds(now)
    longest = max((rate.seconds for rate in (*rates, *domain_rates)), default=0)
    _tidy(connection, newsletter, moment, longest)
    flying = {domain: int(many) for domain, many in connection.rows(_ON_ITS_WAY, newsletter)}
    messages, wait = BOUNDLESS, 0.0
    for rate in rates:
        gone = _gone(connection, newsletter, moment, rate).values()
        free = rate.messages - sum(one.messages for one in gone) - sum(flying.values())
        messages = min(messages, max(free, 0))
        if free <= 0:
            oldest = min((one.oldest for one in gone), default=None)
            wait = max(wait, _wait(oldest, moment, rate))
    each = min((rate.messages for rate in domain_rates), default=BOUNDLESS)
    domains: dict[str, int] = {}  # those with less room than the others
    for rate in domain_rates:
        found = _gone(connection, newsletter, moment, rate)
        for domain in found.keys() | flying.keys():
            busy = flying.get(domain, 0) + (found[domain].messages if domain in found else 0)
            free = max(rate.messages - busy, 0)
            domains[domain] = min(domains.get(domain, each), free)
    return Allowance(messages, wait, domains, each)


def _wait(oldest: int | None, moment: int, rate: Rate) -> float:
    """Seconds until a rate that is full may let another go: until what it counts longest is past.

    Where that is on its way still, it is time for another look.
    """
    if oldest is None:
        return min(_GLANCE, rate.seconds)
    return (oldest + rate.seconds * 1000 + 1 - moment) / 1000


def _gone(connection: Connection, newsletter: int, moment: int, rate: Rate) -> dict[str, _Gone]:
    """What went within the span of a rate, by domain."""
    rows = connection.rows(_GONE, newsletter, moment - rate.seconds * 1000)
    return {domain: _Gone(int(messages), oldest) for domain, messages, oldest in rows}


def _tidy(connection: Connection, newsletter: int, moment: int, longest: int) -> None:
    """Forget what no rate counts any more; what a clock set back left in the future went now."""
    connection.execute(_FORGET, newsletter, moment - longest * 1000)
    ahead = connection.rows(_AHEAD, newsletter, moment + _SKEW)
    connection.each(_PUT_BACK, [(newsletter, domain, moment, many) for domain, many in ahead])


def _milliseconds(now: dt.datetime) -> int:
    return math.ceil(now.timestamp() * 1000)
