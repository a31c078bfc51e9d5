"""Backups, exports and vacuums, killed or put back: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import random
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from digest.store.database import database
from tests.guarantees.scene import Scene, killed, slow


def sound(scene: Scene) -> bool:
    """Whether the database is whole."""
    with closing(database(scene.url).connect()) as connection:
        return [*connection.execute("PRAGMA integrity_check")] == [("ok",)]


def grow(scene: Scene) -> None:
    """Make the database so large that it is copied in two parts."""
    with closing(database(scene.url).connect()) as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            " INSERT INTO machine_summary SELECT i, 99999, hex(zeroblob(2000)) FROM n"
        )


def two_days(scene: Scene, tmp_path: Path) -> str:
    """A backup of the first day, which the second is not in."""
    scene.publish()
    assert scene.process("run").code == 0
    file = str(tmp_path / "backup")
    assert scene.process("backup", file).code == 0
    scene.publish(1)
    assert scene.process("run", day=1).code == 0
    return file


def test_a_restored_backup_sends_nothing_until_it_is_forced(scene: Scene, tmp_path: Path) -> None:
    file = two_days(scene, tmp_path)
    answer = scene.process("restore", file, day=1)
    assert answer.code == 3
    assert "--force" in answer.err
    scene.check()
    assert scene.process("restore", "--force", file, day=1).code == 0
    for day in (1, 2):
        scene.publish(day)
        answer = scene.process("run", day=day)
        assert answer.code == 3
        assert "digest run --force" in answer.err
    assert set(scene.received().values()) == {2}
    assert scene.process("run", "--force", day=2).code == 0
    assert set(scene.received().values()) == {3}


def test_what_a_restored_backup_takes_for_open_is_sent_when_asked_alone(
    scene: Scene, tmp_path: Path
) -> None:
    """It may have been sent since, and here it was."""
    scene.make()
    file = str(tmp_path / "backup")
    scene.process("backup", file)
    scene.deliver()
    answer = scene.process("restore", "--force", file, day=1)
    assert "digest deliver --resend-uncertain" in answer.out
    assert scene.process("deliver").code == 0
    scene.check(uncertain=len(scene.readers))
    assert scene.process("deliver", "--resend-uncertain", "--yes").code == 0
    assert set(scene.received().values()) == {2}


@pytest.mark.slow
def test_what_an_import_takes_for_open_is_sent_when_asked_alone(
    scene: Scene, postgresql_url: str, tmp_path: Path
) -> None:
    scene.make()
    file = str(tmp_path / "export")
    scene.process("export", file)
    scene.deliver()
    moved = {"DIGEST_STATE__URL": postgresql_url}
    assert scene.process("import", file, **moved).code == 0
    assert scene.process("deliver", **moved).code == 0
    scene.check()
    assert scene.process("deliver", "--resend-uncertain", "--yes", **moved).code == 0
    assert set(scene.received().values()) == {2}


@pytest.mark.parametrize(
    "point",
    ["mid-copy:5", *slow("mid-copy", "mid-copy:3", "before-rename", "after-restore")],
)
def test_a_death_in_a_restore_leaves_the_old_database_or_the_new(
    scene: Scene, tmp_path: Path, point: str
) -> None:
    scene.publish()
    assert scene.process("run").code == 0
    grow(scene)
    file = two_days(scene, tmp_path)
    answer = scene.process("restore", "--force", file, day=1, DIGEST_FAILPOINT=point)
    assert answer.code == -9, answer
    assert sound(scene)
    assert len({row.date for row in scene.rows()}) == (1 if point == "after-restore" else 2)
    assert scene.process("restore", "--force", file, day=1).code == 0
    assert len({row.date for row in scene.rows()}) == 1


def test_a_death_while_a_damaged_database_is_replaced_is_noticed(
    scene: Scene, tmp_path: Path
) -> None:
    file = two_days(scene, tmp_path)
    (scene.folder / "state" / "digest.db").write_bytes(b"nonsense" * 1_000)
    answer = scene.process("restore", file, day=1, DIGEST_FAILPOINT="before-restore")
    assert answer.code == -9
    scene.publish(2)
    assert scene.process("run", day=2).code == 3
    assert set(scene.received().values()) == {2}
    assert scene.process("restore", file, day=1).code == 0
    assert sound(scene)


@pytest.mark.slow
def test_deaths_at_random_times_of_a_restore_leave_the_old_database_or_the_new(
    scene: Scene, tmp_path: Path
) -> None:
    file = two_days(scene, tmp_path)
    later = str(tmp_path / "later")
    assert scene.process("backup", later, day=1).code == 0
    chance, begun = random.Random(7), time.monotonic()
    assert scene.process("restore", "--force", file, day=1).code == 0
    seconds, deaths = time.monotonic() - begun, 0
    while deaths < 40:
        process = scene.start("restore", "--force", chance.choice([file, later]), day=1)
        try:
            process.communicate(timeout=chance.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            killed(process)
            deaths += 1
        assert sound(scene)
        assert len({row.date for row in scene.rows()}) in {1, 2}
    print(f"{deaths} deaths")  # noqa: T201 # a figure of docs/guarantees.md


@pytest.mark.parametrize("point", ["mid-copy", *slow("before-rename")])
def test_a_death_in_a_backup_leaves_the_last_one(scene: Scene, tmp_path: Path, point: str) -> None:
    file = two_days(scene, tmp_path)
    before = Path(file).read_bytes()
    answer = scene.process("backup", "--force", file, day=1, DIGEST_FAILPOINT=point)
    assert answer.code == -9
    assert Path(file).read_bytes() == before
    assert scene.process("backup", "--force", file, day=1).code == 0
    assert Path(file).read_bytes() != before
    assert [one.name for one in tmp_path.glob("backup*")] == ["backup"]


@pytest.mark.parametrize("kind", ["sqlite", *slow("postgresql")])
def test_a_death_in_an_import_leaves_nothing_of_it(
    scene: Scene, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    two_days(scene, tmp_path)
    file = str(tmp_path / "export")
    assert scene.process("export", file, day=1).code == 0
    url = f"sqlite:///{tmp_path}/other.db"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    moved = {"DIGEST_STATE__URL": url}
    answer = scene.process("import", file, day=1, DIGEST_FAILPOINT="mid-import", **moved)
    assert answer.code == -9
    assert scene.process("status", **moved).out.startswith("daily-papers: 0 editions")
    assert scene.process("import", file, day=1, **moved).code == 0
    assert scene.process("status", **moved).out.startswith("daily-papers: 2 editions")


def test_a_death_in_a_vacuum_leaves_the_books_as_they_were(scene: Scene) -> None:
    for day in (0, 1):
        scene.publish(day)
        assert scene.process("run", day=day).code == 0
    books = scene.books()
    assert scene.process("vacuum", day=400, DIGEST_FAILPOINT="after-forgetting").code == -9
    assert len(scene.rows()) == len(scene.readers)
    assert scene.books() == books
    assert scene.process("vacuum", day=400).code == 0
    assert not scene.rows()
    assert scene.books() == books
    assert scene.process("deliver", "--resend-uncertain", "--yes", "--force", day=400).code == 0
    scene.publish(2)
    assert scene.process("run", day=401).code == 0
    assert set(scene.received().values()) == {3}


def test_a_vacuum_beside_a_run_holds_up_neither(scene: Scene) -> None:
    scene.publish()
    assert scene.process("run").code == 0
    scene.publish(1)
    running = scene.start("run", day=1)
    while running.returncode is None:
        assert scene.process("vacuum", day=400).code == 0
    running.communicate()
    assert running.returncode == 0
    assert set(scene.received().values()) == {2}
