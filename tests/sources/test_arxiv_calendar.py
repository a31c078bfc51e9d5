"""arXiv's calendar: what was submitted when is announced on which day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.sources import arxiv_calendar as calendar

days = st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31))
announced = days.filter(calendar.announces)
WEEK = [dt.date(2026, 4, 20) + dt.timedelta(days=at) for at in range(7)]


def eastern(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=calendar.EASTERN)


def after(day: dt.date) -> dt.date:
    day += dt.timedelta(days=1)
    while not calendar.announces(day):
        day += dt.timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-04-20", "2026-04-16T14:00", "2026-04-17T14:00"),  # Monday: Thursday to Friday
        ("2026-04-21", "2026-04-17T14:00", "2026-04-20T14:00"),  # Tuesday: over the week-end
        ("2026-04-22", "2026-04-20T14:00", "2026-04-21T14:00"),
        ("2026-04-24", "2026-04-22T14:00", "2026-04-23T14:00"),
        ("2026-03-10", "2026-03-06T14:00", "2026-03-09T14:00"),  # summer time begins: 71 hours
        ("2026-11-03", "2026-10-30T14:00", "2026-11-02T14:00"),  # and ends: 73 hours
        ("2026-01-21", "2026-01-16T14:00", "2026-01-20T14:00"),  # after Martin Luther King Day
        ("2026-11-30", "2026-11-25T14:00", "2026-11-27T14:00"),  # after Thanksgiving
    ],
)
def test_a_days_papers_were_submitted_up_to_the_deadline_before_it(
    day: str, first: str, last: str
) -> None:
    assert calendar.submitted(dt.date.fromisoformat(day)) == (eastern(first), eastern(last))


def test_the_submission_times_change_with_the_clocks() -> None:
    hours = [calendar.deadline(dt.date(2026, month, 4)).hour for month in (3, 5, 11, 12)]
    assert hours == [19, 18, 19, 19]


@given(day=announced)
def test_one_announcement_takes_on_where_the_last_one_ended(day: dt.date) -> None:
    assert calendar.submitted(day)[1] == calendar.submitted(after(day))[0]


@given(day=announced, share=st.floats(0, 0.999))
def test_every_moment_belongs_to_one_announcement(day: dt.date, share: float) -> None:
    first, last = calendar.submitted(day)
    moment = first + share * (last - first)
    near = [day + dt.timedelta(days=ago) for ago in range(-10, 11)]
    found = [
        one
        for one in filter(calendar.announces, near)
        if calendar.submitted(one)[0] <= moment < calendar.submitted(one)[1]
    ]
    assert found == [day]


@given(day=announced)
def test_papers_are_announced_in_the_night_after_their_deadline_or_the_week_end(
    day: dt.date,
) -> None:
    wait = calendar.midnight(day) - calendar.deadline(day)
    assert dt.timedelta(hours=10) == wait or day.weekday() == 0
    assert wait <= dt.timedelta(hours=59)  # as the clocks go back


def test_week_ends_and_holidays_have_no_announcement() -> None:
    assert [calendar.announces(day) for day in WEEK] == [True] * 5 + [False] * 2
    # https://info.arxiv.org/help/availability.html: evenings of 2025 and 2026 without one.
    evenings = """
        2025-01-01 2025-01-20 2025-06-19 2025-07-06 2025-09-01 2025-11-27
        2026-01-01 2026-01-19 2026-09-07 2026-11-26 2026-12-29 2026-12-31
    """
    for text in evenings.split():
        morning = dt.date.fromisoformat(text) + dt.timedelta(days=1)
        assert calendar.on_holiday(morning), text
        assert not calendar.announces(morning)


@given(day=days)
def test_a_feed_read_the_day_before_leaves_nothing_missed(day: dt.date) -> None:
    now = calendar.midnight(day) + dt.timedelta(hours=7)
    assert calendar.missed(now - dt.timedelta(hours=23), now) == []
    assert calendar.missed(now, now) == []


@given(day=days, gap=st.integers(0, 400))
def test_missed_are_the_week_days_between_of_the_last_month(day: dt.date, gap: int) -> None:
    now = calendar.midnight(day) + dt.timedelta(hours=7)
    read = calendar.midnight(day - dt.timedelta(days=gap)) + dt.timedelta(hours=1)
    expected = [
        one
        for ago in range(min(gap - 1, 31), 0, -1)
        if (one := day - dt.timedelta(days=ago)).weekday() < 5
    ]
    assert calendar.missed(read, now) == expected
