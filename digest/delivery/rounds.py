"""One round of delivery: every edition that is due, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from digest import logs
from digest.delivery.office import Account, Outcome, PostOffice
from digest.delivery.patience import Patience
from digest.delivery.progress import Progress
from digest.delivery.shift import Shift
from digest.delivery.watch import note
from digest.errors import TransportDown
from digest.guards import rewound, too_late, too_old
from digest.model.deliveries import DeliveryState, EditionRef

if TYPE_CHECKING:
    from digest.ports import Repository

TOO_OLD = "too old to be mailed"
NAP = 0.5  # seconds; how long a stop may go unnoticed

OPEN = ("pending", "claimed", "handed", "deferred")


def deliver(
    office: PostOffice,
    *,
    limit: int | None = None,
    force: bool = False,
    date: dt.date | None = None,
) -> Outcome:
    """Deliver what is due, at most `limit` messages.

    `force` goes past the guards, and takes up again what was given up of the edition of `date`.
    """
    store, newsletter, outcome = office.store, office.newsletter, Outcome()
    began = office.monotonic()
    if not office.channel:
        store.keep_fixed(newsletter, office.fixed, office.clock())
    lost = store.recover(
        newsletter,
        office.clock(),
        sender=office.sender,
        repeatable=office.transport.repeatable,
        channel=office.channel,
    )
    outcome.trouble += len(lost)
    if force:
        _released(office, date)
    due = store.due(newsletter, office.clock(), channel=office.channel)
    outcome.stopped = _stopped(office)
    if reason := _doubt(office):
        outcome.held.append(reason)
        outcome.accounts = accounts(office, [*lost, *due])
        _log(office, outcome, office.monotonic() - began)
        return outcome
    for edition in due:
        if outcome.down or office.stopping():
            break
        _deliver_edition(office, edition, limit, outcome, force=force)
    outcome.interrupted = office.stopping()
    outcome.accounts = accounts(office, [*lost, *due])
    note(office)
    _log(office, outcome, office.monotonic() - began)
    return outcome


def uncertain(
    store: Repository, newsletter: str, now: dt.datetime, *, force: bool = False
) -> dict[EditionRef, int]:
    """How many deliveries may have arrived or not, of each edition that would be sent again.

    Of what is too old to be mailed, they stay as they are; `force` goes past that.
    """
    found = store.uncertain(newsletter)
    return {ref: many for ref, many in found.items() if force or not too_old(ref.date, now)}


def resend_uncertain(office: PostOffice, *, force: bool = False) -> int:
    """Make the deliveries whose answer was lost (see `uncertain`) pending again.

    None of them where nothing may be delivered at all; `force` goes past that. Returns how many.
    """
    if not force and _doubt(office):
        return 0
    editions = uncertain(office.store, office.newsletter, office.clock(), force=force)
    count = sum(office.store.reopen(edition, DeliveryState.UNCERTAIN) for edition in editions)
    note(office)
    return count


def _released(office: PostOffice, date: dt.date | None) -> None:
    if not office.channel:
        office.store.resume(office.newsletter)
    for edition in office.store.editions_of(office.newsletter, date) if date else ():
        office.store.reopen(edition, DeliveryState.SKIPPED, TOO_OLD)
    note(office)


def _doubt(office: PostOffice) -> str | None:
    """Why nothing may be delivered at all."""
    if reason := _stopped(office):
        return reason
    return rewound(office.witness.read(office.newsletter), office.store.closed(office.newsletter))


def _stopped(office: PostOffice) -> str:
    """Why delivery is stopped until somebody lets it go on, or ""."""
    reason = office.paused()
    return reason and (
        f"delivery is stopped: {reason}; mend it, then go on with `digest deliver --force`"
    )


def _deliver_edition(
    office: PostOffice, edition: EditionRef, limit: int | None, outcome: Outcome, *, force: bool
) -> None:
    reason = None if force else too_late(edition.date, office.zone, office.clock())
    if not reason:
        _send(office, edition, limit, outcome)
    elif too_old(edition.date, office.clock()):
        office.store.skip(edition, None, TOO_OLD, office.clock(), channel=office.channel)
    else:
        outcome.held.append(reason)


def _send(office: PostOffice, edition: EditionRef, limit: int | None, outcome: Outcome) -> None:
    """Send an edition, with patience for rates and for a server that was there a moment ago."""
    frozen = office.store.edition_of(edition)
    states = office.store.close_books(edition)
    total = sum(states[state] for state in OPEN)
    progress = Progress(f"{edition.date}", total, office.monotonic, office.progress)
    press = office.press(frozen)
    shift = Shift(office, edition, press, outcome=outcome, progress=progress, limit=limit)
    patience = Patience(outcome.answered)
    while not shift.refused:
        down = ""
        try:
            _carry(office, shift)
            patience.told(outcome.answered)
            wait = patience.with_rates(shift.wait)
        except TransportDown as error:
            patience.told(outcome.answered)
            wait, down = patience.with_server(), str(error)
            outcome.passing = error.passing
        if not (wait and _rested(office, wait)):
            shift.refused = shift.refused or down
            break
    if shift.trouble:
        outcome.stopped = _stopped(office)
        outcome.down = outcome.stopped or shift.trouble
        outcome.passing |= shift.put_off
        outcome.trouble += 1


def _carry(office: PostOffice, shift: Shift) -> None:
    try:
        office.transport.carry(shift.parcels(), shift.turn)
    finally:
        shift.release()


def _rested(office: PostOffice, seconds: float) -> bool:
    """Wait; whether there is time to go on then."""
    end = office.monotonic() + seconds
    while (left := end - office.monotonic()) > 0 and not office.stopping():
        office.sleep(min(left, NAP))
    return not office.stopping()


def accounts(office: PostOffice, editions: Iterable[EditionRef]) -> list[Account]:
    """The books of editions, closed where nothing in them is open."""
    return [_account(office, edition) for edition in dict.fromkeys(editions)]


def _account(office: PostOffice, edition: EditionRef) -> Account:
    states = office.store.close_books(edition)
    return Account(edition, states, done=not any(states[state] for state in OPEN))


def _log(office: PostOffice, outcome: Outcome, seconds: float) -> None:
    whose: logs.Fields = {"channel": office.name} if office.name else {}
    for edition, states, done in outcome.accounts:
        fields: logs.Fields = {"edition": edition.date, "period": edition.period, "done": done}
        fields |= whose | logs.counts(states)
        logs.event("delivery", **fields)
    for answer, many in outcome.put_off.items():
        logs.event("delivery.deferred", **(whose | {"messages": many, "answer": answer}))
    for words in outcome.said.get(office.name, ()):
        logs.event("delivery.failed", words, logs.WARNING, **whose)
    for reason in outcome.held:
        logs.event("delivery.held", reason, logs.ERROR, **whose)
    if outcome.down:
        name = "delivery.stopped" if outcome.stopped else "delivery.down"
        level = logs.WARNING if outcome.passing else logs.ERROR
        logs.event(name, outcome.down, level, **whose)
    ended: logs.Fields = {"messages": outcome.attempts, "seconds": seconds}
    logs.event("delivery.ended", **(whose | ended))
