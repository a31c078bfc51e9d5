"""A round of delivery to readers, and then to each channel by itself, on the same books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable

from digest.delivery.office import Outcome, PostOffice
from digest.delivery.rounds import accounts, deliver

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
    of the channels that have editions. What is open of other channels is given up.
    """
    outcome = deliver(office, limit=limit, force=force, date=date)
    store, now = office.store, office.clock()
    if not (names or store.channels(office.newsletter)):
        return outcome
    gone = store.retire(office.newsletter, names, now, sender=office.sender)
    rounds = [deliver(one, force=force, date=date) for one in offices(office)]
    editions = [account.edition for one in [outcome, *rounds] for account in one.accounts]
    for one in rounds:
        _join(outcome, one)
    outcome.accounts = accounts(office, [*editions, *gone])
    return outcome


def _join(whole: Outcome, part: Outcome) -> None:
    whole.held += [reason for reason in part.held if reason not in whole.held]
    whole.said += part.said + [part.down] * bool(part.down)
    whole.trouble += part.trouble
    whole.attempts += part.attempts
    whole.answered += part.answered
