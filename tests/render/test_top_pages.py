from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.catalogue import Line
from digest.render.look import Look
from digest.render.top_pages import month_of, most_upvoted, top_index, top_page, week_of
from tests.render.site import ENV, HOSTILE_LOOKS, LINES, LOOK, ONE_DAY, SUNDAY, inert, line


def test_the_most_upvoted_come_first_and_of_equal_ones_the_newest() -> None:
    dated = [
        (SUNDAY - ONE_DAY, line("a", upvotes=5)),
        (SUNDAY, line("c", upvotes=5)),
        (SUNDAY, line("b", upvotes=5)),
        (SUNDAY - ONE_DAY, line("d", upvotes=1200)),
    ]
    assert [one.key for _, one in most_upvoted(dated)] == ["d", "b", "c", "a"]


def test_papers_without_upvotes_are_not_ranked() -> None:
    dated = [(SUNDAY, line("a")), (SUNDAY, line("b", upvotes=0)), (SUNDAY, line("c", upvotes=1))]
    assert [one.key for _, one in most_upvoted(dated)] == ["c"]


@given(st.lists(st.none() | st.integers(0, 9), max_size=80))
def test_no_more_than_fifty_are_ranked_whatever_order_they_come_in(votes: list[int | None]) -> None:
    dated = [(SUNDAY, line(f"k{at}", upvotes=number)) for at, number in enumerate(votes)]
    ranked = most_upvoted(dated)
    assert [one.upvotes for _, one in ranked] == sorted(filter(None, votes), reverse=True)[:50]
    assert most_upvoted(reversed(dated)) == ranked


@pytest.mark.parametrize(
    ("date", "folder", "name", "told"),
    [
        (SUNDAY, "2026/W47", "Week 47 of 2026", "16 November 2026 to 22 November 2026"),
        (dt.date(2027, 1, 3), "2026/W53", "Week 53 of 2026", "28 December 2026 to 3 January 2027"),
        (dt.date(2024, 12, 30), "2025/W01", "Week 1 of 2025", "30 December 2024 to 5 January 2025"),
    ],
)
def test_a_week_goes_by_its_iso_number(date: dt.date, folder: str, name: str, told: str) -> None:
    assert week_of(date) == (folder, name, told)


def test_a_month_goes_by_its_name() -> None:
    assert month_of(SUNDAY) == ("2026/11", "November 2026", "")


def test_a_ranking_tells_of_each_paper_its_votes_day_and_theme() -> None:
    ranked = [(SUNDAY, line("a", upvotes=1200, authors="Ada Quill"))]
    page = inert(top_page(ENV, LOOK, week_of(SUNDAY), ranked, before=None, after=None))
    assert "1,200 upvotes · Ada Quill · 22 November 2026 · Agents & tools" in page.text
    assert {"../../../2026/11/22/index.html#a", "../../../themes/agents/index.html"} <= set(
        page.links
    )


def test_rankings_lead_to_each_other() -> None:
    before, after = week_of(SUNDAY - 7 * ONE_DAY), week_of(SUNDAY + 7 * ONE_DAY)
    page = inert(top_page(ENV, LOOK, week_of(SUNDAY), [], before=before, after=after))
    assert {"../../../top/2026/W46/index.html", "../../../top/2026/W48/index.html"} <= set(
        page.links
    )


def test_where_nobody_has_votes_the_page_says_so() -> None:
    page = inert(top_page(ENV, LOOK, month_of(SUNDAY), [], before=None, after=None))
    assert "Nobody has voted for a paper here." in page.text


def test_the_first_page_has_the_first_ten_of_the_week_and_of_the_month() -> None:
    ranked = [(SUNDAY, line(f"k{at}", upvotes=99 - at)) for at in range(12)]
    page = inert(top_index(ENV, LOOK, week=(week_of(SUNDAY), ranked), month=(month_of(SUNDAY), [])))
    assert "k9" in page.text
    assert "k10" not in page.text
    assert "Week 47 of 2026: the first 12" in page.text
    assert "Nobody has voted" in page.text
    assert {"2026/W47/index.html", "2026/11/index.html"} <= set(page.links)


@given(HOSTILE_LOOKS, st.lists(LINES, max_size=5))
def test_no_text_becomes_markup_in_a_ranking(look: Look, lines: list[Line]) -> None:
    ranked = most_upvoted((SUNDAY, one) for one in lines)
    inert(top_page(ENV, look, week_of(SUNDAY), ranked, before=None, after=None))
    inert(top_index(ENV, look, week=(week_of(SUNDAY), ranked), month=(month_of(SUNDAY), ranked)))
