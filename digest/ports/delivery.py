"""The doors to the books of deliveries, and to the ways that mail leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from digest.model.deliveries import (
    Allowance,
    Answer,
    Closed,
    Delivery,
    DeliveryState,
    EditionRef,
    Parcel,
    Rate,
    Result,
)
from digest.model.editions import FrozenEdition
from digest.model.readers import Preferences


class Ledger(Protocol):
    """Who has had which edition, and how far the rest have come.

    Where a method takes a `channel`, it deals with deliveries to that one alone, by its number,
    and with those to readers where it is 0.
    """

    def recover(
        self,
        newsletter: str,
        now: dt.datetime,
        *,
        sender: int,
        repeatable: bool,
        channel: int = 0,
    ) -> list[EditionRef]:
        """Take back what dead senders held, and living ones beyond their lease.

        Claimed rows become pending. Handed rows become uncertain, or pending where the
        transport is `repeatable` (a second hand-over of the same message changes nothing).
        Returns the edition of each delivery that became uncertain by it. `sender` is the
        caller's own number: what it holds was left by a dead one of the same number.
        """

    def due(self, newsletter: str, now: dt.datetime, *, channel: int = 0) -> list[EditionRef]:
        """The editions with deliveries that are due, oldest first."""

    def claim(
        self,
        edition: EditionRef,
        now: dt.datetime,
        *,
        limit: int,
        lease: dt.timedelta,
        sender: int,
        token: int,
        room: Allowance | None = None,
        channel: int = 0,
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of an edition, those of equal preferences together.

        Those of readers who want no mail (any more) become suppressed and are not among them.
        None are left where there is none in it. `room` bounds how many go to each domain.
        """

    def turn(
        self,
        done: Sequence[tuple[Delivery, Result]],
        ready: Sequence[Delivery],
        now: dt.datetime,
        *,
        paced: bool = False,
    ) -> set[Delivery]:
        """Settle some deliveries, and note that others are about to be given away. One commit.

        Returns those of `ready` that are still the caller's and whose readers still want them.
        A result whose claim was lost meanwhile changes nothing. Blame is charged to the reader.
        `paced` keeps what `allowance` counts.
        """

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give claims back, which charges nobody. What was handed over stays so."""

    def skip(
        self,
        edition: EditionRef,
        preference: int | None,
        code: str,
        now: dt.datetime,
        *,
        channel: int = 0,
    ) -> int:
        """Close all pending and deferred deliveries (of equal preferences) as skipped."""

    def channels(self, newsletter: str) -> dict[str, int]:
        """The numbers of all channels that ever got an edition, but for those that are gone."""

    def retire(
        self, newsletter: str, kept: Collection[str], now: dt.datetime, *, sender: int
    ) -> list[EditionRef]:
        """Close what is open of channels that are not among those kept, as skipped.

        What was handed over and lost its answer is uncertain. Returns the editions concerned.
        `sender` is as in `recover`.
        """

    def reopen(self, edition: EditionRef, state: DeliveryState, code: str | None = None) -> int:
        """Make closed deliveries of a state (and a code) pending again. Returns how many."""

    def preferences(self, preference: int) -> Preferences:
        """What readers of a claim want."""

    def allowance(
        self,
        newsletter: str,
        now: dt.datetime,
        *,
        rates: Sequence[Rate],
        domain_rates: Sequence[Rate],
    ) -> Allowance:
        """How many messages may go now, by what `turn` has kept of every sender's."""

    def pause(self, newsletter: str, reason: str, now: dt.datetime) -> None:
        """Stop all delivery of a newsletter until `resume`."""

    def paused(self, newsletter: str) -> str:
        """Why delivery is stopped, or ""."""

    def resume(self, newsletter: str) -> None:
        """Go on with delivery."""

    def close_books(self, edition: EditionRef) -> dict[str, int]:
        """The deliveries of an edition by state, every state named.

        Where all are closed, the account is kept, and never counted again.
        """

    def closed(self, newsletter: str) -> list[Closed]:
        """How many deliveries of the editions of the last five dates are closed."""

    def uncertain(self, newsletter: str) -> dict[EditionRef, int]:
        """How many deliveries are uncertain, of each edition that has some, oldest first."""

    def editions_of(self, newsletter: str, date: dt.date) -> list[EditionRef]:
        """The editions of a date."""

    def edition_of(self, edition: EditionRef) -> FrozenEdition:
        """An edition itself."""


class Witness(Protocol):
    """Remembers beside the store how far deliveries had come, for a store that was set back."""

    def read(self, newsletter: str) -> list[Closed]:
        """What was noted last; nothing where there is no witness."""

    def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
        """Keep how far the last editions have come."""


# Told of messages that are done, and of some that are ready to be given away; answers which of
# the latter may go. All of it is committed when it returns.
Turn = Callable[[Sequence[tuple[Parcel, Answer]], Sequence[Parcel]], Collection[Parcel]]


class Transport(Protocol):
    """A way to give built messages away."""

    repeatable: bool  # a second hand-over of the same message changes nothing

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Give messages away, as many at once as it can, until there are no more.

        A message can be accepted only after `turn` was told that it is ready and let it go; what
        `turn` does not let go is dropped. Every other message taken from `parcels` is told to
        `turn` with its answer, but where TransportDown is raised: the server cannot be used,
        nobody is to blame, and what was not told was not handed over either. An exception of
        `turn` ends it all before another message can be accepted, and is passed on.
        """

    def close(self) -> None:
        """End the sessions politely."""
