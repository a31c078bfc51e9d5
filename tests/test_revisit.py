"""When a URL that failed is asked again, and where one that moved is asked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import revisit
from digest.errors import FetchError, FileError, ParseError, SourceError
from digest.model.replies import Visit

NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NEVER = Visit(source="lab", url="https://example.org/feed")
GONE = FetchError("gone", status=410)


def failing(times: int, error: SourceError, every: dt.timedelta = DAY) -> Visit:
    visit = NEVER
    for turn in range(times):
        visit = revisit.failed(visit, NOW + turn * every, error)
    return visit


def test_a_url_never_asked_before_is_asked() -> None:
    assert revisit.barred(NEVER, NOW) is None


@pytest.mark.parametrize("error", [FetchError("x", status=503), ParseError("x")])
def test_the_first_two_failures_change_nothing(error: FetchError) -> None:
    assert revisit.barred(failing(2, error, every=dt.timedelta()), NOW) is None


def test_what_keeps_failing_is_left_alone_for_ever_longer_but_asked_every_day() -> None:
    waits = []
    for times in range(3, 12):
        visit = failing(times, FetchError("x", status=404), every=dt.timedelta())
        assert visit.not_before
        waits.append((visit.not_before - NOW) / dt.timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 16, 20, 20, 20, 20]
    assert revisit.barred(visit, NOW + DAY) is None


@pytest.mark.parametrize("error", [ParseError("no feed"), FileError("no such file")])
def test_what_answers_and_a_file_may_be_mended_and_asked_at_any_time(error: SourceError) -> None:
    assert revisit.barred(failing(9, error), NOW + 8 * DAY) is None


@given(st.integers(1, 500), st.floats(-1e9, 1e15))
def test_nothing_keeps_a_url_from_the_next_days_run_but_being_gone(times: int, wait: float) -> None:
    visit = failing(times, FetchError("x", status=429, wait=wait), every=dt.timedelta())
    assert revisit.barred(visit, NOW + DAY) is None


def test_a_pause_that_a_site_asks_for_is_kept_and_said() -> None:
    visit = revisit.failed(NEVER, NOW, FetchError("x", status=503, wait=3600))
    assert "2026-03-02 08:30" in (revisit.barred(visit, NOW + dt.timedelta(minutes=59)) or "")
    assert revisit.barred(visit, NOW + dt.timedelta(hours=1)) is None


def test_gone_must_be_confirmed_on_three_runs_over_two_days() -> None:
    assert not revisit.barred(failing(2, GONE), NOW + 4 * DAY)
    assert "410" in (revisit.barred(failing(3, GONE), NOW + 4 * DAY) or "")
    three_at_once = failing(3, GONE, every=dt.timedelta(minutes=1))
    assert "gone for good" not in (revisit.barred(three_at_once, NOW + dt.timedelta(hours=3)) or "")


def test_another_answer_than_gone_begins_the_count_anew() -> None:
    visit = revisit.failed(failing(2, GONE), NOW + 2 * DAY, FetchError("x", status=500))
    visit = revisit.failed(visit, NOW + 3 * DAY, GONE)
    assert "410" not in (revisit.barred(visit, NOW + 9 * DAY) or "")


def test_a_good_answer_forgets_every_failure() -> None:
    visit = revisit.read(failing(7, GONE), NOW + 7 * DAY, 12, None)
    assert visit == Visit(source="lab", url=NEVER.url, read_at=NOW + 7 * DAY, papers=12)


def test_where_a_url_moved_is_believed_after_three_good_answers_from_there() -> None:
    visit, there = NEVER, "https://example.org/new"
    for turn in range(3):
        assert revisit.address(visit) is None
        visit = revisit.read(visit, NOW + turn * DAY, 3, there)
    assert revisit.address(visit) == there
    asked_there = revisit.read(visit, NOW + 4 * DAY, 3, None)
    assert revisit.address(asked_there) == there


def test_another_target_begins_the_count_anew() -> None:
    visit = NEVER
    for target in ("https://a.org/", "https://a.org/", "https://b.org/", "https://a.org/"):
        visit = revisit.read(visit, NOW, 3, target)
    assert revisit.address(visit) is None


def test_a_failure_where_it_moved_to_leads_back_to_the_configured_url() -> None:
    visit = NEVER
    for _ in range(3):
        visit = revisit.read(visit, NOW, 3, "https://a.org/")
    assert revisit.address(revisit.failed(visit, NOW, FetchError("x", status=404))) is None


def test_a_clock_that_was_wrong_by_years_bars_nothing() -> None:
    visit = failing(5, FetchError("x", status=503), every=dt.timedelta(days=700))
    assert revisit.barred(visit, NOW) is None
