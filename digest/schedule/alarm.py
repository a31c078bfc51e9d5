"""APScheduler as an alarm clock."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

MINUTE = dt.timedelta(minutes=1)
NAP = 1.0  # seconds; how long a clock that was set back may go unnoticed

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Clock = Callable[[], dt.datetime]


def wall() -> dt.datetime:
    """The machine's clock, by which the library goes."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def at_each_minute(
    look: Callable[[], None], clock: Clock, wall: Clock = wall
) -> Iterator[BackgroundScheduler]:
    """Look at once, and when a clock shows a whole minute.

    A job of the alarm is over before the next begins. The library is an alarm clock and no more:
    it knows neither zones nor what is due. It would be silent for as long as its clock is set
    back, so that it is set again then.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long run outlasts minutes
    now = clock()
    apart = (wall() - now) % MINUTE
    minutes = IntervalTrigger(minutes=1, start_date=_EPOCH + apart, timezone=dt.UTC)
    alone = {"default": {"type": "threadpool", "max_workers": 1}}
    alarm = BackgroundScheduler(timezone=dt.UTC, executors=alone)
    alarm.add_job(look, "date", run_date=wall(), misfire_grace_time=None)
    job = alarm.add_job(look, minutes, coalesce=True, max_instances=1, misfire_grace_time=None)

    def mind() -> None:
        while not over.wait(NAP):
            if job.next_run_time > wall() + MINUTE:
                job.modify(next_run_time=minutes.get_next_fire_time(None, wall()))

    over, minder = threading.Event(), threading.Thread(target=mind, daemon=True)
    alarm.start()
    minder.start()
    try:
        yield alarm
    finally:
        over.set()
        minder.join()
        alarm.shutdown()
