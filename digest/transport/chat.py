"""Messages to a chat, by Apprise (https://appriseit.com), which knows how each service takes them.

Apprise tells no more than whether a service took a message; why not, it tells its log, and the
addresses that it writes there have keys in them. So its log is read here, and goes no further.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from digest.errors import TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import Answer, Ending
from digest.transport import batches

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn

# What requests says once a message may have gone, and its answer did not come.
_LOST = re.compile("Read timed out|Connection aborted|RemoteDisconnected|Connection broken")
_STATUS = re.compile(r"error=([0-9]{3})\b")


class Chat:
    """The port's Transport to a chat, whose parcels are a message's title and its text."""

    repeatable = False

    def __init__(
        self, name: str, url: str, *, hurry: Callable[[], float] = lambda: math.inf
    ) -> None:
        self._name = name
        self._url = url
        self._hurry = hurry

    def room(self) -> int:
        """How many characters a message may have. Raises TransportDown as `carry` does."""
        return min(int(service.body_maxlen) for service in self._service)

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Send messages; see the port."""
        batches.carry(parcels, turn, self._one, size=1, hurry=self._hurry)

    def close(self) -> None:
        """Nothing is held open."""

    @contextmanager
    def _one(self, _: Sequence[Parcel]) -> Iterator[batches.Give]:
        _ = self._service  # which may fail, before anything is handed over
        yield self._give

    @cached_property
    def _service(self) -> Any:
        try:
            import apprise
        except ImportError:
            words = "Apprise is not installed: pip install 'papertide[alerts]'"
            raise TransportDown(f"channel {self._name}: {words}") from None
        service = apprise.Apprise()
        with _listening():
            known = service.add(self._url)
        if not known:
            words = "its url is no place that Apprise knows; see https://appriseit.com/services/"
            raise TransportDown(f"channel {self._name}: {words}")
        return service

    def _give(self, parcel: Parcel) -> Answer:
        title, text = (part.decode() for part in parcel.parts)
        failpoint("before-post")
        with _listening() as heard:
            try:
                taken = bool(self._service.notify(title=title, body=text, body_format="text"))
            except Exception as error:  # noqa: BLE001 - whatever breaks there is that package's fault
                heard.append(type(error).__name__)
                taken = False
        failpoint("after-post")
        return Answer(Ending.ACCEPTED) if taken else _refusal("\n".join(heard))


def _refusal(heard: str) -> Answer:
    """What Apprise's log says of a message that was not taken, but for what may be secret."""
    if _LOST.search(heard):
        return Answer(Ending.LOST, text="the service's answer was lost")
    status = _STATUS.search(heard)
    how = f", with HTTP {status[1]}" if status else ""
    return Answer(Ending.REFUSED, text=f"not taken by the service{how}")


class _Ear(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear all that Apprise and what it sends with log, in place of everybody else."""
    ear, loggers = _Ear(), [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [(one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.addHandler(ear)
        one.setLevel(logging.DEBUG)
        one.propagate = False
    try:
        yield ear.heard
    finally:
        for one, (level, propagate) in zip(loggers, before, strict=True):
            one.removeHandler(ear)
            one.setLevel(level)
            one.propagate = propagate
