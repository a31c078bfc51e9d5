"""How an edition reaches each reader once (G5, G6).

    recover -> due -> claim -> hand over -> settle

Every step is committed before the next begins, and `handed` before the server can accept the
message. So a death at any instant leaves each row in a state that says what may have happened:
nothing (it is sent later), or a hand-over whose answer is lost (uncertain: never sent again by
itself, unless a second hand-over of the same message changes nothing).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.errors import TransportDown
from digest.failpoint import failpoint
from digest.guards import too_late, too_old
from digest.model.deliveries import Delivery, DeliveryState, Result
from digest.model.editions import FrozenEdition

if TYPE_CHECKING:
    from digest.ports import Ledger, Store, Transport

BATCH = 20  # deliveries claimed at once
LEASE = dt.timedelta(minutes=10)
# The waits after each refusal "for now"; the one after the last is taken as one for good.
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """What delivery works with. `letters` renders an edition once, then builds by address."""

    newsletter: str
    zone: ZoneInfo
    store: Store
    ledger: Ledger
    transport: Transport
    sender: str  # the bare address of the envelope
    letters: Callable[[FrozenEdition], Callable[[str], bytes]]
    clock: Callable[[], dt.datetime]  # UTC
    progress: Callable[[str], None] = lambda _: None


@dataclass(slots=True)
class Outcome:
    """What one round of delivery came to, beside the books."""

    dates: list[dt.date] = field(default_factory=list)  # of the editions that had something due
    held: list[str] = field(default_factory=list)  # why some of them were not mailed
    down: str = ""  # why the transport could not be used
    attempts: int = 0
    trouble: int = 0  # attempts that failed for good or lost their answer


class _ClaimLostError(Exception):
    """Another sender has the delivery now."""


def deliver(office: PostOffice, *, limit: int | None = None, force: bool = False) -> Outcome:
    """Deliver what is due, oldest edition first, at most `limit` messages.

    The caller holds the newsletter's lock, so whatever is claimed was left by a dead sender.
    """
    lost = office.ledger.recover(office.newsletter, repeatable=office.transport.repeatable)
    dates = office.ledger.due(office.newsletter, office.clock())
    outcome = Outcome(dates=sorted({*dates, *lost}), trouble=len(lost))
    try:
        for date in dates:
            reason = None if force else too_late(date, office.zone, office.clock())
            if not reason:
                _send_edition(office, date, limit, outcome)
            elif too_old(date, office.clock()):
                _give_up(office, date)
            else:
                outcome.held.append(reason)
    except TransportDown as error:
        outcome.down = str(error)
        outcome.trouble += 1
    return outcome


def _give_up(office: PostOffice, date: dt.date) -> None:
    """Close the books of an edition that was held and that nobody has released."""
    skipped = Result(state=DeliveryState.SKIPPED, code="too old to be mailed")
    while batch := office.ledger.claim(
        office.newsletter, date, office.clock(), limit=BATCH, lease=LEASE
    ):
        for delivery in batch:
            office.ledger.settle(delivery, skipped, office.clock())


def _send_edition(office: PostOffice, date: dt.date, limit: int | None, outcome: Outcome) -> None:
    frozen = office.store.edition(office.newsletter, date)
    if frozen is None:
        return
    build = office.letters(frozen)
    while True:
        size = BATCH if limit is None else min(BATCH, limit - outcome.attempts)
        if size <= 0:
            return
        batch = office.ledger.claim(
            office.newsletter, date, office.clock(), limit=size, lease=LEASE
        )
        if not batch:
            return
        failpoint("after-claim")
        for at, delivery in enumerate(batch):
            office.progress(f"{date}: message {outcome.attempts + 1}")
            try:
                result = _send_one(office, delivery, build)
            except TransportDown:
                for unsent in batch[at:]:
                    office.ledger.release(unsent)
                raise
            outcome.attempts += 1
            outcome.trouble += result in {DeliveryState.FAILED, DeliveryState.UNCERTAIN}


def _send_one(
    office: PostOffice, delivery: Delivery, build: Callable[[str], bytes]
) -> DeliveryState | None:
    """Send one message; None where another sender took it over."""

    def hand() -> None:
        if not office.ledger.handed(delivery):
            raise _ClaimLostError

    message = build(delivery.address)
    try:
        result = office.transport.send(message, office.sender, delivery.address, hand)
    except _ClaimLostError:
        return None
    now = office.clock()
    result = _patience(result, delivery.attempts, now)
    failpoint("before-settle")
    office.ledger.settle(delivery, result, now)
    failpoint("after-settle")
    return result.state


def _patience(result: Result, attempts: int, now: dt.datetime) -> Result:
    """When to try again after a refusal for now, or that it was one too many."""
    if result.state is not DeliveryState.DEFERRED:
        return result
    if attempts >= len(RETRIES):
        code = f"given up after {attempts + 1} tries: {result.code}"
        return replace(result, state=DeliveryState.FAILED, code=code)
    return replace(result, next_try=now + RETRIES[attempts])
