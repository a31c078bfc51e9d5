"""What holds a source's papers back: a flood, counted against what is usual of it (G8)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.guards import behind, flood

TODAY = dt.date(2026, 3, 20)


def past(*runs: tuple[int, int], ago: int = 1) -> list[tuple[dt.date, int, int]]:
    """Runs of (sightings, new), a day apart, the newest first and `ago` days ago."""
    return [
        (TODAY - dt.timedelta(days=ago + at), sightings, new)
        for at, (sightings, new) in enumerate(runs)
    ]


def test_a_usually_known_feed_that_is_suddenly_new_is_held_and_named_with_the_way_out() -> None:
    reason = flood(past(*[(100, 4)] * 5), TODAY, 100, 95)
    assert reason
    assert "95 of its 100 papers" in reason
    assert "--force" in reason


def test_five_times_the_usual_number_is_held() -> None:
    habits = past((40, 12), (35, 35), (20, 20), (30, 10), (44, 44))
    assert flood(habits, TODAY, 200, 101)
    assert not flood(habits, TODAY, 200, 100)


@pytest.mark.parametrize("new", [1, 19, 20, 40])
def test_what_a_batch_feed_shows_every_day_is_no_flood(new: int) -> None:
    assert not flood(past(*[(20, 20)] * 6), TODAY, new, new)


def test_a_source_without_habits_is_never_held() -> None:
    assert not flood(past(*[(100, 1)] * 4), TODAY, 1000, 1000)


def test_after_a_pause_there_may_be_as_much_more() -> None:
    habits = [(100, 10)] * 6
    assert flood(past(*habits), TODAY, 100, 90)
    assert not flood(past(*habits, ago=9), TODAY, 100, 90)


@given(
    runs=st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 3000)), max_size=8),
    new=st.integers(0, 19),
)
def test_a_handful_of_papers_is_never_a_flood(runs: list[tuple[int, int]], new: int) -> None:
    assert not flood(past(*runs), TODAY, 3000, new)


def test_an_issue_a_month_is_no_flood() -> None:
    issues = [(TODAY - dt.timedelta(days=30 * number), 25, 25) for number in range(1, 7)]
    assert not flood(issues, TODAY, 25, 25)


def test_a_longer_pause_than_usual_brings_more_and_a_usual_one_does_not() -> None:
    weekly = [(TODAY - dt.timedelta(days=7 * number), 100, 30) for number in range(1, 7)]
    assert flood(weekly, TODAY, 100, 90)
    assert not flood(weekly, TODAY + dt.timedelta(days=14), 100, 90)


def test_a_clock_before_the_newest_edition_is_not_trusted() -> None:
    zone, now = ZoneInfo("Asia/Tokyo"), dt.datetime(2026, 3, 19, 16, tzinfo=dt.UTC)  # the 20th
    day = dt.timedelta(days=1)
    assert "2026-03-22" in (behind(TODAY + 2 * day, zone, now) or "")
    for newest in (None, TODAY - day, TODAY, TODAY + day):
        assert behind(newest, zone, now) is None
