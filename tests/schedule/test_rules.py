"""Each local date has its run, whatever the clocks do."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.schedule.rules import LATE, due, since

MINUTE = dt.timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})

dates = st.dates(dt.date(1990, 1, 1), dt.date(2037, 12, 1))
hours = st.times().map(lambda time: time.replace(second=0, microsecond=0, fold=0))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


def oddity(zone: str, start: str, send_at: str) -> Callable[[Any], Any]:
    """A known night, as an example."""
    return example(
        zone=zone,
        start=utc(start),
        send_at=dt.time.fromisoformat(send_at),
        step=2 * MINUTE,
        takes=dt.timedelta(),
    )


@given(
    zone=st.sampled_from(ZONES),
    start=st.builds(dt.datetime.combine, dates, st.times(), st.just(dt.UTC)),
    send_at=hours,
    step=st.timedeltas(MINUTE, 30 * MINUTE),
    takes=st.timedeltas(dt.timedelta(), 180 * MINUTE),
)
@oddity("Europe/Berlin", "2026-03-27T12:00", "02:30")  # is skipped
@oddity("Europe/Berlin", "2026-10-23T12:00", "02:30")  # comes twice
@oddity("America/Nuuk", "2026-03-26T12:00", "23:30")  # is skipped, to the end of the date
@oddity("America/St_Johns", "2006-10-27T12:00", "00:00")  # comes twice, the evening between
@oddity("America/Havana", "2026-03-06T12:00", "00:30")
@oddity("Asia/Beirut", "2024-03-29T12:00", "00:30")
@oddity("Australia/Lord_Howe", "2026-04-03T12:00", "01:45")
@oddity("Pacific/Apia", "2011-12-28T12:00", "23:30")  # has no 30th
@oddity("Pacific/Kwajalein", "1993-08-19T12:00", "12:00")  # has no 21st
def test_a_run_is_due_once_on_each_local_date(
    zone: str, start: dt.datetime, send_at: dt.time, step: dt.timedelta, takes: dt.timedelta
) -> None:
    here, now, end = ZoneInfo(zone), start, start + dt.timedelta(days=4)
    runs: list[tuple[dt.date, dt.datetime]] = []
    shown = [(start - LATE).astimezone(here).date()]
    while now < end:
        shown.append(now.astimezone(here).date())
        date = due(here, send_at, now)
        if date and not any(of == date and at >= since(here, send_at, date) for of, at in runs):
            runs.append((date, now + takes))
            now += takes  # it is waited for
        now += step
    counts = Counter(date for date, _ in runs)
    assert set(counts.values()) <= {1}
    assert set(counts) <= set(shown)
    assert {date for date in shown if shown[0] < date < shown[-1]} <= set(counts)


@given(
    zone=st.sampled_from(ZONES),
    date=dates,
    send_at=hours,
)
def test_it_is_due_from_the_minute_that_the_clocks_first_show_the_hour(
    zone: str, date: dt.date, send_at: dt.time
) -> None:
    here = ZoneInfo(zone)
    moment = dt.datetime.combine(date, send_at, here).astimezone(dt.UTC)
    if moment.astimezone(here).replace(tzinfo=None) == dt.datetime.combine(date, send_at):
        assert due(here, send_at, moment) == date
        assert due(here, send_at, moment - MINUTE) != date
        assert since(here, send_at, date) == moment


@pytest.mark.parametrize(
    ("zone", "send_at", "first", "date"),
    [
        ("Europe/Berlin", "02:30", "2026-03-29T01:00", "2026-03-29"),  # when the clocks show 3
        ("Europe/Berlin", "02:30", "2026-10-25T00:30", "2026-10-25"),
        ("America/Nuuk", "23:30", "2026-03-29T01:00", "2026-03-28"),  # when they show 0
        ("Asia/Kathmandu", "07:30", "2026-01-05T01:45", "2026-01-05"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice(
    zone: str, send_at: str, first: str, date: str
) -> None:
    here, hour = ZoneInfo(zone), dt.time.fromisoformat(send_at)
    assert due(here, hour, utc(first)) == dt.date.fromisoformat(date)
    assert due(here, hour, utc(first) - MINUTE) is None


@pytest.mark.parametrize(
    ("now", "date"),
    [
        ("2026-01-05T12:00", None),
        ("2026-01-05T23:45", "2026-01-05"),
        ("2026-01-06T01:44", "2026-01-05"),
        ("2026-01-06T01:45", None),
    ],
)
def test_a_late_hour_can_be_made_up_for_past_midnight(now: str, date: str | None) -> None:
    found = due(dt.UTC, dt.time(23, 45), utc(now))
    assert found == (dt.date.fromisoformat(date) if date else None)
