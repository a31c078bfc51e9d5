"""Messages that no book is kept of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from digest.model.deliveries import Answer, Ending, Parcel
from digest.ports import Transport


def send_alone(transport: Transport, parcel: Parcel) -> Answer:
    """Send a message that no book is kept of. Raises TransportDown."""
    answers: list[Answer] = []

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        answers.extend(answer for _, answer in done)
        return ready

    transport.carry(iter([parcel]), turn)
    return answers[0] if answers else Answer(Ending.BROKEN)
