from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from digest.model.catalogue import Tally
from digest.model.editions import ALSO
from digest.render import charts
from digest.render.text import tidy
from tests.render.hostile import TEXT
from tests.render.site import ENV, ONE_DAY, SUNDAY, Page, inert, tally

IDS = st.sampled_from(["a", "b", "c", "d", "e", "f-g", "h", "arxiv-cs-cl", ALSO])
COUNTS = st.dictionaries(IDS, st.integers(0, 10**7))
DATES = st.dates(dt.date(1991, 8, 14), dt.date(2191, 8, 14))
NEAR = DATES.flatmap(
    lambda first: st.lists(st.integers(0, 100).map(lambda ago: first - ago * ONE_DAY), max_size=30)
)
TALLIES = st.builds(
    lambda dates, counts: {date: tally(counts) for date in dates}, DATES.map(lambda d: [d]), COUNTS
) | NEAR.flatmap(lambda dates: st.fixed_dictionaries({date: COUNTS.map(tally) for date in dates}))
MONTHS = st.dictionaries(
    st.dates(dt.date(1991, 8, 14), dt.date(1995, 8, 14)).map(lambda date: date.replace(day=1)),
    st.tuples(st.integers(0, 99), st.integers(0, 9999)).map(lambda pair: (pair[0], sum(pair))),
    max_size=30,
)


def stand_in_the_box(path: str) -> bool:
    """Whether a path is bars alone, from left to right, that do not touch each other."""
    found = re.findall(r"M([\d.]+) 100v-([\d.]+)h([\d.]+)V100z", path)
    spans = [(float(x), float(x) + float(wide)) for x, _, wide in found]
    return (
        re.fullmatch(r"(M[\d.]+ 100v-[\d.]+h[\d.]+V100z)*", path) is not None
        and all(0 <= left < right <= charts.WIDTH for left, right in spans)
        and all(right < left for (_, right), (left, _) in pairwise(spans))
        and all(0 < float(high) <= charts.HEIGHT for _, high, _ in found)
    )


def have_room(ticks: Sequence[str]) -> bool:
    """Whether labels stand three parts of the width apart, and from its end."""
    places = [at for at, label in enumerate([*ticks, "end"]) if label]
    return all(right - left >= 3 for left, right in pairwise(places))


@given(st.lists(st.floats(0, allow_nan=False, allow_infinity=False), max_size=400))
def test_bars_of_any_numbers_stand_in_the_box(numbers: list[float]) -> None:
    line = charts.sparkline(numbers)
    assert stand_in_the_box(line.bars)
    assert line.bars.count("M") == sum(number > 0 for number in numbers)


def test_a_bar_is_as_high_as_its_number() -> None:
    assert charts.bars([5, 0, 10], 10) == "M0.0 100v-50.0h250.0V100zM666.7 100v-100.0h250.0V100z"


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_whole_per_cents_make_a_hundred(numbers: list[int]) -> None:
    percents = charts.whole_percents(numbers)
    assert sum(percents) == (100 if sum(numbers) else 0)
    for number, percent in zip(numbers, percents, strict=True):
        assert abs(percent - 100 * number / max(1, sum(numbers))) < 1


@given(st.just(0.0) | st.floats(1e-6, 1e15))
def test_the_scale_ends_at_a_round_number_not_far_above_the_most(most: float) -> None:
    top = charts.nice(most)
    assert most <= top <= max(1.0, 2.001 * most)
    assert f"{top:.0e}"[0] in "1235"


@given(TALLIES)
def test_the_shares_of_each_week_make_a_hundred(tallies: dict[dt.date, Tally]) -> None:
    chart = charts.share(tallies, {"a": "Agents"})
    assert len(chart.shares) <= 7
    assert all(stand_in_the_box(share.bars) for share in chart.shares)
    assert len({len(chart.columns)} | {len(row) for row in chart.rows}) == 1
    for row in chart.rows if chart.shares else ():
        assert sum(int(cell.removesuffix(" %")) for cell in row[1:]) in (0, 100)
    assert sum(share.percent for share in chart.shares) in (0, 100)


@given(TALLIES)
def test_the_days_of_twelve_weeks_stand_in_the_box(tallies: dict[dt.date, Tally]) -> None:
    chart = charts.per_day(tallies)
    assert stand_in_the_box(chart.bars)
    assert have_room(chart.ticks)
    assert len(chart.rows) <= 7 * charts.WEEKS


@given(
    MONTHS, st.sampled_from([dt.date(1995, 8, 1), dt.date(1994, 12, 1)]), st.sampled_from([12, 24])
)
def test_a_share_by_month_stands_in_the_box(
    months: dict[dt.date, tuple[int, int]], last: dt.date, span: int
) -> None:
    chart = charts.share_by_month(months, last, span)
    assert stand_in_the_box(chart.bars)
    assert len(chart.rows) <= min(len(months), span)
    assert have_room(chart.ticks)


def test_shares_are_those_of_the_last_twelve_weeks_by_name_the_largest_first() -> None:
    tallies = {
        SUNDAY: tally({"b": 3, "a": 1}),
        SUNDAY - 84 * ONE_DAY: tally({"z": 100}),  # the Sunday before the first of the weeks
        SUNDAY - 83 * ONE_DAY: tally({"b": 1}),
    }
    chart = charts.share(tallies, {"b": "Benchmarks"})
    assert chart.columns == ("Week of", "Benchmarks", "a")
    assert [share.percent for share in chart.shares] == [80, 20]
    assert chart.rows[0] == ("31 August 2026", "100 %", "0 %")
    assert chart.rows[1] == ("7 September 2026", "0 %", "0 %")
    assert chart.rows[-1] == ("16 November 2026", "75 %", "25 %")
    assert chart.shares[0].told == "100 % in the first week, 75 % in the last, 100 % at most"


def test_all_but_the_six_largest_themes_and_what_has_none_share_a_row() -> None:
    sizes = {f"t{number}": number for number in range(1, 10)}
    chart = charts.share({SUNDAY: tally(sizes | {ALSO: 55})}, {})
    assert [share.theme for share in chart.shares] == ["t9", "t8", "t7", "t6", "t5", "t4", ""]
    assert chart.shares[-1].label == "Everything else"
    assert chart.shares[-1].percent == 61


def test_a_day_without_an_edition_has_no_bar_and_no_row() -> None:
    chart = charts.per_day({SUNDAY: tally({"a": 7}), SUNDAY - 2 * ONE_DAY: tally({"a": 1200})})
    assert chart.rows == (("20 November 2026", "1,200"), ("22 November 2026", "7"))
    assert chart.bars.count("M") == 2
    assert chart.told == "1,207 papers in 12 weeks, 1,200 on the fullest day."
    assert chart.top == "2,000 papers"
    assert list(filter(None, chart.ticks)) == ["September", "October", "November"]


def test_a_months_share_is_told_with_the_most_of_all() -> None:
    months = {dt.date(2025, 12, 1): (1, 4), dt.date(2026, 2, 1): (1, 8)}
    months[dt.date(2024, 2, 1)] = 1, 1  # two years before
    chart = charts.share_by_month(months, dt.date(2026, 2, 1), 24)
    assert chart.rows == (("December 2025", "1", "25.0 %"), ("February 2026", "1", "12.5 %"))
    assert chart.told == "12.5 % in February 2026; most in December 2025, 25.0 %."
    assert chart.top == "30 %"
    assert list(filter(None, chart.ticks)) == ["2025"]


def test_a_year_has_room_for_its_twelve_months() -> None:
    chart = charts.share_by_month({dt.date(2026, 1, 1): (1, 2)}, dt.date(2026, 12, 1), 12)
    assert chart.bars == "M0.0 100v-100.0h62.5V100z"
    assert list(filter(None, chart.ticks)) == ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]
    assert chart.told == "50.0 % in January 2026; most in January 2026, 50.0 %."


def drawn(tallies: Mapping[dt.date, Tally], labels: Mapping[str, str]) -> Page:
    """The charts on a page."""
    page = ENV.from_string(
        '{% import "archive/charts.html.j2" as charts %}<h1>{{ charts.spark(line, title) }}</h1>'
        '{{ charts.share_chart(shares, "../") }}{{ charts.bar_chart(days) }}'
    )
    html = page.render(
        shares=charts.share(tallies, labels), days=charts.per_day(tallies),
        line=charts.sparkline([1, 2], "Two."), title=tidy(labels.get("a", "")),
    )  # fmt: skip
    return inert(html)


def test_each_chart_has_a_title_a_sentence_and_a_table() -> None:
    page = drawn({SUNDAY: tally({"a": 7})}, {"a": "Agents"})
    assert page.html.count('role="img"') == 3
    assert page.html.count("<title>") == page.html.count("<desc>") == 3
    assert "Week of Agents 31 August 2026 0 %" in page.text
    assert "Day Papers 22 November 2026 7" in page.text
    assert "../themes/a/index.html" in page.links


def test_without_papers_there_is_no_chart() -> None:
    assert "figure" not in drawn({}, {}).elements


@given(TALLIES, st.dictionaries(st.sampled_from(["a", "b"]), TEXT))
def test_no_text_becomes_markup_in_a_chart(
    tallies: dict[dt.date, Tally], labels: dict[str, str]
) -> None:
    drawn(tallies, labels)
