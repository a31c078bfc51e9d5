"""One edition, as far as this process can carry it before it must wait or stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from digest.delivery.office import Build, Outcome, PostOffice, Press
from digest.delivery.progress import Progress
from digest.delivery.watch import Watch
from digest.failpoint import failpoint
from digest.model.deliveries import (
    Allowance,
    Answer,
    Delivery,
    DeliveryState,
    EditionRef,
    Ending,
    Parcel,
    Result,
)

BATCH = 100  # deliveries claimed at once
LEASE = dt.timedelta(minutes=10)
REFUSALS = 5  # of what we send, with no acceptance between, until all delivery stops
PUT_OFF = 20  # refusals for now that hold for everybody, likewise, until this round ends

_NOTHING = Result(state=DeliveryState.SKIPPED, code="nothing in it is for this reader")


class Shift:
    """Turns the deliveries of an edition into parcels, and their answers into results."""

    def __init__(
        self,
        office: PostOffice,
        edition: EditionRef,
        press: Press,
        *,
        outcome: Outcome,
        progress: Progress,
        limit: int | None,
    ) -> None:
        self._office = office
        self._edition = edition
        self._press = press
        self._outcome = outcome
        self._progress = progress
        self._watch = Watch(office)
        self._limit = limit  # of all attempts of the round
        self._claimed: dict[int, Delivery] = {}  # by reader: not settled yet
        self._ours = self._crowd = 0  # refusals in a row
        self._accepted = False  # anything
        self._objection = ""  # the last refusal of what we send
        self.put_off = False  # whether the server puts everything off
        self.refused = ""  # why nothing more is sent, in the server's words
        self.wait = 0.0  # seconds until the rates let another message go; 0 is that none is left

    @property
    def trouble(self) -> str:
        """Why nothing more is sent, or why nothing was accepted of what was."""
        return self.refused or ("" if self._accepted else self._objection)

    def parcels(self) -> Iterator[Parcel]:
        """Messages, until none is due, none may go, or it is time to stop."""
        while batch := self._claim():
            failpoint("after-claim")
            for preference, group in groupby(batch, attrgetter("preference")):
                deliveries = list(group)
                if build := self._press(self._office.store.preferences(preference)):
                    yield from self._packed(deliveries, build)
                else:
                    self._skip(preference, deliveries)

    def turn(
        self, done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]
    ) -> Collection[Parcel]:
        """Put answers into the books, and tell which of the parcels that are ready may go."""
        self._watch.look(out=self._accepted)  # first: it may fail, and then nothing was let go
        office, now = self._office, self._office.clock()
        settled = [
            (parcel.of, self._result(parcel.of, answer, now))
            for parcel, answer in done
            if parcel.of
        ]
        failpoint("before-settle")
        granted = office.store.turn(
            settled,
            [parcel.of for parcel in ready if parcel.of],
            now,
            paced=bool(office.rates or office.domain_rates),
        )
        failpoint("after-settle")
        if len(granted) < len(ready):  # another sender may have stopped all delivery
            self.refused = self.refused or office.paused()
        for delivery, _ in settled:
            self._claimed.pop(delivery.reader, None)
        self._outcome.attempts += len(settled)
        self._progress.count(len(settled))
        return [parcel for parcel in ready if parcel.of in granted]

    def release(self) -> None:
        """Give back what was claimed and came to nothing."""
        if self._claimed:
            self._office.store.release(list(self._claimed.values()))
            self._claimed.clear()

    def _packed(self, deliveries: Sequence[Delivery], build: Build) -> Iterator[Parcel]:
        for delivery in deliveries:
            if self._stopped():
                return
            yield Parcel(
                sender=self._office.envelope(delivery),
                recipient=delivery.address,
                parts=build(delivery.address),
                of=delivery,
            )

    def _stopped(self) -> bool:
        return bool(self.refused) or self._office.stopping()

    def _claim(self) -> list[Delivery]:
        """The next deliveries; none where none is due or may go now."""
        office, now, self.wait = self._office, self._office.clock(), 0.0
        limit = BATCH
        if self._limit is not None:
            limit = min(limit, self._limit - self._outcome.attempts - len(self._claimed))
        if limit < 1 or self._stopped():
            return []
        room = self._room()
        claimed = office.store.claim(
            self._edition,
            now,
            limit=limit,
            lease=LEASE,
            sender=office.sender,
            token=office.token(),
            room=room,
            channel=office.channel,
        )
        self._claimed |= {delivery.reader: delivery for delivery in claimed}
        if room and not claimed and self._edition in office.store.due(office.newsletter, now):
            self.wait = room.wait or 1.0  # seconds; what had room has gone to another sender
        return claimed

    def _room(self) -> Allowance | None:
        office = self._office
        if not (office.rates or office.domain_rates):
            return None
        return office.store.allowance(
            office.newsletter, office.clock(), rates=office.rates, domain_rates=office.domain_rates
        )

    def _skip(self, preference: int, deliveries: Sequence[Delivery]) -> None:
        """Close the deliveries of all who want nothing of what the edition has."""
        store, now = self._office.store, self._office.clock()
        store.turn([(delivery, _NOTHING) for delivery in deliveries], [], now)
        channel = self._office.channel
        store.skip(self._edition, preference, _NOTHING.code, now, channel=channel)
        for delivery in deliveries:
            self._claimed.pop(delivery.reader, None)

    def _result(self, delivery: Delivery, answer: Answer, now: dt.datetime) -> Result:
        found = self._office.verdict(answer, delivery.attempts, now, self._office.random())
        accepted = answer.ending is Ending.ACCEPTED
        self._ours = 0 if accepted else self._ours + found.ours
        self._crowd = 0 if accepted else self._crowd + found.crowd
        self._accepted |= accepted
        if found.ours:
            self._objection = f"the mail server refuses what we send: {found.result.code}"
        if self._ours >= REFUSALS and not self.refused:
            self.refused = self._objection
            self._office.store.pause(self._office.newsletter, self.refused, now)
        elif self._crowd >= PUT_OFF:
            words = f"the mail server puts everything off: {found.result.code}"
            self.refused, self.put_off = self.refused or words, True
        if found.result.state is DeliveryState.DEFERRED:
            self._outcome.put_off[f"{answer.code or '-'} {answer.status}".strip()] += 1
        lost = found.result.state in {DeliveryState.FAILED, DeliveryState.UNCERTAIN}
        self._outcome.trouble += lost
        if (lost or accepted) and (name := self._office.name):
            told = [_told(name, self._edition, found.result)] if lost else []
            self._outcome.said.setdefault(name, []).extend(told)
        self._outcome.answered += answer.ending in {Ending.ACCEPTED, Ending.REFUSED}
        return found.result


def _told(channel: str, edition: EditionRef, result: Result) -> str:
    return f"channel {channel}: {edition.date}: {result.state}: {result.code}"
