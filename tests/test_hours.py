"""A reader's hour is what their clocks show, on whatever day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.hours import due_at

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu"]


@pytest.mark.parametrize(
    ("date", "hour", "due"),
    [
        ("2026-01-15", 7, "2026-01-15T06:00"),
        ("2026-07-15", 7, "2026-07-15T05:00"),
        ("2026-03-29", 2, "2026-03-29T01:00"),  # which the clocks skip: they show 3
        ("2026-10-25", 2, "2026-10-25T00:00"),  # which they show twice: the first time
    ],
)
def test_an_hour_is_kept_through_changes_of_the_clocks(date: str, hour: int, due: str) -> None:
    found = due_at(dt.date.fromisoformat(date), "Europe/Berlin", hour)
    assert found == dt.datetime.fromisoformat(f"{due}+00:00")


@given(
    date=st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)),
    zone=st.sampled_from(ZONES),
    hour=st.integers(4, 23),  # no zone of these changes its clocks so late
)
def test_the_clocks_of_the_zone_show_the_hour_of_the_date(
    date: dt.date, zone: str, hour: int
) -> None:
    found = due_at(date, zone, hour)
    assert found.tzinfo is dt.UTC
    shown = found.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour, shown.minute) == (date, hour, 0)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc", ""])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        due_at(dt.date(2026, 3, 2), zone, 7)
