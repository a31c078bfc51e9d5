"""The daily run on recorded real days: nothing twice, nothing missed (G1, G2)."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Replay
from tests.home import Home

pytestmark = pytest.mark.recorded

HUGGING_FACE = """
[[source]]
kind = "huggingface"
name = "hf"
url = "{url}/api/daily_papers"
look_back_days = 3
"""
MIRROR = """
[[source]]
kind = "feed"
name = "mirror"
url = "{url}/hf_feed.xml"
"""
INTRANET = "[fetch]\nallow_private = true\n"


def days(first: str, last: str) -> Iterator[str]:
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        day += dt.timedelta(days=1)


def morning(home: Home, replay: Replay, day: str) -> dict[str, object]:
    replay.today(day)
    return home.run(now=f"{day}T07:30:00Z")


def listed(recorded: Path, first: str, last: str) -> set[str]:
    """The ids on the API's recorded lists of these days."""
    return {
        row["paper"]["id"]
        for file in (recorded / "hf_daily" / "raw").glob("*.json.gz")
        if first <= file.name[:10] <= last
        for row in json.loads(gzip.decompress(file.read_bytes()))
    }


def mirrored(recorded: Path, day: str) -> set[str]:
    """The ids in the feed mirror's recorded snapshot of a day."""
    text = gzip.decompress((recorded / "hf_feed" / "daily" / f"{day}.xml.gz").read_bytes()).decode()
    return set(re.findall(r"<guid[^>]*>https?://arxiv.org/abs/([\d.]+)", text))


def snapshots(recorded: Path) -> list[str]:
    return sorted(file.name[:10] for file in (recorded / "hf_feed" / "daily").iterdir())


def test_five_saved_pages_on_five_days_give_each_paper_once(tmp_path: Path, recorded: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    home = Home(tmp_path / "home").configure(f'[[source]]\nkind = "saved-page"\npath = "{pages}"\n')
    new = []
    for at, page in enumerate(sorted((recorded / "saved_pages").iterdir())):
        shutil.copy(page, pages)
        new.append(home.run(now=f"2026-01-0{at + 5}T07:30:00Z")["new"])
    assert new == [29, 26, 56, 35, 38]
    assert len(home.keys()) == len(set(home.keys())) == 184
    assert home.run(now="2026-01-10T07:30:00Z")["status"] == "quiet"


@pytest.mark.slow
def test_a_feed_polled_every_day_gives_each_paper_once(
    tmp_path: Path, recorded: Path, replay: Replay
) -> None:
    home = Home(tmp_path / "home").configure(MIRROR.format(url=replay.url) + INTRANET)
    seen: set[str] = set()
    for day in snapshots(recorded):
        fresh = mirrored(recorded, day) - seen
        report = morning(home, replay, day)
        assert (report["new"], report["status"]) == (
            len(fresh),
            "published" if fresh else "quiet",
        ), day
        seen |= fresh
    assert Counter(home.keys()) == Counter(f"arxiv:{number}" for number in seen)
    assert len(seen) == 1820
    for at, day in enumerate(snapshots(recorded)):
        replay.today(day)
        later = dt.datetime(2026, 4, 1, 7, 30, tzinfo=dt.UTC) + dt.timedelta(days=at)
        assert home.run(now=later.isoformat())["new"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("missed", [False, True], ids=["every day", "every third day missed"])
def test_the_daily_lists_of_2026_give_each_paper_once(
    tmp_path: Path, recorded: Path, replay: Replay, *, missed: bool
) -> None:
    home = Home(tmp_path / "home").configure(HUGGING_FACE.format(url=replay.url) + INTRANET)
    for at, day in enumerate(days("2026-01-01", "2026-07-17")):
        if not missed or at % 3 != 1:
            morning(home, replay, day)
    expected = listed(recorded, "2025-12-29", "2026-07-17")  # the first run looks back, too
    assert Counter(home.keys()) == Counter(f"arxiv:{number}" for number in expected)


@pytest.mark.slow
def test_a_mirror_beside_the_list_changes_nothing_but_the_fields(
    tmp_path: Path, recorded: Path, replay: Replay
) -> None:
    sources = HUGGING_FACE.format(url=replay.url) + MIRROR.format(url=replay.url)
    home = Home(tmp_path / "home").configure(sources + INTRANET)
    for day in snapshots(recorded):
        morning(home, replay, day)
    first, *_, last = snapshots(recorded)
    early = (dt.date.fromisoformat(first) - dt.timedelta(days=3)).isoformat()
    expected = listed(recorded, early, last).union(
        *(mirrored(recorded, day) for day in snapshots(recorded))
    )
    assert Counter(home.keys()) == Counter(f"arxiv:{number}" for number in expected)
    both = [
        placed
        for edition in home.editions()
        for section in edition["sections"]
        for placed in section["papers"]
        if placed["sources"] == ["hf", "mirror"]
    ]
    assert both
    for placed in both:
        paper = placed["paper"]
        assert any("arxiv.org/abs/" in text for text in paper["ids"])
        assert paper["discussion"]
        assert paper["comments"] is not None


def test_a_backfill_gives_each_day_its_own_list_and_no_mail(
    tmp_path: Path, recorded: Path, replay: Replay
) -> None:
    reader = '[mail]\nto = ["jane@example.org"]\n'
    home = Home(tmp_path / "home").configure(
        HUGGING_FACE.format(url=replay.url) + INTRANET + reader
    )
    replay.today("2026-01-20")
    dates = ("--from", "2026-01-05", "--to", "2026-01-11")
    assert home.digest("backfill", *dates, now="2026-01-20T07:30:00Z").code == 0
    for edition in home.editions():
        keys = {placed["key"] for section in edition["sections"] for placed in section["papers"]}
        day = edition["date"]
        assert keys == {f"arxiv:{number}" for number in listed(recorded, day, day)}
    assert len(home.editions()) == 5
    assert not (home.folder / "outbox").exists()
    monday = home.run(now="2026-01-12T07:30:00Z")
    assert monday["new"] == len(listed(recorded, "2026-01-12", "2026-01-12"))
