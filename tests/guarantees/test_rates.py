"""How fast mail goes out, as the receiving end sees it (A12)."""

from __future__ import annotations

import time

import pytest

from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, killed, some
from tests.home import ended

# What left a little late may arrive right after what left a little early.
SLACK = 0.1  # seconds


def busiest(receiver: Receiver, seconds: float, domain: str = "") -> int:
    """The most messages that were taken within any window of so many seconds."""
    times = [event.at for event in receiver.accepted if event.recipient.endswith(domain)]
    return max(
        sum(begin <= at < begin + seconds - SLACK for at in times) for begin in [*times, 0.0]
    )


def test_a_rate_is_kept_over_several_connections(scene: Scene) -> None:
    scene.real_time = True
    scene.configure('rate = ["20/second"]\n')
    scene.make()
    answer = ended(scene.start("deliver"))
    assert answer.code == 0, answer
    scene.check()
    assert busiest(scene.receiver, 1) <= 20


def test_a_rate_is_kept_across_deaths_and_restarts(scene: Scene) -> None:
    scene.configure('rate = ["30/minute"]\n')
    scene.make()
    for number in (8, 16):
        process = scene.start("deliver")
        scene.receiver.wait_for("accepted", number)
        killed(process)
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted", 20)
    time.sleep(0.5)
    killed(process)
    scene.receiver.quiet()
    assert len(scene.receiver.accepted) <= 30


@pytest.mark.slow
def test_a_rate_is_kept_by_several_senders_together(scene: Scene) -> None:
    scene.configure('rate = ["25/minute"]\n')
    scene.make()
    senders = [scene.start("deliver") for _ in range(3)]
    scene.receiver.wait_for("accepted", 20)
    time.sleep(0.5)
    for sender in senders:
        sender.terminate()
        ended(sender)
    scene.receiver.quiet()
    assert len(scene.receiver.accepted) <= 25


def test_a_rate_of_one_domain_holds_up_no_other(scene: Scene) -> None:
    scene.readers = [*some(30), *(f"reader{at}@other.example" for at in range(10))]
    scene.configure('domain_rate = ["12/minute"]\n')
    scene.make()
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted", 22)
    time.sleep(0.3)
    process.terminate()
    ended(process)
    received = scene.received()
    assert sum(received[one] for one in scene.readers if one.endswith("@example.org")) == 12
    assert sum(received[one] for one in scene.readers if one.endswith("@other.example")) == 10


@pytest.mark.slow
def test_what_a_death_left_unanswered_counts_within_the_rate(scene: Scene) -> None:
    scene.configure('rate = ["15/minute"]\n')
    scene.make()
    for _ in range(3):
        assert scene.process("deliver", DIGEST_FAILPOINT="after-dot:3").code == -9
    process = scene.start("deliver")
    time.sleep(1.5)
    killed(process)
    scene.receiver.quiet()
    assert 7 <= len(scene.receiver.accepted) <= 15


@pytest.mark.slow
def test_a_clock_that_is_set_back_lets_no_more_go(scene: Scene) -> None:
    scene.configure('rate = ["20/minute"]\n')
    scene.make()
    for day, number in ((1, 20), (0, 20)):
        process = scene.start("deliver", day=day)
        scene.receiver.wait_for("accepted", number)
        time.sleep(1)
        process.terminate()
        ended(process)
    assert len(scene.receiver.accepted) == 20


@pytest.mark.slow
def test_three_windows_hold_at_once_through_deaths(scene: Scene) -> None:
    scene.real_time = True
    scene.readers = some(120)
    scene.configure('rate = ["10/second", "60/minute", "100/hour"]\n')
    scene.make()
    begun, kills = time.monotonic(), 0
    while time.monotonic() - begun < 75:
        process = scene.start("deliver")
        time.sleep(4)
        killed(process)
        kills += 1
    scene.receiver.quiet()
    assert busiest(scene.receiver, 1) <= 10
    assert busiest(scene.receiver, 60) <= 60
    assert 60 < len(scene.receiver.accepted) <= 100
    print(  # noqa: T201 - for -rP
        f"{kills} deaths; at most {busiest(scene.receiver, 1)} a second,"
        f" {busiest(scene.receiver, 60)} a minute, {len(scene.receiver.accepted)} in all"
    )
