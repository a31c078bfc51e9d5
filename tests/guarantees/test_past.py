"""A backup from yesterday, and a clock that is wrong (A10, B2)."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.guarantees.scene import Scene, killed, slow


def back_up(scene: Scene, to: Path, *, whole: bool = False) -> None:
    """The database as SQLite itself copies it; or the whole folder, as file backups do."""
    if whole:
        shutil.copytree(scene.folder / "state", to)
        return
    to.mkdir()
    with (
        closing(sqlite3.connect(scene.folder / "state" / "digest.db")) as source,
        closing(sqlite3.connect(to / "digest.db")) as target,
    ):
        source.backup(target)


def restore(scene: Scene, to: Path, *, whole: bool = False) -> None:
    state = scene.folder / "state"
    if whole:
        shutil.rmtree(state)
        shutil.copytree(to, state)
        return
    for name in ("digest.db", "digest.db-wal", "digest.db-shm"):
        (state / name).unlink(missing_ok=True)
    shutil.copy(to / "digest.db", state / "digest.db")


def held(scene: Scene, *arguments: str, day: int) -> None:
    """Nothing is sent, in words and with the way on."""
    before = len(scene.receiver.accepted)
    answer = scene.process(*arguments, day=day)
    assert answer.code == 3, answer
    assert "--force" in answer.err
    assert len(scene.receiver.accepted) == before


@pytest.mark.parametrize("day", [1, *slow(2)])
@pytest.mark.parametrize("whole", [False, *slow(True)])
def test_yesterday_s_backup_sends_nothing_until_it_is_forced(
    scene: Scene, tmp_path: Path, whole: bool, day: int
) -> None:
    """On the evening of day 1, and on the next morning."""
    scene.publish()
    scene.home.digest("run", now=scene.now())
    back_up(scene, tmp_path / "backup", whole=whole)
    scene.publish(1)
    scene.home.digest("run", now=scene.now(1))
    scene.check()
    restore(scene, tmp_path / "backup", whole=whole)
    scene.publish(2)
    held(scene, "run", day=day)
    answer = scene.process("run", "--force", day=day)
    assert answer.code == 0, answer
    assert set(scene.received().values()) == {3}


def test_a_backup_from_before_an_edition_was_delivered_sends_nothing_until_it_is_forced(
    scene: Scene, tmp_path: Path
) -> None:
    scene.make()
    back_up(scene, tmp_path / "backup")
    scene.deliver()
    restore(scene, tmp_path / "backup")
    for command in ("deliver", "run"):
        held(scene, command, day=0)
    assert scene.process("deliver", "--force").code == 0
    assert set(scene.received().values()) == {2}


@pytest.mark.slow
def test_a_backup_from_the_middle_of_a_delivery_sends_nothing_until_it_is_forced(
    scene: Scene, tmp_path: Path
) -> None:
    scene.make()
    scene.deliver("--limit", "15")
    back_up(scene, tmp_path / "backup")
    scene.deliver("--limit", "15")
    restore(scene, tmp_path / "backup")
    held(scene, "deliver", day=0)


@pytest.mark.slow
def test_a_backup_is_told_even_where_the_sender_after_it_was_killed(
    scene: Scene, tmp_path: Path
) -> None:
    scene.make()
    back_up(scene, tmp_path / "backup")
    scene.receiver.listen({"dot": ["slow 0.05 250 ok", "..."]})
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted", 25)
    killed(process)
    scene.receiver.quiet()  # what was on its way to it when the sender died has come
    restore(scene, tmp_path / "backup")
    held(scene, "deliver", day=0)


# Clocks


def test_a_clock_that_goes_back_a_day_doubles_nothing(scene: Scene) -> None:
    for day in range(2):
        scene.publish(day)
        scene.home.digest("run", now=scene.now(day))
    scene.publish(2)
    before = scene.received()
    assert scene.process("run", day=0).code in {0, 3}
    assert scene.received() == before
    assert len(scene.home.editions()) == 2
    assert scene.process("run", day=2).code == 0
    scene.check()
    assert len(scene.home.keys()) == len(set(scene.home.keys()))


def test_a_clock_that_goes_back_in_the_middle_of_a_delivery_doubles_nothing(scene: Scene) -> None:
    scene.make(1)
    scene.deliver("--limit", "15", day=1)
    scene.deliver("--limit", "10", day=0)
    scene.deliver(day=1)
    scene.check()


def test_a_clock_a_month_ahead_sends_nothing_old_and_what_was_pending_can_still_go(
    scene: Scene,
) -> None:
    scene.make()
    answer = scene.process("deliver", day=30)
    assert not scene.receiver.accepted
    assert answer.code in {0, 3}
    scene.home.digest("run", "--force", "--date", "2026-01-05", now=scene.now())
    scene.check()
    assert scene.states() == {"sent": len(scene.readers)}


def test_an_edition_held_for_its_age_goes_when_it_is_released(scene: Scene) -> None:
    scene.make()
    held(scene, "deliver", day=2)
    scene.home.digest("run", "--force", "--date", "2026-01-05", now=scene.now(2))
    scene.check()


@pytest.mark.slow
def test_a_clock_that_was_a_month_ahead_for_a_run_holds_the_days_after_it(scene: Scene) -> None:
    scene.publish()
    scene.home.digest("run", now=scene.now())
    scene.publish(1)
    scene.home.digest("run", now=scene.now(30))
    scene.publish(2)
    held(scene, "run", day=1)
    scene.process("run", "--force", day=1)
    scene.check()
    assert len(scene.home.keys()) == len(set(scene.home.keys()))
