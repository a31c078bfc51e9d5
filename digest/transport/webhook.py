"""Messages to a webhook: one POST each, signed anew."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.errors import FetchError
from digest.failpoint import failpoint
from digest.message import signed
from digest.model.deliveries import Answer, Ending
from digest.transport import batches

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn

Post = Callable[[Mapping[str, str], bytes], tuple[int, float]]


class Webhook:
    """The port's Transport to a webhook, whose parcels are a message's id and its body.

    `post` sends headers and a body, and tells the status of the answer and for how many seconds
    it asks to be left alone; it raises FetchError where there is no answer.
    """

    repeatable = True  # the receiver tells by its id what it has had

    def __init__(
        self,
        post: Post,
        secret: bytes,
        *,
        clock: Callable[[], dt.datetime],
        hurry: Callable[[], float] = lambda: math.inf,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._post = post
        self._secret = secret
        self._clock = clock
        self._hurry = hurry
        self.close = close

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Send messages; see the port."""
        batches.carry(parcels, turn, self._one, size=1, hurry=self._hurry)

    @contextmanager
    def _one(self, _: Sequence[Parcel]) -> Iterator[batches.Give]:
        yield self._give

    def _give(self, parcel: Parcel) -> Answer:
        id_, body = parcel.parts
        headers = signed(self._secret, id_.decode(), self._clock(), body)
        failpoint("before-post")
        try:
            status, wait = self._post(headers, body)
        except FetchError as error:
            return Answer(Ending.BROKEN, text=str(error))
        failpoint("after-post")
        if 200 <= status < 300:
            return Answer(Ending.ACCEPTED, text=f"HTTP {status}")
        words = "a redirect, which is not followed" if 300 <= status < 400 else "refused"
        return Answer(Ending.REFUSED, status, text=f"{words} by the webhook", wait=wait)
