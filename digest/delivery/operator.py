"""What the operator is told by mail, and how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from digest.delivery.office import PostOffice
from digest.errors import TransportDown
from digest.message import notice
from digest.model.deliveries import Answer, Ending, Parcel
from digest.ports import Transport

REMIND = dt.timedelta(hours=24)  # until the same is told again


def tell_operator(office: PostOffice, operator: str, author: str, needs: Sequence[str]) -> bool:
    """Mail what a person is needed for, unless it was told already. Whether a mail was sent.

    `author` is who writes, as in From. A mail that cannot be sent is no further trouble: the next
    round tries again.
    """
    words, now = "\n".join(needs), office.clock()
    told = office.store.told(office.newsletter)
    if not needs:
        if told and told[0]:
            office.store.note_told(office.newsletter, "", now)
        return False
    if told and told[0] == words and now - told[1] < REMIND:
        return False
    parcel = notice(author, operator, f"{office.newsletter}: a person is needed", needs, now)
    try:
        answer = send_alone(office.transport, parcel)
    except TransportDown:
        return False
    if answer.ending is not Ending.ACCEPTED:
        return False
    office.store.note_told(office.newsletter, words, now)
    return True


def send_alone(transport: Transport, parcel: Parcel) -> Answer:
    """Send a message that no book is kept of. Raises TransportDown."""
    answers: list[Answer] = []

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        answers.extend(answer for _, answer in done)
        return ready

    transport.carry(iter([parcel]), turn)
    return answers[0] if answers else Answer(Ending.BROKEN)
