"""How long a round waits, how it is asked to stop, and what it says meanwhile."""

from __future__ import annotations

import pytest

from digest.delivery.patience import CHANCES, Patience
from digest.delivery.progress import Progress, in_words
from digest.delivery.stopping import GRACE, Stop


def test_a_server_that_was_never_there_gets_no_second_chance() -> None:
    patience = Patience(0)
    patience.told(0)
    assert patience.with_server() == 0


def test_a_server_that_took_something_gets_a_few_and_all_of_them_anew_when_it_comes_back() -> None:
    patience = Patience(0)
    patience.told(3)
    assert [patience.with_server() for _ in range(4)] == [*CHANCES, 0]
    patience.told(4)
    assert patience.with_server() == CHANCES[0]


def test_the_rates_are_waited_for_as_long_as_messages_go_out_now_and_then() -> None:
    patience = Patience(0)
    for attempts in range(1, 9):
        patience.told(attempts)
        assert patience.with_rates(60) == 60
    assert patience.with_rates(60) == 0


def test_a_stop_leaves_some_seconds_however_often_it_is_asked_for() -> None:
    now = [100.0]
    stop = Stop(lambda: now[0])
    assert not stop.asked
    assert stop.left() == float("inf")
    stop.ask()
    now[0] += 3
    stop.ask()
    assert stop.asked
    assert stop.left() == GRACE - 3
    now[0] += GRACE
    assert stop.left() < 0


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    now, told = [0.0], list[str]()
    progress = Progress("2026-03-02", 1_500, lambda: now[0], told.append)
    for _ in range(1_500):
        now[0] += 0.01
        progress.count(1)
    assert len(told) in range(60, 80)
    assert told[0].startswith("2026-03-02: 20 of 1,500, 100 a second, 15 s left")
    assert told[-1] == "2026-03-02: 1,500 of 1,500, 100 a second, 0 s left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7_500, "2 h 5 min"), (86_400, "24 h 0 min")],
)
def test_times_are_said_as_long_as_they_take_to_say(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
