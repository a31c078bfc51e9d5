"""The alarm clock, with the library's own clock driven by a test."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.triggers.interval import IntervalTrigger

from digest.schedule import at_each_minute
from tests.schedule.sweep import DAY, Days, check, spans, transitions

BEGIN = dt.datetime(2026, 1, 5, 7, 28, 30, tzinfo=dt.UTC)


class Clock:
    """What time the library and the rules take it to be."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


@contextmanager
def ringing(
    clock: Clock, do: Callable[[dt.datetime], object], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[dt.datetime], None]]:
    """The real scheduler, begun within a minute; what this gives makes it another time, and waits
    for a look then.
    """

    class Driven(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return clock.now.astimezone(tz)

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Driven)
    begun, looked = threading.Event(), threading.Event()

    def look() -> None:
        do(clock.now)
        begun.set()

    with at_each_minute(look, clock, wall=clock) as alarm:
        assert begun.wait(10)
        [minutes] = [job for job in alarm.get_jobs() if isinstance(job.trigger, IntervalTrigger)]

        def over(event: JobExecutionEvent) -> None:
            if event.job_id == minutes.id:
                looked.set()

        alarm.add_listener(over, EVENT_JOB_EXECUTED)

        def until(now: dt.datetime) -> None:
            looked.clear()
            clock.now = now
            alarm.wakeup()
            assert looked.wait(30)

        yield until


def test_it_rings_each_minute_and_once_for_all_that_were_slept_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[dt.datetime] = []
    with ringing(Clock(BEGIN), rung.append, monkeypatch) as until:
        for seconds in (30, 90, 150):
            until(BEGIN + dt.timedelta(seconds=seconds))
        until(BEGIN + 30 * DAY)
        until(BEGIN + 30 * DAY + dt.timedelta(seconds=30))
    assert [moment - BEGIN for moment in rung] == [
        *(dt.timedelta(seconds=seconds) for seconds in (0, 30, 90, 150)),
        30 * DAY,
        30 * DAY + dt.timedelta(seconds=30),
    ]


def test_a_clock_that_is_set_back_does_not_silence_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[dt.datetime] = []
    clock = Clock(BEGIN)
    with ringing(clock, rung.append, monkeypatch) as until:
        clock.now = BEGIN - DAY
        threading.Event().wait(1.5)  # in which it is noticed
        until(BEGIN - DAY + dt.timedelta(seconds=61))
    assert rung == [BEGIN, BEGIN - DAY + dt.timedelta(seconds=61)]


def driven(
    zone: ZoneInfo,
    send_at: dt.time,
    span: tuple[dt.datetime, dt.datetime],
    monkeypatch: pytest.MonkeyPatch,
    longest: int,
) -> None:
    """Go through a span with the real scheduler, which wakes up at random times."""
    chance, days = random.Random(f"{zone} {send_at}"), Days(zone, send_at)
    clock = Clock(span[0] + dt.timedelta(seconds=1))
    moments = [span[0]]
    with ringing(clock, days.look, monkeypatch) as until:
        while clock.now < span[1]:
            moments.append(moments[-1] + dt.timedelta(minutes=chance.randint(1, longest)))
            until(moments[-1])
    check(days, span, moments)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Havana", "Africa/Casablanca"])
def test_the_real_scheduler_brings_one_edition_a_date_around_the_changes_of_the_clocks(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, year = (
        ZoneInfo(name),
        (
            dt.datetime(2015, 1, 1, tzinfo=dt.UTC),
            dt.datetime(2016, 1, 1, tzinfo=dt.UTC),
        ),
    )
    changes = transitions(zone, *year)
    for span in list(spans(changes, *year))[: len(changes)]:
        driven(zone, dt.time(0, 30), span, monkeypatch, 60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "send_at", "longest"),
    [
        ("Europe/Berlin", "02:30", 600),
        ("America/Havana", "00:00", 600),
        ("Pacific/Apia", "23:45", 115),  # which is past two hours later
    ],
)
def test_the_real_scheduler_brings_one_edition_a_date_for_ten_years(
    name: str, send_at: str, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = (dt.datetime(2006, 1, 1, tzinfo=dt.UTC), dt.datetime(2016, 1, 1, tzinfo=dt.UTC))
    driven(ZoneInfo(name), dt.time.fromisoformat(send_at), years, monkeypatch, longest)
