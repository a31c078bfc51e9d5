"""A full disk, a database that cannot be written, and one that is damaged (A9)."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guarantees.disks import Disk, small_disk
from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, slow, some

MEGABYTE = 1 << 20
KILOBYTE = 1 << 10


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 8 * MEGABYTE) as disk:
        yield disk


@pytest.fixture
def cramped(tmp_path: Path, disk: Disk, receiver: Receiver) -> Scene:
    """A scene whose database is on the small disk; day 0 went well."""
    scene = Scene(tmp_path / "home", receiver, state=f"sqlite:///{disk.folder}/digest.db")
    scene.publish()
    assert scene.home.digest("run", now=scene.now()).code == 0
    return scene


def told_of_the_disk(scene: Scene, *arguments: str, day: int) -> bool:
    """Whether a command failed for want of room, in one line."""
    answer = scene.process(*arguments, day=day)
    assert "Traceback" not in answer.err
    if answer.code == 0:
        return False
    assert answer.code == 1, answer
    assert re.search("full|No space|disk I/O", answer.err), answer.err
    return True


def room(scene: Scene, disk: Disk, leave: int) -> bool:
    """Day 1 with so many bytes of room, then with enough. Whether the room was too small."""
    scene.publish(1)
    disk.fill(leave)
    failed = told_of_the_disk(scene, "run", day=1)
    disk.empty()
    assert scene.home.digest("run", now=scene.now(1)).code in {0, 1}
    scene.check(uncertain=scene.connections)
    assert len(scene.rows()) == 2 * len(scene.readers)
    assert len(scene.home.keys()) == len(set(scene.home.keys())) == 7
    return failed


@pytest.mark.parametrize("kilobytes", [160, *slow(0)])
def test_a_disk_that_is_full_loses_and_doubles_nothing(
    cramped: Scene, disk: Disk, kilobytes: int
) -> None:
    assert room(cramped, disk, kilobytes * KILOBYTE)


@pytest.mark.slow
def test_a_disk_that_fills_up_at_any_write_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """From no room at all, in steps of 64 KB, until there is enough."""
    kilobytes, failed, enough = 0, 0, 0
    while enough < 2:
        folder = tmp_path / f"{kilobytes}"
        folder.mkdir()
        with Receiver(folder) as receiver, small_disk(folder / "disk", 8 * MEGABYTE) as disk:
            state = f"sqlite:///{disk.folder}/digest.db"
            scene = Scene(folder / "home", receiver, readers=some(120), state=state)
            scene.publish()
            assert scene.home.digest("run", now=scene.now()).code == 0
            if room(scene, disk, kilobytes * KILOBYTE):
                failed += 1
            else:
                enough += 1
        kilobytes += 64
    assert failed > 8
    room_for_all = f"{kilobytes - 128} KB"
    print(f"{failed} sizes of room were too small, up to {room_for_all}")  # noqa: T201 - for -rP


def test_a_disk_that_fills_up_while_mail_goes_out_loses_and_doubles_nothing(
    cramped: Scene, disk: Disk
) -> None:
    cramped.connections = 1
    cramped.configure("messages_per_connection = 10\n")
    cramped.make(1)
    disk.fill(96 * KILOBYTE)
    assert told_of_the_disk(cramped, "deliver", day=1)
    sent = len(cramped.receiver.accepted) - len(cramped.readers)
    assert 0 < sent < len(cramped.readers)
    disk.empty()
    cramped.deliver(day=1)
    cramped.check(uncertain=cramped.connections)


def test_a_database_that_cannot_be_written_sends_nothing(cramped: Scene, disk: Disk) -> None:
    cramped.make(1)
    before = len(cramped.receiver.accepted)
    with disk.read_only():
        for command in ("run", "deliver"):
            answer = cramped.process(command, day=1)
            assert answer.code == 1
            assert "cannot be" in answer.err
            assert "Traceback" not in answer.err
    assert len(cramped.receiver.accepted) == before
    cramped.deliver(day=1)
    cramped.check()


# Damage


def database(scene: Scene) -> Path:
    return scene.folder / "state" / "digest.db"


def whole(scene: Scene) -> None:
    """Day 0 delivered, day 1 made, and all of it in the one file."""
    scene.publish()
    assert scene.home.digest("run", now=scene.now()).code == 0
    scene.make(1)
    with sqlite3.connect(database(scene)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def overwrite(scene: Scene, offset: int, data: bytes) -> None:
    with database(scene).open("r+b") as file:
        file.seek(offset)
        file.write(data)


def root(scene: Scene, table: str) -> tuple[int, int]:
    """Where a table or an index begins, and how long a page is; in bytes."""
    with sqlite3.connect(database(scene)) as connection:
        found = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    assert found, table
    return (found[0] - 1) * size, size


def refuses(scene: Scene, command: str) -> None:
    """Day 2 says what is wrong and how to go on; nothing is sent and nothing is new."""
    scene.publish(2)
    before = len(scene.receiver.accepted)
    answer = scene.process(command, day=2)
    assert answer.code in {1, 3}, answer
    assert "Traceback" not in answer.err
    assert "estore" in answer.err, answer.err
    assert len(scene.receiver.accepted) == before
    assert len(scene.home.editions()) == 2


TABLES = ["edition", "delivery", "newsletter", "reader", "seen", "alias", "paper"]
MAILED = TABLES[:4]  # without which no mail goes out


@pytest.mark.parametrize("table", [*TABLES[:2], *slow(*TABLES[2:])])
def test_a_damaged_table_is_refused_with_the_way_out_and_nothing_is_sent(
    scene: Scene, table: str
) -> None:
    whole(scene)
    offset, size = root(scene, table)
    overwrite(scene, offset, b"\xaa" * size)
    refuses(scene, "run")
    if table in MAILED:
        refuses(scene, "deliver")
    else:
        scene.deliver(day=1)
        assert set(scene.received().values()) == {2}


@pytest.mark.parametrize("where", ["head", *slow("rest")])
def test_a_database_that_was_cut_or_written_over_is_refused_with_the_way_out(
    scene: Scene, where: str
) -> None:
    whole(scene)
    if where == "head":
        overwrite(scene, 0, b"\x00" * 100)
    else:
        with database(scene).open("r+b") as file:
            file.truncate(3 * 4096)
    refuses(scene, "run")
    refuses(scene, "deliver")


@pytest.mark.parametrize("how", ["gone", *slow("empty")])
def test_a_database_that_is_gone_is_never_taken_for_a_beginning(scene: Scene, how: str) -> None:
    whole(scene)
    database(scene).unlink()
    if how == "empty":
        database(scene).touch()
    scene.publish(2)
    before = len(scene.receiver.accepted)
    answer = scene.process("run", day=2)
    assert answer.code == 3, answer
    assert "estore" in answer.err
    assert "--force" in answer.err
    scene.process("deliver", day=2)
    assert len(scene.receiver.accepted) == before


def test_an_edition_whose_bytes_were_flipped_is_not_mailed(scene: Scene) -> None:
    whole(scene)
    content = database(scene).read_bytes()
    at = content.rindex(b"with much care")
    overwrite(scene, at, b"with much dare")
    before = len(scene.receiver.accepted)
    answer = scene.process("deliver", day=1)
    if answer.code == 0:  # another copy of the words was hit
        scene.check()
        return
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert len(scene.receiver.accepted) == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_bytes_flipped_anywhere_never_send_anything_twice(scene: Scene, seed: int) -> None:
    whole(scene)
    chance = random.Random(seed)
    size = database(scene).stat().st_size
    for _ in range(3):
        overwrite(scene, chance.randrange(size - 64), chance.randbytes(64))
    scene.publish(2)
    answer = scene.process("run", day=2)
    assert answer.code in {0, 1, 3}, answer
    assert "Traceback" not in answer.err
    received = scene.received()
    assert max(received.values()) <= 3
    keys = scene.home.keys()
    assert len(keys) == len(set(keys))
    ids = [event.message_id for event in scene.receiver.accepted]
    assert len(ids) == len(set(ids))
