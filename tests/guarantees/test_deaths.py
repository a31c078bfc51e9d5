"""kill -9 at every step and at any time, over several connections (A1)."""

from __future__ import annotations

import random
import re
import subprocess
import time
from pathlib import Path

import pytest

import digest
import tests
from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, killed, slow, some

CONNECTIONS = 4

# The fail-points of a whole run, with the pass at which to die: the first, one in the middle of
# 500 messages, and the last where each message passes.
ONCE = ["after-gather", "mid-commit", "before-commit", "after-commit"]
ONCE += ["mid-archive", "after-archive"]
OFTEN = ["after-claim", "after-mail", "after-rcpt", "after-data", "before-settle", "after-settle"]
EACH = ["before-dot", "after-dot", "after-reply"]


def large(folder: Path, receiver: Receiver, *, state: str = "") -> Scene:
    """An edition to 500 readers."""
    return Scene(folder, receiver, readers=some(500), connections=CONNECTIONS, state=state)


def test_every_failpoint_in_the_program_is_died_at_by_some_test() -> None:
    points = set(re.findall(r'failpoint\("([a-z-]+)"\)', code(Path(digest.__file__).parent)))
    tested = set(re.findall(r'"([a-z-]+)(?::\d+)?"', code(Path(tests.__file__).parent)))
    assert points <= tested


def code(folder: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))


def die(scene: Scene, point: str) -> None:
    """Day 0 undisturbed, day 1 with a death; then go on."""
    scene.publish()
    assert scene.home.digest("run", now=scene.now()).code == 0
    scene.publish(1)
    died = scene.process("run", day=1, DIGEST_FAILPOINT=point)
    assert died.code == -9, died.err
    scene.home.digest("run", now=scene.now(1))
    scene.check(uncertain=scene.connections)


@pytest.mark.parametrize("point", ["after-claim", *slow("before-dot:7"), "after-dot:7"])
def test_a_death_in_the_middle_of_several_connections_loses_and_doubles_nothing(
    scene: Scene, point: str
) -> None:
    die(scene, point)


@pytest.mark.slow
@pytest.mark.parametrize(
    "point",
    [*ONCE, *OFTEN, *(f"{point}:{number}" for point in EACH for number in (1, 250, 500))],
)
def test_a_death_at_any_failpoint_of_a_large_edition_loses_and_doubles_nothing(
    tmp_path: Path, receiver: Receiver, point: str
) -> None:
    die(large(tmp_path / "home", receiver), point)


def deaths(scene: Scene, seed: int, number: int) -> None:
    """Editions day after day, each run killed at a random time until it comes to its end."""
    chance, kills, during, day = random.Random(seed), 0, 0, 0
    scene.publish()
    begun = time.monotonic()
    assert scene.process("run").code == 0
    seconds = time.monotonic() - begun
    while kills < number:
        day += 1
        scene.publish(day)
        ended = False
        while not ended:  # which comes ever sooner, as ever less is left to do
            before = len(scene.receiver.accepted)
            process = scene.start("run", day=day)
            try:
                process.communicate(timeout=chance.uniform(0, 0.7 * seconds))
                ended = True
            except subprocess.TimeoutExpired:
                killed(process)
                kills += 1
                after = len(scene.receiver.accepted)
                during += before < after < (day + 1) * len(scene.readers)
    scene.check(uncertain=kills * scene.connections)
    keys = scene.home.keys()
    assert len(keys) == len(set(keys)) == 3 * day + 4
    uncertain = scene.states().get("uncertain", 0)
    print(  # noqa: T201 - for -rP
        f"seed {seed}: {kills} deaths, {during} of them between the first and the last message,"
        f" {day} editions, {len(scene.rows())} deliveries, {uncertain} uncertain, lost 0, doubled 0"
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_two_hundred_deaths_at_random_times_lose_and_double_nothing(
    tmp_path: Path, receiver: Receiver, seed: int
) -> None:
    deaths(large(tmp_path / "home", receiver), seed, 25)


@pytest.mark.slow
def test_deaths_at_random_times_lose_and_double_nothing_on_postgresql(
    tmp_path: Path, receiver: Receiver, postgresql: str
) -> None:
    deaths(large(tmp_path / "home", receiver, state=postgresql), 100, 25)
