"""The machine: where it may write, how much room it has, and what time it is elsewhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.doctor import judging
from digest.doctor.findings import State
from tests.doctor.conftest import NOW, looked_at
from tests.guarantees.disks import small_disk
from tests.home import Home


def test_what_can_be_written_is_tried_and_left_as_it_was(home: Home) -> None:
    [found] = looked_at(home, "", "access")
    assert found.state is State.OK
    assert {one.name for one in home.folder.iterdir()} == {"digest.toml", "pages"}


def test_a_file_in_the_way_of_a_folder_is_told(home: Home) -> None:
    (home.folder / "site").write_text("a file")
    (home.folder / "state").write_text("another")
    first, second = looked_at(home, '[archive]\npath = "site/papers"\n', "access")
    assert (first.state, "site is a file" in first.found) == (State.PROBLEM, True)
    assert (second.state, "state is a file" in second.found) == (State.PROBLEM, True)


def test_a_disk_that_is_read_only_or_full_is_told(home: Home, tmp_path: Path) -> None:
    settings = f'[archive]\npath = "{tmp_path}/disk/site"\n'
    with small_disk(tmp_path / "disk", 1_000_000) as disk:
        with disk.read_only():
            [found] = looked_at(home, settings, "access")
            assert (found.state, "Read-only" in found.found) == (State.PROBLEM, True)
        disk.fill()
        [found] = looked_at(home, settings, "access")
        assert (found.state, "No space" in found.found) == (State.PROBLEM, True)
        rooms = looked_at(home, settings, "disk")
    assert [one.state for one in rooms if f"{tmp_path}/disk" in one.found] == [State.PROBLEM]


def test_a_database_wants_room_for_two_more_of_it() -> None:
    assert judging.room("/x", 600_000_000, 0).state is State.OK
    assert judging.room("/x", 600_000_000, 400_000_000).state is State.WARNING
    assert judging.room("/x", 400_000_000, 0).state is State.WARNING
    assert judging.room("/x", 90_000_000, 0).state is State.PROBLEM


def test_the_zone_of_the_newsletter_stands_beside_that_of_cron(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = looked_at(home, '[newsletter]\ntimezone = "Asia/Tokyo"\n', "zone")
    assert found.found.startswith("Asia/Tokyo, where it is 16:30; this machine's clock, which cron")
    assert "zone data of 20" in found.found


def test_old_rules_for_time_zones_are_told() -> None:
    zone = ZoneInfo("Africa/Cairo")
    assert judging.zones(NOW, zone, NOW, "2022g").state is State.WARNING
    assert judging.zones(NOW, zone, NOW, "2025b").state is State.OK
    assert judging.zones(NOW, zone, NOW, "").state is State.OK


@pytest.mark.parametrize(
    ("seconds", "state", "words"),
    [
        ([], State.SKIPPED, ""),
        ([0.4], State.OK, "by a site's clock"),
        ([2, -3, 86_400], State.OK, "by the clocks of 3 sites"),
        ([45, 50], State.WARNING, "is 48 s behind"),
        ([-3600], State.PROBLEM, "is 3,600 s ahead"),
    ],
)
def test_the_clock_is_judged_by_the_middle_of_the_sites(
    seconds: list[float], state: State, words: str
) -> None:
    found = judging.clock([dt.timedelta(seconds=one) for one in seconds])
    assert (found.state, words in found.found) == (state, True)


def test_an_answer_from_a_cache_tells_the_time_with_its_age() -> None:
    date = "Mon, 02 Mar 2026 06:30:00 GMT"
    assert judging.told_at(date, "3600") == NOW
    assert judging.told_at(date, "") == NOW - dt.timedelta(hours=1)
    for broken in ("", "yesterday", "Mon, 02 Mar 2026 06:30:00"):
        assert judging.told_at(broken, "") is None
    assert judging.told_at(date, "old") is None
