"""Several senders at once, and senders that are paused or asked to stop (A7, A11)."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.forks import Fork
from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, killed, slow, some
from tests.home import ended

SLOW = {"dot": ["slow 0.02 250 2.0.0 queued", "..."]}  # so that senders are at work together
both = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
both_slowly = pytest.mark.parametrize("database", ["sqlite", *slow("postgresql")])


@pytest.fixture
def shared(
    tmp_path: Path, receiver: Receiver, database: str, request: pytest.FixtureRequest
) -> Scene:
    """A scene on each kind of database."""
    state = request.getfixturevalue("postgresql") if database == "postgresql" else ""
    return Scene(tmp_path / "home", receiver, readers=some(60), connections=2, state=state)


@both
@pytest.mark.parametrize("senders", [3, *slow(2)])
def test_senders_at_once_share_the_work_and_double_nothing(shared: Scene, senders: int) -> None:
    shared.make(readers=some(240))  # one claims 100 at once
    shared.receiver.listen({"dot": ["slow 0.01 250 2.0.0 queued", "..."]})
    processes = [shared.start("deliver") for _ in range(senders)]
    for process in processes:
        answer = ended(process)
        assert answer.code == 0, answer
    shared.check()
    busy = {event.connection for event in shared.receiver.accepted}
    assert len(busy) > shared.connections


@both_slowly
def test_runs_in_the_same_second_make_one_edition(shared: Scene) -> None:
    shared.publish()
    shared.receiver.listen(SLOW)
    answers = [ended(process) for process in [shared.start("run") for _ in range(3)]]
    assert {answer.code for answer in answers} == {0}
    shared.home.digest("run", now=shared.now())
    assert len(shared.home.editions()) == 1
    shared.check()


@pytest.mark.slow
def test_two_machines_with_one_database_deliver_one_edition_once(
    tmp_path: Path, receiver: Receiver, postgresql: str
) -> None:
    receiver.listen(SLOW)
    machines = [
        Scene(tmp_path / name, receiver, connections=2, state=postgresql) for name in ("one", "two")
    ]
    for machine in machines:
        machine.publish()
    answers = [ended(process) for process in [machine.start("run") for machine in machines]]
    assert {answer.code for answer in answers} == {0}
    machines[0].home.digest("deliver", now=machines[0].now())
    machines[0].check()
    assert len(machines[0].rows()) == len(machines[0].readers)


def paused(scene: Scene) -> Fork:
    """A sender that was stopped while it waited for the answers to two final dots.

    Within a transaction it would hold up everybody on SQLite, who would say so and end.
    """
    scene.receiver.listen({"dot": ["250 2.0.0 queued"] * 10 + ["slow 1 250 2.0.0 queued"] * 2})
    sender = scene.start("deliver")
    scene.receiver.wait_for("accepted", 10)
    time.sleep(0.3)
    sender.send_signal(signal.SIGSTOP)
    return sender


@both_slowly
def test_a_sender_that_wakes_after_its_lease_ended_doubles_nothing(shared: Scene) -> None:
    shared.make()
    sender = paused(shared)
    other = shared.process("deliver", day=1)  # a day later
    assert len(shared.receiver.accepted) >= len(shared.readers) - shared.connections, other
    sender.send_signal(signal.SIGCONT)
    ended(sender)
    shared.check(uncertain=shared.connections)


@pytest.mark.slow
@both_slowly
def test_what_a_living_sender_holds_is_not_taken_from_it(shared: Scene) -> None:
    shared.make()
    sender = paused(shared)
    assert shared.process("deliver").code == 0  # at the same time, within the lease
    assert len(shared.receiver.accepted) <= 12
    sender.send_signal(signal.SIGCONT)
    assert ended(sender).code == 0
    shared.check()


@both_slowly
def test_what_a_dead_sender_held_is_taken_over_at_once(shared: Scene) -> None:
    shared.make()
    shared.receiver.listen(SLOW)
    process = shared.start("deliver")
    shared.receiver.wait_for("accepted", 10)
    killed(process)
    shared.deliver()
    shared.check(uncertain=shared.connections)


@pytest.mark.slow
@both
def test_three_senders_that_die_and_come_back_lose_and_double_nothing(shared: Scene) -> None:
    shared.readers = some(500)
    shared.configure()
    shared.make()
    shared.receiver.listen({"dot": ["slow 0.05 250 2.0.0 queued", "..."]})
    chance, kills = random.Random(7), 0
    senders: list[Fork] = []
    while len(shared.receiver.accepted) < 450 and kills < 20:
        while len(senders) < 3:
            senders.append(shared.start("deliver"))
        time.sleep(chance.uniform(0.3, 1))
        killed(senders.pop(chance.randrange(3)))
        kills += 1
        senders = [process for process in senders if process.returncode is None]
    for process in senders:
        ended(process)
    shared.deliver()
    shared.check(uncertain=kills * shared.connections)
    print(f"{kills} deaths among three senders, {shared.states()}")  # noqa: T201 - for -rP


# A11: asked to stop


def test_a_sender_asked_to_stop_finishes_what_is_in_hand(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({"dot": ["slow 0.3 250 2.0.0 queued", "..."]})
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted", 4)
    process.terminate()
    begun = time.monotonic()
    answer = ended(process)
    assert time.monotonic() - begun < 3
    assert answer.code == 0
    sent = len(scene.receiver.accepted)
    assert scene.states() == {"sent": sent, "pending": len(scene.readers) - sent}
    scene.receiver.listen()
    scene.deliver()
    scene.check()


@pytest.mark.slow
@pytest.mark.parametrize("position", ["connect", "RCPT", "DATA", "dot"])
def test_a_sender_asked_to_stop_stops_within_ten_seconds_whatever_the_server_does(
    scene: Scene, position: str
) -> None:
    scene.make()
    scene.receiver.listen({position: ["hang", "..."]})
    process = scene.start("deliver")
    scene.receiver.wait_for("connected")
    time.sleep(1)
    process.terminate()
    begun = time.monotonic()
    unsure = scene.connections if position == "dot" else 0
    assert ended(process).code == int(unsure > 0)
    assert time.monotonic() - begun < 10
    assert scene.states().get("uncertain", 0) == unsure
    scene.receiver.listen()
    scene.deliver()
    scene.check(uncertain=unsure)


@pytest.mark.slow
def test_a_run_asked_to_stop_at_any_time_loses_and_doubles_nothing(scene: Scene) -> None:
    chance = random.Random(11)
    scene.receiver.listen({"dot": ["slow 0.02 250 2.0.0 queued", "..."]})
    for day in range(12):
        scene.publish(day)
        process = scene.start("run", day=day)
        time.sleep(chance.uniform(0, 1.5))
        process.terminate()
        begun = time.monotonic()
        ended(process)
        assert time.monotonic() - begun < 10
        scene.home.digest("run", now=scene.now(day))
    scene.check()
