"""Soft bounces in a short time count as one for good; far apart, they are forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.bouncing import SOFT_LIMIT, charged

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def score_after(times: int, apart: dt.timedelta) -> float:
    score, at = 0.0, None
    for number in range(times):
        now = NOW + number * apart
        score, at = charged(score, at, now), now
    return score


def test_the_first_counts_one() -> None:
    assert charged(0.0, None, NOW) == 1.0


def test_a_score_halves_in_a_fortnight() -> None:
    assert charged(2.0, NOW, NOW + dt.timedelta(days=14)) == pytest.approx(2.0)


@pytest.mark.parametrize(("days", "enough"), [(0, 3), (1, 4), (3, 4)])
def test_so_many_that_come_so_often_are_enough(days: int, enough: int) -> None:
    apart = dt.timedelta(days=days)
    assert score_after(enough - 1, apart) < SOFT_LIMIT <= score_after(enough, apart)


def test_one_a_fortnight_is_never_enough() -> None:
    assert score_after(1000, dt.timedelta(days=14)) < SOFT_LIMIT


@given(score=st.floats(0, 10), days=st.integers(-400, 400))
def test_no_clock_makes_a_score_grow_by_more_than_one(score: float, days: int) -> None:
    after = charged(score, NOW, NOW + dt.timedelta(days=days))
    assert after >= 1.0  # the new one counts whole
    assert after <= score + 1.0  # the old ones never for more than they did
