"""A round of delivery to readers, and then to each channel by itself, on the same books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable

from digest import logs
from digest.delivery.office import Outcome, PostOffice
from digest.delivery.rounds import accounts, deliver
from digest.errors import ConfigError

Offices = Callable[[PostOffice], Iterable[PostOffice]]


def deliver_everywhere(
    office: PostOffice,
    names: Collection[str],
    offices: Offices,
    *,
    limit: int | None = None,
    force: bool = False,
    date: dt.date | None = None,
) -> Outcome:
    """Deliver what is due to readers (see `deliver`), then to channels.

    `names` are those of the configuration, and `offices` makes of the readers' post office those
    of the channels that have editions. What is open of other channels is given up. Raises
    ConfigError where the mail's templates are wrong, once channels have theirs.
    """
    outcome, wrong = Outcome(), None
    try:
        outcome = deliver(office, limit=limit, force=force, date=date)
    except ConfigError as error:
        wrong = error
    if names or office.store.channels(office.newsletter):
        now = office.clock()
        gone = office.store.retire(office.newsletter, names, now, sender=office.sender)
        rounds = [_round(one, force=force, date=date) for one in offices(office)]
        editions = [account.edition for one in [outcome, *rounds] for account in one.accounts]
        for one in rounds:
            _join(outcome, one)
        outcome.accounts = accounts(office, [*editions, *gone])
    if wrong:
        raise wrong
    return outcome


def _round(office: PostOffice, *, force: bool, date: dt.date | None) -> Outcome:
    """A channel's round; what is wrong with its template stops no other channel."""
    try:
        outcome = deliver(office, force=force, date=date)
    except ConfigError as error:
        outcome = Outcome(down=f"channel {office.name}: {error}", trouble=1)
        logs.event("delivery.down", outcome.down, logs.ERROR, channel=office.name)
    if outcome.down:
        outcome.said.setdefault(office.name, []).append(outcome.down)
    return outcome


def _join(whole: Outcome, part: Outcome) -> None:
    whole.held += [reason for reason in part.held if reason not in whole.held]
    whole.said |= part.said
    whole.trouble += part.trouble
    whole.attempts += part.attempts
    whole.answered += part.answered
