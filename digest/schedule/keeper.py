"""Looks at the clock each minute, and starts what is due."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from digest import wiring
from digest.config import Config
from digest.errors import StoreError
from digest.schedule import rules

Clock = Callable[[], dt.datetime]


class Keeper:
    """Begins the run of each local date once, and a round of delivery where something is open.

    What was done stands in the journal alone. So a run that left no report, as it crashed or
    another was at work, is tried again in each round; and one begun by cron counts, too.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        begin: Callable[[list[str]], None],
        warn: Callable[[str], None],
    ) -> None:
        self._config = config
        self._clock = clock
        self._begin = begin
        self._warn = warn
        self._looked: tuple[dt.date | None, int] | None = None  # at which morning and round
        self._warned = ""

    def look(self) -> None:
        """Begin what is due now, and wait for its end. What the journal refuses is told once."""
        try:
            self._look()
            self._warned = ""
        except StoreError as error:  # the next look may find it well
            if str(error) != self._warned:
                self._warned = str(error)
                self._warn(self._warned)

    def _look(self) -> None:
        letter, now = self._config.newsletter, self._clock()
        date = rules.due(letter.timezone, letter.send_at, now)
        looking = date, rules.round_of(now)
        if looking == self._looked:
            return
        command = self._due(date)
        self._looked = looking
        if command:
            self._begin(command)

    def _due(self, date: dt.date | None) -> list[str]:
        """The command that is due, if any, where the run of a date is."""
        letter = self._config.newsletter
        with closing(wiring.journal(self._config)) as journal:
            if date:
                since = rules.since(letter.timezone, letter.send_at, date)
                if not journal.has_run(letter.slug, date, since):
                    return ["run", "--date", date.isoformat()]
            return ["deliver"] if journal.unfinished(letter.slug) else []


@contextmanager
def at_each_minute(look: Callable[[], None], clock: Clock) -> Iterator[None]:
    """Look at once, and when a clock shows a whole minute; a look is over before the next.

    The library is an alarm clock and no more: it knows neither zones nor what is due. It goes by
    the machine's clock, and where that is set back, it is silent for as long.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long run outlasts minutes
    now = clock()
    minute = dt.datetime.now(dt.UTC) - (now - now.replace(second=0, microsecond=0))
    alone = {"default": {"type": "threadpool", "max_workers": 1}}
    alarm = BackgroundScheduler(timezone=dt.UTC, executors=alone)
    alarm.add_job(look, misfire_grace_time=None)
    alarm.add_job(
        look,
        IntervalTrigger(minutes=1, start_date=minute, timezone=dt.UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    alarm.start()
    try:
        yield
    finally:
        alarm.shutdown()
