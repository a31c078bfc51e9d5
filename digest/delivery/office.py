"""What delivery works with, and what a round of it comes to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from digest.delivery.verdict import Verdict, verdict
from digest.model.deliveries import Answer, Delivery, EditionRef, Rate
from digest.model.editions import FrozenEdition
from digest.model.readers import Preferences

if TYPE_CHECKING:
    from digest.ports import Repository, Transport, Witness

Build = Callable[[str], tuple[bytes, ...]]  # the message to an address, in a Parcel's parts
Press = Callable[[Preferences], Build | None]  # what readers who want that get, if anything


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """What delivery works with.

    `press` renders an edition for those who want the same of it; `envelope` is the address that
    is told where a delivery cannot be made. Where it has a `channel`, it delivers to that one
    alone, which stops no other delivery, and none stops it.
    """

    newsletter: str
    zone: ZoneInfo
    fixed: tuple[str, ...]  # the readers whom the configuration names
    store: Repository
    witness: Witness
    transport: Transport
    press: Callable[[FrozenEdition], Press]
    envelope: Callable[[Delivery], str]
    sender: int  # the number of this process among those that send
    clock: Callable[[], dt.datetime]  # UTC; it must go on, as rates and leases are kept by it
    monotonic: Callable[[], float]  # seconds
    sleep: Callable[[float], None]  # seconds
    random: Callable[[], float]  # 0 to 1
    token: Callable[[], int]  # never the same twice
    stopping: Callable[[], bool] = lambda: False  # whether to begin no further message
    rates: Sequence[Rate] = ()
    domain_rates: Sequence[Rate] = ()
    progress: Callable[[str], None] = lambda _: None
    verdict: Callable[[Answer, int, dt.datetime, float], Verdict] = verdict
    channel: int = 0  # its number
    name: str = ""  # and its name

    def paused(self) -> str:
        """Why delivery is stopped, or ""."""
        return "" if self.channel else self.store.paused(self.newsletter)


class Account(NamedTuple):
    """The books of one edition: its deliveries by state."""

    edition: EditionRef
    states: Mapping[str, int]
    done: bool  # whether all of them are closed


@dataclass(slots=True)
class Outcome:
    """What one round of delivery came to, beside the books."""

    accounts: list[Account] = field(default_factory=list)  # of the editions it dealt with
    held: list[str] = field(default_factory=list)  # why some of them were not mailed
    down: str = ""  # why the transport could not be used
    passing: bool = False  # whether that may be over by itself
    stopped: str = ""  # why all delivery is stopped; also told as held or down
    put_off: Counter[str] = field(default_factory=Counter)  # deferred, by the answer's codes
    interrupted: bool = False  # somebody asked to stop
    attempts: int = 0
    answered: int = 0  # of the attempts: the server said what became of them
    trouble: int = 0  # attempts that failed for good or lost their answer
    # What became of editions amiss, by the name of each channel that has got or lost any
    said: dict[str, list[str]] = field(default_factory=dict)

    @property
    def dates(self) -> set[dt.date]:
        """Those of the editions it dealt with."""
        return {account.edition.date for account in self.accounts}
