"""Keeping to the pace of a site: what all runs that share a store ask of it, one by one."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from digest.errors import FetchError, StoreError
from digest.store.database import HEAD, Closable, Database, database

if TYPE_CHECKING:
    from digest.model.replies import Pace

PATIENCE = 240.0  # seconds to wait for the others; each holds a site for one request at a time
_GLANCE = 0.25  # seconds between two looks at whether another process is done

_LAST = "SELECT milliseconds FROM pace WHERE site = ?"
_NOTE = (
    "INSERT INTO pace (site, milliseconds) VALUES (?, ?)"
    " ON CONFLICT (site) DO UPDATE SET milliseconds = excluded.milliseconds"
)


class Gates:
    """A gate before every site that sets a pace, for all threads and for all processes.

    Processes share it by their database. Where there is none yet, or one of another version, the
    pace is kept within this process only, and nothing is made. `clock` is in seconds since 1970,
    as other processes read it too.
    """

    def __init__(
        self,
        place: Database,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        patience: float = PATIENCE,
    ) -> None:
        self._place = place
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self._turns: dict[str, threading.Lock] = {}
        self._last: dict[str, int] = {}  # milliseconds since 1970, by site

    @contextmanager
    def gate(self, pace: Pace) -> Iterator[None]:
        """Hold a site for one request, which begins when the site has had its rest.

        A process that dies in here frees the site. Raises FetchError where others hold it for
        too long, or the database cannot be used.
        """
        turn = self._turns.setdefault(pace.name, threading.Lock())
        if not turn.acquire(timeout=self._patience):
            raise _taken(pace)
        try:
            with self._entered(pace):
                self._note(pace.name)  # now too: who dies in here notes no end
                try:
                    yield
                finally:
                    self._note(pace.name)
        except StoreError as error:
            raise FetchError(f"{pace.name}: its pace cannot be kept: {error}") from error
        finally:
            turn.release()

    def _entered(self, pace: Pace) -> AbstractContextManager[object]:
        """The site's lock, taken when its rest is over: while it rests, others may come first."""
        waited, rested = 0.0, 0  # seconds; from which request on the site has rested
        while waited < self._patience:
            with ExitStack() as held:
                wait = _GLANCE
                if lock := self._lock(pace.name):
                    held.enter_context(closing(lock))
                    last = self._asked(pace.name)
                    wait = 0.0 if last == rested else self._rest(pace, last)
                    rested = last
                if wait <= 0:
                    return held.pop_all()
            self._sleep(wait)
            waited += wait
        raise _taken(pace)

    def _lock(self, site: str) -> Closable | None:
        """What keeps other processes out, or None where one of them is at it."""
        if not self._place.exists():
            return ExitStack()
        return self._place.try_lock(f"site.{quote(site, safe='')}")  # no slug has a full stop

    def _rest(self, pace: Pace, last: int) -> float:
        """Seconds that a site still rests; a clock set back makes it no longer than its pace."""
        return min(pace.seconds, pace.seconds - (self._clock() * 1000 - last) / 1000)

    def _asked(self, site: str) -> int:
        """When a site was last asked, in milliseconds since 1970; 0 where nobody knows."""
        rows = self._rows(_LAST, site)
        return max(self._last.get(site, 0), rows[0][0] if rows else 0)

    def _note(self, site: str) -> None:
        self._last[site] = math.ceil(self._clock() * 1000)
        self._rows(_NOTE, site, self._last[site])

    def _rows(self, sql: str, *values: object) -> list[Any]:
        """What a statement gives; nothing, and nothing done, where there are no such tables."""
        place = self._place
        if not place.exists():
            return []
        try:
            with closing(place.connect(autocommit=True)) as connection:
                if place.version(connection) != HEAD:
                    return []
                cursor = connection.execute(place.spelled(sql), values)
                return list(cursor.fetchall()) if cursor.description else []
        except place.errors as error:
            raise place.trouble(error) from error


def _taken(pace: Pace) -> FetchError:
    return FetchError(f"{pace.name}: others are asking this site; try again later")


def open_gates(url: str, clock: Callable[[], float], sleep: Callable[[float], None]) -> Gates:
    """The gates that all processes with the database at a URL share (see `database`)."""
    return Gates(database(url), clock=clock, sleep=sleep)
