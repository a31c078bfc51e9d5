"""The bundles that a browser searches: made little by little, and whole at any time."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.archive.searching import MOST, planned
from digest.model.catalogue import Tally
from digest.render.search_page import records
from tests.archive.editions import contents
from tests.archive.searchable import edition, index, paper
from tests.render.hostile import TEXT

pytest.importorskip("pagefind_bin", reason="the extra [archive] is not installed")

ROOT = Path(__file__).parents[2]
FIRST = edition("2025-12-31", paper(1, "Ebb", "The tide goes out.", "Ada Quill"), theme="sand")
SECOND = edition("2026-01-01", paper(2, "Flood", "The tide comes in."), sources=("hf", "arxiv"))
THIRD = edition("2026-01-02", paper(3, "Slack", "The tide stands."), paper(4, "Neap", "It is low."))
SIZES = st.lists(st.integers(0, 2 * MOST), max_size=60)

INDEX = """
import sys
from pathlib import Path
from tests.archive.searchable import index
from tests.archive.test_searching import FIRST, SECOND, THIRD
index(Path(sys.argv[1]), [FIRST, SECOND, THIRD], touched=[2026])
"""


def tallies(sizes: list[int]) -> dict[dt.date, Tally]:
    first = dt.date(2026, 1, 1)
    return {
        first + dt.timedelta(days=at): Tally(sha256=f"{at}", size=size, themes={})
        for at, size in enumerate(sizes)
    }


@given(SIZES)
def test_each_paper_is_in_one_bundle_and_none_has_too_many(sizes: list[int]) -> None:
    days = tallies(sizes)
    bundles = planned(days)
    spans = [
        [date for date in days if one.name <= date.isoformat() <= one.until] for one in bundles
    ]
    assert list(chain.from_iterable(spans)) == list(days)
    for bundle, span in zip(bundles, spans, strict=True):
        assert bundle.size == sum(days[date].size for date in span)
        assert bundle.size <= MOST or len(span) == 1


@given(SIZES, st.integers(0, 2 * MOST))
def test_an_edition_more_changes_the_last_bundle_alone(sizes: list[int], more: int) -> None:
    before, after = planned(tallies(sizes)), planned(tallies([*sizes, more]))
    assert after[: len(before) - 1] == before[:-1]
    assert len(after) <= len(before) + 1


def test_days_that_come_one_by_one_make_the_same_files_as_all_at_once(tmp_path: Path) -> None:
    for number in range(1, 4):
        index(tmp_path / "daily", [FIRST, SECOND, THIRD][:number], touched=[2025, 2026])
    index(tmp_path / "once", [FIRST, SECOND, THIRD])
    assert contents(tmp_path / "daily") == contents(tmp_path / "once")


def test_where_nothing_is_new_nothing_is_written(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    assert index(tmp_path, [FIRST, SECOND], touched=[2026]).changed == 0


def test_an_edition_that_is_another_is_indexed_anew(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, edition("2026-01-01", paper(5, "Spring", "It is high."))])
    index(tmp_path, [FIRST, SECOND], touched=[2026])
    index(tmp_path / "new", [FIRST, SECOND])
    assert contents(tmp_path / "search") == contents(tmp_path / "new" / "search")


def test_years_and_bundles_that_are_no_more_are_deleted(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    index(tmp_path, [THIRD], touched=[2026])
    index(tmp_path / "new", [THIRD])
    assert contents(tmp_path / "search") == contents(tmp_path / "new" / "search")


def test_what_is_missing_or_damaged_is_made_anew(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    whole = contents(tmp_path)
    (tmp_path / "search" / "2026-01-01" / "pagefind-entry.json").unlink()
    index(tmp_path, [FIRST, SECOND])
    assert contents(tmp_path) == whole
    (tmp_path / "search" / "bundles.json").write_text("{", "utf-8")
    index(tmp_path, [FIRST, SECOND])
    assert contents(tmp_path) == whole


def test_a_file_of_the_users_own_stays(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    own = [tmp_path / "search" / "own.html", tmp_path / "search" / "2026-01-01" / "own.txt"]
    for file in own:
        file.write_text("mine", "utf-8")
    index(tmp_path, [FIRST, SECOND, THIRD], touched=[2026])
    assert [file.read_text("utf-8") for file in own] == ["mine", "mine"]


def test_a_file_of_the_users_own_in_a_bundle_that_is_no_more_stays(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    own = tmp_path / "search" / "2026-01-01" / "own.txt"
    own.write_text("mine", "utf-8")
    index(tmp_path, [FIRST], touched=[2026])
    assert contents(own.parent) == {"own.txt": b"mine"}


def test_a_sudden_death_leaves_an_index_that_is_whole(tmp_path: Path) -> None:
    index(tmp_path, [FIRST, SECOND])
    whole = contents(tmp_path)
    died = subprocess.run(
        [sys.executable, "-c", INDEX, str(tmp_path)],
        env={**os.environ, "DIGEST_FAILPOINT": "mid-search"},
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert contents(tmp_path).items() >= whole.items()
    index(tmp_path, [FIRST, SECOND, THIRD], touched=[2026])
    index(tmp_path / "new", [FIRST, SECOND, THIRD])
    assert contents(tmp_path / "search") == contents(tmp_path / "new" / "search")


@pytest.mark.parametrize(
    ("program", "told"),
    [("exit 1", "it ended"), ("", "No such file")],
)
def test_a_pagefind_that_does_not_work_is_named(tmp_path: Path, program: str, told: str) -> None:
    script = tmp_path / "pagefind"
    if program:
        script.write_text(f"#!/bin/bash\n{program}\n", "utf-8")
        script.chmod(0o755)
    (tmp_path / "pagefind_bin.py").write_text(f"def get_executable(): return {str(script)!r}")
    answer = subprocess.run(
        [sys.executable, "-c", INDEX, str(tmp_path / "site")],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        cwd=ROOT,
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "DigestError: archive: Pagefind failed" in answer.stderr
    assert told in answer.stderr
    assert "pip install" in answer.stderr


@given(st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_whatever_a_paper_says_is_plain_text_of_one_line(told: tuple[str, ...]) -> None:
    title, abstract, author, source = (text.encode(errors="replace").decode() for text in told)
    hostile = replace(paper(1, title, abstract, author), keywords=(author,), organisation=title)
    [record] = records(edition("2026-01-01", hostile, theme=source, sources=(source,)))
    for text in (record.content, *record.meta.values(), *record.filters["source"]):
        assert not any(category(sign) in ("Cc", "Zl", "Zp") for sign in text)
    assert record.url == "2026/01/01/index.html#arxiv:2601.00001"
    assert "___" not in record.content
