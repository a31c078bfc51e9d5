"""The lists in which an arXiv id or a DOI finds its paper."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.archive.files import Folder
from digest.archive.finding import Finding
from digest.model.catalogue import Day, Line
from digest.render.find_pages import LARGEST, Row, shard_of, shard_page
from digest.render.look import Look
from tests.archive.editions import contents
from tests.render.specimen import shipped

ENV = shipped()
LOOK = Look(title="Tidal <Papers>")
HOSTILE = "<script>alert(1)</script>&\"'"
TEXT = st.text(max_size=200) | st.sampled_from(["<" * 200, "&" * 200, "界" * 200, HOSTILE])


def day(date: str, *lines: Line) -> Day:
    on = dt.date.fromisoformat(date)
    at = dt.datetime(on.year, on.month, on.day, tzinfo=dt.UTC)
    return Day(date=on, published_at=at, sha256="", lines=lines)


def line(key: str, title: str = "A title", *others: str, sheet: int = 1) -> Line:
    return Line(key=key, title=title, theme="tides", others=others, sheet=sheet)


def update(path: Path, *days: Day, anew: bool = False) -> Folder:
    folder = Folder(path)
    Finding(folder, ENV, LOOK, anew=anew).update(days)
    return folder


def links(page: str) -> dict[str, tuple[str, str]]:
    """The rows of a page by id: where each leads, and all that it says."""
    found: dict[str, tuple[str, str]] = {}

    class Reader(HTMLParser):
        row = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            self.row = (told["id"] or "") if tag == "li" else self.row
            if tag == "a" and self.row:
                found[self.row] = told["href"] or "", ""

        def handle_data(self, data: str) -> None:
            if self.row in found:
                found[self.row] = found[self.row][0], found[self.row][1] + data

        def handle_endtag(self, tag: str) -> None:
            self.row = "" if tag == "li" else self.row

    Reader().feed(page)
    return found


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        ("arxiv:2404.14219", "arxiv/2404.14"),
        ("arxiv:0704.0001", "arxiv/0704.0"),
        ("arxiv:math/0309136", "arxiv/math.0309"),
        ("arxiv:hep-th/9901001", "arxiv/hep-th.9901"),
        ("doi:10.1101/2024.01.01.573826", "doi/b2d"),
        ("title:0123456789abcdef", None),
    ],
)
def test_a_key_tells_its_list(key: str, shard: str | None) -> None:
    assert shard_of(key) == shard


def test_a_paper_is_found_by_each_of_its_ids(tmp_path: Path) -> None:
    one = line("arxiv:2601.00001", "Of $\\alpha$ tides", "doi:10.1234/a<b", sheet=2)
    update(tmp_path, day("2026-01-02", one))
    way = "../../2026/01/02/2.html#arxiv:2601.00001"
    page = (tmp_path / "find/arxiv/2601.00.html").read_text("utf-8")
    assert links(page) == {"arxiv:2601.00001": (way, "2601.00001 Of α tides")}
    [file] = (tmp_path / "find/doi").glob("*.html")
    assert links(file.read_text("utf-8")) == {"doi:10.1234/a<b": (way, "10.1234/a<b Of α tides")}
    rows = json.loads(file.with_suffix(".json").read_bytes())
    assert rows == {"doi:10.1234/a<b": [way[6:], "Of α tides"]}


def test_a_new_day_touches_the_lists_of_its_papers_alone(tmp_path: Path) -> None:
    update(tmp_path, day("2026-01-01", line("arxiv:2601.00001"), line("arxiv:2601.01001")))
    before = contents(tmp_path)
    update(tmp_path, day("2026-01-02", line("arxiv:2601.00002"), line("title:0123456789abcdef")))
    after = contents(tmp_path)
    changed = {name for name, content in after.items() if before.get(name) != content}
    assert changed == {"find/arxiv/2601.00.html", "find/arxiv/2601.00.json"}


def test_days_that_come_one_by_one_make_the_same_files_as_all_at_once(tmp_path: Path) -> None:
    days = [
        day("2026-01-01", line("arxiv:2601.00009"), line("doi:10.1234/x")),
        day("2026-01-02", line("arxiv:2601.00001"), line("arxiv:2601.00003")),
        day("2026-01-03", line("arxiv:2601.00003", "Once more"), line("doi:10.1234/y")),
    ]
    for one in days:
        update(tmp_path / "daily", one)
    for one in reversed(days):
        update(tmp_path / "backwards", one)
    update(tmp_path / "once", *days, anew=True)
    whole = contents(tmp_path / "once")
    assert contents(tmp_path / "daily") == contents(tmp_path / "backwards") == whole
    assert b"Once more" not in whole["find/arxiv/2601.00.html"]


def test_a_list_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    update(tmp_path, day("2026-01-01", line("arxiv:2601.00001")))
    whole = contents(tmp_path)
    (tmp_path / "find/arxiv/2601.00.json").write_text("[", "utf-8")
    update(tmp_path, day("2026-01-01", line("arxiv:2601.00001")))
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("title", ["<" * 200, "界" * 200, "A usual title of a paper of arXiv " * 9])
def test_a_list_stays_small_even_with_all_the_ids_it_can_have(title: str) -> None:
    rows = {
        f"arxiv:2404.14{at:03}": Row(f"2024/04/22/index.html#arxiv:2404.14{at:03}", title)
        for at in range(1000)
    }
    page = shard_page(ENV, LOOK, "arxiv/2404.14", rows)
    assert len(page.encode()) <= LARGEST
    assert links(page).keys() == rows.keys()


@given(TEXT)
def test_whatever_a_title_says_is_text(title: str) -> None:
    row = Row("2026/01/01/index.html#arxiv:2601.00001", title)
    page = shard_page(ENV, LOOK, "arxiv/2601.00", {"arxiv:2601.00001": row})
    [(way, _)] = links(page).values()
    assert way == "../../2026/01/01/index.html#arxiv:2601.00001"
    assert "<script>" not in page
