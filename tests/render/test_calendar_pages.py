from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from digest.model.catalogue import Day, Line, Month, Year
from digest.render.calendar_pages import month_page, year_page
from digest.render.look import Look
from tests.render.site import (
    ENV,
    HOSTILE_LOOKS,
    LINES,
    LOOK,
    ONE_DAY,
    Page,
    day,
    inert,
    line,
    tally,
)

FIRST = dt.date(2024, 2, 1)  # of a leap year
YEAR = Year(
    days={
        FIRST: tally({"agents": 1}),
        FIRST + 28 * ONE_DAY: tally({"agents": 20, "vision": 30}),
        dt.date(2024, 12, 31): tally({"vision": 1200}),
    }
)


def a_year(before: int | None = None, after: int | None = None) -> Page:
    return inert(year_page(ENV, LOOK, 2024, YEAR, before=before, after=after))


def a_month(*days: Day, before: dt.date | None = None, after: dt.date | None = None) -> Page:
    return inert(month_page(ENV, LOOK, FIRST, Month(days=days), before=before, after=after))


def test_a_year_leads_to_its_days_and_to_the_months_that_have_any() -> None:
    page = a_year()
    ours = {link for link in page.links if link[:2].isdigit()}
    assert ours == {
        "02/index.html", "02/01/index.html", "02/29/index.html",
        "12/index.html", "12/31/index.html",
    }  # fmt: skip


def test_a_year_is_twelve_tables_that_tell_how_many_papers_a_day_has() -> None:
    page = a_year()
    assert page.html.count("<table") == 12
    assert "3 editions, 1,251 papers" in page.text
    assert "29 50" in page.text
    assert "31 1,200" in page.text


def test_days_are_shaded_by_quarters_so_one_huge_day_leaves_the_others_apart() -> None:
    html = a_year().html
    assert '<td class="n1"><a href="02/01/index.html">' in html
    assert '<td class="n2"><a href="02/29/index.html">' in html
    assert '<td class="n3"><a href="12/31/index.html">' in html


def test_a_year_names_its_largest_themes() -> None:
    page = a_year()
    assert "Vision 1,230 · 98 %" in page.text
    assert "../themes/vision/2024/index.html" in page.links


def test_years_lead_to_each_other() -> None:
    assert {"../2023/index.html", "../2026/index.html"} <= set(a_year(2023, 2026).links)
    assert not [link for link in a_year().links if "/202" in link and link.startswith("../202")]


def test_a_month_lists_its_editions_newest_first_with_their_largest_sections() -> None:
    sections = (("Agents & tools", 9), ("Vision", 4), ("Speech", 2), ("Unnamed", 1))
    page = a_month(day(FIRST, line(), sections=sections), day(FIRST + ONE_DAY, line(), line("b")))
    assert page.text.index("Friday, 2 February 2024 2 papers") < page.text.index(
        "1 February 2024 1"
    )
    assert "Agents & tools 9 , Vision 4 , Speech 2" in page.text
    assert "Unnamed" not in page.text


def test_a_month_shows_the_paper_with_most_upvotes_of_each_edition() -> None:
    page = a_month(
        day(FIRST, line("a", upvotes=3), line("b", upvotes=1200, sheet=2), line("c")),
        day(FIRST + ONE_DAY, line("d"), line("e")),
    )
    assert "Title of b · 1,200 upvotes" in page.text
    assert "../../2024/02/01/2.html#b" in page.links
    assert "Title of d" in page.text  # the first, where nobody has voted
    assert "Title of a" not in page.text


def test_a_month_names_its_largest_themes_and_leads_to_its_most_upvoted() -> None:
    page = a_month(day(FIRST, line("a"), line("b"), line("c", theme="vision")))
    assert "Agents & tools 2 · 67 %" in page.text
    assert "../../themes/agents/2024/02/index.html" in page.links
    assert "../../top/2024/02/index.html" in page.links


def test_months_lead_to_each_other() -> None:
    page = a_month(before=dt.date(2023, 12, 1), after=dt.date(2024, 3, 1))
    assert {"../../2023/12/index.html", "../../2024/03/index.html"} <= set(page.links)


@given(
    HOSTILE_LOOKS,
    st.lists(st.tuples(st.integers(0, 28), st.lists(LINES, max_size=4)), max_size=4),
    st.lists(st.tuples(LINES.map(lambda one: one.title), st.integers(0, 9)), max_size=4),
)
def test_no_text_becomes_markup_in_a_calendar(
    look: Look, given_days: list[tuple[int, list[Line]]], sections: list[tuple[str, int]]
) -> None:
    days = tuple(
        day(FIRST + at * ONE_DAY, *lines, sections=tuple(sections))
        for at, lines in sorted(dict(given_days).items())
    )
    inert(month_page(ENV, look, FIRST, Month(days=days), before=None, after=None))
    tallies = {one.date: tally({line.theme: 1 for line in one.lines}) for one in days}
    inert(year_page(ENV, look, 2024, Year(days=tallies), before=None, after=None))
