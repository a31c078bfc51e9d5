"""The figures of `make eval-themes`, on samples small enough to reckon by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

# The tests travel with the source distribution, the benchmarks do not.
metrics = pytest.importorskip("benchmarks.eval_themes.metrics")
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
