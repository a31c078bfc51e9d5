"""A site grows by a day as if it had been made at once, and only as far as the day changes it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DigestError
from digest.model.editions import FrozenEdition
from tests.archive.editions import contents, edition, site

DAYS = [
    *(dt.date(2025, 11, 27) + dt.timedelta(days=at) for at in range(8)),
    *(dt.date(2025, 12, 29) + dt.timedelta(days=at) for at in range(8)),
    dt.date(2026, 4, 1),
    dt.date(2028, 2, 29),
]

papers = st.fixed_dictionaries(
    {"agents": st.integers(0, 2), "vision": st.integers(0, 2), "also": st.integers(0, 1)}
).filter(lambda themes: any(themes.values()))
editions = st.dictionaries(st.sampled_from(DAYS), papers, min_size=1, max_size=6)


@given(editions, st.data())
def test_whatever_the_order_of_builds_the_site_is_as_if_made_at_once(
    wanted: dict[dt.date, dict[str, int]], data: st.DataObject
) -> None:
    made = {date: edition(date, themes) for date, themes in wanted.items()}
    order = data.draw(st.permutations(sorted(made)))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order)), max_size=3)) | {len(order)})
    with tempfile.TemporaryDirectory() as folder:
        at_once, by_and_by = Path(folder, "once"), Path(folder, "by")
        site(at_once).build([made[date] for date in sorted(made)])
        for start, end in zip([0, *cuts], cuts, strict=False):
            site(by_and_by).build([made[date] for date in sorted(order[start:end])])
        assert contents(by_and_by) == contents(at_once)
        site(by_and_by).build([made[date] for date in sorted(made)], anew=True)
        assert contents(by_and_by) == contents(at_once)


def year(count: int = 70) -> list[FrozenEdition]:
    first = dt.date(2025, 11, 1)
    themes = [{"agents": 2, "vision": 1}, {"agents": 1, "also": 1}, {"vision": 3}]
    return [edition(first + dt.timedelta(days=at), themes[at % 3]) for at in range(count)]


def test_a_day_more_changes_no_page_of_other_months_but_the_edition_s_before(
    tmp_path: Path,
) -> None:
    *earlier, newest = year()
    site(tmp_path).build(earlier)
    before = contents(tmp_path)
    site(tmp_path).build([newest])
    after = contents(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    old = {name for name in changed if "2025" in name}
    assert not old
    day_before = f"{earlier[-1].edition.date:%Y/%m/%d}/index.html"
    assert {name for name in changed if name.count("/") == 3 and name[0] == "2"} == {day_before}


def test_a_day_more_reads_no_edition_of_earlier_months(tmp_path: Path) -> None:
    *earlier, newest = year(140)
    site(tmp_path).build(earlier)
    shutil.rmtree(tmp_path / "2025" / "11")
    site(tmp_path).build([newest])
    assert newest.edition.date in site(tmp_path).dates()


def test_what_the_site_holds_is_found_without_reading_its_folders(tmp_path: Path) -> None:
    made = year(40)
    site(tmp_path).build(made)
    dates = [frozen.edition.date for frozen in made]
    assert site(tmp_path).dates() == dates
    assert site(tmp_path).newest() == dates[-1]
    assert site(tmp_path).owner() == "daily-papers"
    wanted = [*dates, dates[-1] + dt.timedelta(days=1), dt.date(2031, 1, 1)]
    assert site(tmp_path).missing(wanted) == wanted[-2:]


@pytest.mark.parametrize(
    "name",
    [
        "404.html", "robots.txt", "about/index.html", "sitemap.xml", "feed.json", "papers.json",
        "feeds.opml", "find/find.js", "2025/11/01/edition.md", "2025/11/01/papers.bib",
    ],
)  # fmt: skip
def test_a_page_of_the_user_s_own_stays_and_is_told(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("<p>mine</p>")
    assert site(tmp_path).build(year(2)).own == (name,)
    assert file.read_text() == "<p>mine</p>"
    file.unlink()
    assert site(tmp_path).build(year(2)).own == ()
    assert file.read_text() != "<p>mine</p>"


def test_a_page_of_ours_that_the_user_has_since_replaced_stays(tmp_path: Path) -> None:
    site(tmp_path).build(year(2))
    (tmp_path / "404.html").write_text("mine")
    assert site(tmp_path).build(year(3)).own == ("404.html",)
    assert (tmp_path / "404.html").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["catalogue.json", "2025/catalogue.json", "2025/11/catalogue.json"]
)
def test_a_damaged_catalogue_is_named_and_made_anew_by_a_full_build(
    tmp_path: Path, name: str
) -> None:
    made = year(3)
    site(tmp_path).build(made)
    whole = contents(tmp_path)
    (tmp_path / name).write_text("{")
    with pytest.raises(DigestError, match=r"catalogue\.json is damaged; .* build --full"):
        site(tmp_path).build(made)
    site(tmp_path).build(made, anew=True)
    assert contents(tmp_path) == whole


def test_nothing_changes_on_disk_where_nothing_is_new(tmp_path: Path) -> None:
    made = year(5)
    assert site(tmp_path).build(made).changed > 20
    for file in tmp_path.rglob("*.*"):
        os.utime(file, (1, 1))
    assert site(tmp_path).build(made, anew=True).changed == 0
    files = (file for file in tmp_path.rglob("*.*") if file.is_file())
    assert {file.stat().st_mtime for file in files} == {1.0}


def test_the_counts_are_open_data(tmp_path: Path) -> None:
    site(tmp_path).build(year(3))
    told = json.loads((tmp_path / "2025" / "catalogue.json").read_bytes())
    assert told["days"]["2025-11-01"]["themes"] == {"agents": 2, "vision": 1}
