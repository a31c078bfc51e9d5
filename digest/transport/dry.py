"""A dry run: messages are counted, and go nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.model.deliveries import Answer, Ending
from digest.transport import batches

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn

_BATCH = 20
_NOT_SENT = Answer(Ending.ACCEPTED, text="not sent: dry")


class Dry:
    """The port's Transport to nowhere; `messages` and `octets` count what would have gone."""

    repeatable = False

    def __init__(self, *, hurry: Callable[[], float] = lambda: math.inf) -> None:
        self.messages = self.octets = 0
        self._hurry = hurry

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Count messages; see the port."""
        batches.carry(parcels, turn, self._batch, size=_BATCH, hurry=self._hurry)

    @contextmanager
    def _batch(self, _: Sequence[Parcel]) -> Iterator[batches.Give]:
        yield self._count

    def _count(self, parcel: Parcel) -> Answer:
        self.messages += 1
        self.octets += sum(map(len, parcel.parts))
        return _NOT_SENT

    def close(self) -> None:
        """Nothing is held open."""
