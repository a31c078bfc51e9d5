"""kill -9 and full disks during a build: each file is old or new, and the next build ends it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from digest.errors import DigestError
from tests.archive.editions import contents, site
from tests.archive.test_building import year
from tests.guarantees.disks import Disk, small_disk
from tests.render.specimen import TEMPLATES

COUNT = 33
PROGRAM = f"""
import sys
from pathlib import Path
from tests.archive.test_deaths import build
build(Path(sys.argv[1]), {COUNT}, anew=sys.argv[2] == "anew")
"""


def build(path: Path, count: int, *, anew: bool = False) -> None:
    """Write what the site lacks of so many editions, or all of it."""
    made = {frozen.edition.date: frozen for frozen in year(count)}
    whole = site(path, searchable=lambda: True)
    wanted = made if anew else whole.missing(made)
    whole.build([made[date] for date in wanted], anew=anew)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that lacks three editions."""
    path = tmp_path_factory.mktemp("old")
    build(path, COUNT - 3)
    return path


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is in a site that was built undisturbed."""
    path = tmp_path_factory.mktemp("new")
    build(path, COUNT)
    return contents(path)


def start(path: Path, way: str, point: str = "") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), way],
        cwd=TEMPLATES.parent,
        env=os.environ | {"DIGEST_FAILPOINT": point},
    )


def is_old_or_new(path: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """No file was half written, though a page may be rewritten once more at the end of a build."""
    for name, content in contents(path).items():
        if not name.endswith(".partial") and "/20" not in f"/{name}":
            assert content in (old.get(name), new.get(name)), name


POINTS = ["mid-archive", "mid-archive:3", "mid-search", "mid-catalogues"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("way", ["lacking", pytest.param("anew", marks=pytest.mark.slow)])
def test_a_build_that_died_is_ended_by_the_next(
    tmp_path: Path, old: Path, new: dict[str, bytes], way: str, point: str
) -> None:
    path = tmp_path / "site"
    copytree(old, path)
    assert start(path, way, point).wait() == -9
    build(path, COUNT)
    assert contents(path) == new


def deaths(path: Path, old: Path, new: dict[str, bytes], seed: int, number: int) -> None:
    """Builds killed at random times, each of them after the one before, until one ends."""
    chance, had = random.Random(seed), contents(old)
    kills = 0
    while kills < number:
        rmtree(path, ignore_errors=True)
        copytree(old, path)
        way = chance.choice(["lacking", "anew"])
        for _ in range(chance.randint(1, 3)):
            process = start(path, way)
            time.sleep(chance.uniform(0.3, 2.5))
            process.kill()
            kills += process.wait() == -9
            is_old_or_new(path, had, new)
        build(path, COUNT)
        assert contents(path) == new


def test_builds_killed_at_any_time_are_ended_by_the_next(
    tmp_path: Path, old: Path, new: dict[str, bytes]
) -> None:
    deaths(tmp_path / "site", old, new, seed=1, number=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_many_builds_killed_at_any_time_are_ended_by_the_next(
    tmp_path: Path, old: Path, new: dict[str, bytes], seed: int
) -> None:
    deaths(tmp_path / "site", old, new, seed, number=15)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 32_000_000) as disk:
        yield disk


@pytest.mark.parametrize("left", [0, 8_000, 100_000, 500_000])
def test_a_full_disk_is_told_and_the_site_is_whole_when_there_is_room(
    disk: Disk, old: Path, new: dict[str, bytes], left: int
) -> None:
    path = disk.folder / "site"
    copytree(old, path)
    disk.fill(leave=left)
    with pytest.raises(DigestError, match=r"site cannot be written: No space left on device"):
        build(path, COUNT)
    is_old_or_new(path, contents(old), new)
    disk.empty()
    build(path, COUNT)
    assert contents(path) == new


def test_a_disk_that_cannot_be_written_is_told(disk: Disk, old: Path) -> None:
    path = disk.folder / "site"
    copytree(old, path)
    with disk.read_only(), pytest.raises(DigestError, match=r"Read-only file system \(.*/site/"):
        build(path, COUNT)
    assert contents(path) == contents(old)


@pytest.mark.parametrize("name", ["2025", "themes", "find", "top", "search", "2025/11/01"])
def test_a_file_where_a_folder_should_be_is_named_and_stays(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    with pytest.raises(DigestError, match=rf"cannot be written: .*/{name}"):
        build(tmp_path, 1)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["index.html", "2025/index.html", "feed.xml", "catalogue.json"])
def test_a_folder_where_a_file_should_be_is_named_and_stays(tmp_path: Path, name: str) -> None:
    own = tmp_path / name / "own.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    with pytest.raises(DigestError, match=rf"{name}.*Is a directory|Is a directory.*{name}"):
        build(tmp_path, 1)
    assert own.read_text() == "mine"
