"""One round over the sources, each on its own: what one cannot give stops no other (G9).

Every source has a thread to itself: the fetcher sees to it that no site is asked twice at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from digest.edition.reading import Reader, Round
from digest.model.replies import Occasion, Sighting

if TYPE_CHECKING:
    from digest.ports import Fetcher, Journal, Source

LANES = 8  # sources that are read at once


class Gathering(NamedTuple):
    """What a round over all sources brought, in the order of the configuration."""

    rounds: tuple[Round, ...]

    @property
    def sightings(self) -> list[Sighting]:
        """All papers as they were seen."""
        return [sighting for turn in self.rounds for sighting in turn.sightings]


def gather(
    sources: Sequence[Source],
    fetcher: Fetcher,
    journal: Journal,
    *,
    newsletter: str,
    occasion: Occasion,
    patient: bool = True,
    counted: bool = True,
    progress: Callable[[str], None] = lambda _: None,
    monotonic: Callable[[], float],
) -> Gathering:
    """Ask every source. `patient` leaves alone those URLs that asked for it or keep failing.

    Failures are `counted` but in polls. `monotonic` is a clock in seconds.
    """
    rounds = []
    for source in sources:
        visits = journal.visits(newsletter, source.name)
        read = {url: visit.read_at for url, visit in visits.items() if visit.read_at}
        known = journal.validators(newsletter, source.name, source.fingerprint)
        rounds.append(
            Round(
                source=source,
                occasion=occasion._replace(read=read),
                known=known,
                visits=visits,
            )
        )
    readers = [
        Reader(
            turn,
            fetcher,
            patient=patient,
            counted=counted,
            progress=progress,
            monotonic=monotonic,
        )
        for turn in rounds
    ]
    _together([reader.read for reader in readers])
    return Gathering(rounds=tuple(rounds))


def _together(tasks: Sequence[Callable[[], None]]) -> None:
    """Do all of them, several at once."""
    waiting = deque(tasks)

    def work() -> None:
        while waiting:
            try:
                task = waiting.popleft()
            except IndexError:  # another thread took the last
                return
            task()

    lanes = [threading.Thread(target=work, daemon=True) for _ in range(min(LANES, len(tasks)))]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
