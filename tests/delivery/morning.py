"""One edition, its readers, and a post office that opens when asked."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from zoneinfo import ZoneInfo

from digest.delivery import Outcome, PostOffice, deliver
from digest.model.deliveries import Closed, Rate
from digest.model.editions import FrozenEdition
from digest.model.readers import Preferences
from digest.store.engine import SqlStore
from digest.store.journal import open_journal
from digest.transport import transport_for
from tests.store.records import NOW, a_paper, publish

READERS = [f"reader{number}@example.org" for number in range(45)]
SENDER = "papers@example.org"
_TOKENS = itertools.count(1)


def press(frozen: FrozenEdition) -> Callable[[Preferences], Callable[[str], tuple[bytes]] | None]:
    """Who wants a theme gets nothing; the others get a line."""

    def build(address: str) -> tuple[bytes]:
        name = f"{frozen.edition.date}.{address}"
        return (f"Message-ID: <{name}>\r\nTo: {address}\r\n\r\nOne paper.\r\n".encode(),)

    return lambda preferences: None if preferences.wanted else build


class Memory:
    """A witness that forgets with its test."""

    def __init__(self) -> None:
        self.closed: list[Closed] = []

    def read(self, newsletter: str) -> list[Closed]:
        return self.closed

    def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
        self.closed = list(closed)


class Morning:
    """Time passes only while the post office waits, or when a test says so."""

    def __init__(self, url: str, store: SqlStore, readers: Sequence[str]) -> None:
        self.url, self.store = url, store
        self.now = NOW
        self.elapsed = 0.0
        self.witness = Memory()
        self.told: list[str] = []
        self.stopping = False
        self.stop_at = math.inf  # seconds on the way
        self.fixed = tuple(readers)
        publish(store, a_paper(1), readers=readers)

    def deliver(
        self,
        server: str,
        *,
        limit: int | None = None,
        force: bool = False,
        date: dt.date | None = None,
        connections: int = 1,
        sender: int = 1,
        **rates: Sequence[Rate],
    ) -> Outcome:
        """One round, to a server's URL."""
        with closing(transport_for(server, None, connections=connections)) as transport:
            office = PostOffice(
                newsletter="daily",
                zone=ZoneInfo("UTC"),
                fixed=self.fixed,
                store=self.store,
                witness=self.witness,
                transport=transport,
                press=press,
                envelope=lambda _: SENDER,
                sender=sender,
                clock=lambda: self.now,
                monotonic=lambda: self.elapsed,
                sleep=self.sleep,
                random=lambda: 0.5,
                token=lambda: next(_TOKENS),
                stopping=lambda: self.stopping or self.elapsed >= self.stop_at,
                progress=self.told.append,
                **rates,
            )
            return deliver(office, limit=limit, force=force, date=date)

    def sleep(self, seconds: float) -> None:
        self.elapsed += seconds
        self.now += dt.timedelta(seconds=seconds)

    def books(self) -> dict[str, int]:
        """The deliveries by state, without those that have none."""
        with closing(open_journal(self.url)) as journal:
            return {state: count for state, count in journal.books("daily").items() if count}

    def standing(self) -> Counter[str]:
        """The readers by state."""
        found = (self.store.find("daily", address) for address in self.fixed)
        return Counter(reader.state.value for reader in found if reader)
