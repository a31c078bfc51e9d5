"""The figures of `make eval-themes`, on samples small enough to reckon by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import UsageError
from digest.model.papers import Paper
from tests.themes.shelf import small

# The tests travel with the source distribution, the benchmarks do not.
days = pytest.importorskip("benchmarks.eval_themes.days")
fields = pytest.importorskip("benchmarks.eval_themes.fields")
labels = pytest.importorskip("benchmarks.eval_themes.labels")
metrics = pytest.importorskip("benchmarks.eval_themes.metrics")
recorded = pytest.importorskip("benchmarks.eval_themes.recorded")
table = pytest.importorskip("benchmarks.eval_themes.table")


def test_sets_share_what_both_have_of_all_they_have() -> None:
    assert metrics.jaccard({"a", "b", "c"}, {"b", "c", "d"}) == 0.5
    assert metrics.jaccard({"a"}, {"b"}) == 0
    assert metrics.jaccard(set(), set()) == 1


def test_a_quantile_is_one_of_the_values() -> None:
    assert metrics.quantile([4, 1, 3, 2], 0.5) == 2
    assert metrics.quantile(range(1, 11), 0.9) == 9
    assert metrics.quantile([7], 0.9) == 7


def test_macro_f1_counts_a_theme_right_where_a_reader_accepts_it() -> None:
    verdicts = [
        ("agents", ("agents",)),
        ("agents", ("code", "agents")),  # accepted, though not looked for first
        ("agents", ("code",)),
        (None, ("code",)),
        ("code", ("code",)),
    ]
    # agents: 2 hits, 1 false; code: 1 hit, 2 missing
    assert metrics.macro_f1(verdicts) == pytest.approx((4 / 5 + 2 / 4) / 2)


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_an_interval_is_the_same_each_time_and_lies_around_the_mean(sample: list[bool]) -> None:
    low, high = metrics.bootstrap(sample, metrics.mean)
    assert (low, high) == metrics.bootstrap(sample, metrics.mean)
    assert 0 <= low <= metrics.mean(sample) <= high <= 1


def test_an_interval_of_a_hundred_halves_is_as_wide_as_the_normal_one() -> None:
    low, high = metrics.bootstrap([0, 1] * 50, metrics.mean)
    assert (low, high) == pytest.approx((0.402, 0.598), abs=0.02)


def test_a_row_says_whether_what_is_wanted_was_reached() -> None:
    row = table.Row(what="right", of="2 papers", value=0.5, least=0.9, peers=(0.4, 0.3))
    assert table.markdown([table.Group("All", [row])]).splitlines()[2:] == [
        "| **All** |  |  |  |  |  |  |",
        "| right | 2 papers | 0.500 |  | 0.400 | 0.300 | ≥ 0.9 ✗, best ✓ |",
    ]


READING = '{"id": "1", "labels": ["agents", "code"], "by": "a"}'


def test_readings_of_a_paper_come_by_reader_with_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    other = '{"id": "1", "labels": ["code"]}'
    file.write_text("\n".join([READING, other, other.replace("1", "2")]))
    paper = Paper(title="One")
    (found,) = labels.from_files([file], {"1": paper})
    assert found.name == "mine, without 1 whose texts are missing"
    assert found.papers == [(paper, [["code"], ["agents", "code"]])]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"agents",
        b"[]",
        b"\xff",
        b'{"id": "1"}',
        b'{"id": 1, "labels": ["agents"]}',
        b'{"id": "1", "labels": []}',
        b'{"id": "1", "labels": "agents"}',
        b'{"id": "1", "labels": [1]}',
        b'{"id": "1", "labels": ["agents"], "by": 1}',
    ],
)
def test_a_line_that_is_no_reading_is_told_with_file_and_line(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_bytes(READING.encode() + b"\n" + line + b"\n" + READING.encode())
    with pytest.raises(UsageError, match=r"mine\.jsonl, line 2: is no reading such as"):
        list(labels.from_files([file], {}))


def test_something_is_wanted_of_days_of_usual_size_alone() -> None:
    garden = small()
    papers = [Paper(title=f"An apple tree and a pond, number {number}") for number in range(15)]
    day = days.day_of(garden, [(str(at), paper, ("hf",)) for at, paper in enumerate(papers)])
    usual = days.sections("Days", garden, [day, day], days.USUAL)
    wanted = {row.what: row.least or row.most for row in usual.rows if row.least or row.most}
    assert wanted == {
        "sections, fewest": 4,
        "sections, most": 12,
        "under “Also today”, mean": 0.08,
        "under “Also today”, p90": 0.15,
        "largest section, p90": 0.3,
        "groups of consecutive days, Jaccard": 0.8,
    }
    every = days.sections("Days", garden, [day, day], range(2, 100))
    assert [row.value for row in every.rows] == [row.value for row in usual.rows]
    assert all(row.least is None and row.most is None for row in every.rows)


def test_a_field_is_measured_by_the_primary_category_of_its_papers(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    row = {"id": "1", "title": "Quasars", "abstract": "", "categories": ["astro-ph.GA", "cs.CL"]}
    with gzip.open(tmp_path / "themes" / "balanced.jsonl.gz", "wt") as file:
        json.dump(row, file)
    rows = fields.by_phrases(recorded.Recorded(tmp_path)).rows
    assert [(row.what.partition(":")[0], row.of) for row in rows] == [("astro-ph", "1 papers")]
