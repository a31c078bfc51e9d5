from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.catalogue import Line
from digest.model.editions import ALSO
from digest.render.look import Look, line_url
from digest.render.theme_pages import theme_month, theme_page, theme_year, themes_index
from tests.render.site import (
    ENV,
    HOSTILE_LOOKS,
    LINES,
    LOOK,
    ONE_DAY,
    SUNDAY,
    Page,
    inert,
    line,
    tally,
    total,
)

NOVEMBER, OCTOBER, LAST_MAY = dt.date(2026, 11, 1), dt.date(2026, 10, 1), dt.date(2025, 5, 1)
MONTHS = {LAST_MAY: (1, 2), OCTOBER: (0, 90), NOVEMBER: (30, 120)}
YEARS = {
    2025: total({"agents": 1, "vision": 1}),
    2026: total({"agents": 1030, ALSO: 5, "arxiv-cs-cl": 7}),
}


def index() -> Page:
    tallies = {
        SUNDAY: tally({"agents": 30, ALSO: 5}),
        SUNDAY - 7 * ONE_DAY: tally({"agents": 10, "arxiv-cs-cl": 7}),
    }
    return inert(themes_index(ENV, LOOK, years=YEARS, tallies=tallies))


def page_of(theme: str, *newest: tuple[dt.date, Line]) -> Page:
    return inert(theme_page(ENV, LOOK, theme, months=MONTHS, years=YEARS, newest=newest))


def test_all_themes_are_listed_those_of_the_last_weeks_first() -> None:
    text = index().text
    order = ["Agents & tools", "arxiv-cs-cl", "Other papers", "Earlier themes", "Vision"]
    assert sorted(order, key=text.index) == order
    assert "40 papers, 77 % 1,031 in all" in text
    assert "Models that act." in text


def test_a_sparkline_tells_its_numbers_in_words() -> None:
    assert "Papers by week: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 30" in index().text
    assert 'role="img"' in index().html


def test_a_theme_page_tells_what_the_theme_is_and_where_its_papers_are() -> None:
    page = page_of("agents", (SUNDAY, line("arxiv:1", sheet=2, upvotes=1, authors="Ada Quill")))
    assert "Models that act." in page.text
    assert "1,031 papers" in page.text
    assert "22 November 2026 Title of arxiv:1 Ada Quill · 1 upvote" in page.text
    assert "../../2026/11/22/2.html#arxiv:1" in page.links
    assert "../../2026/11/22/index.html" in page.links
    assert {"feed.xml", "feed.json", "../index.html"} <= set(page.links)


def test_a_theme_page_leads_to_the_months_and_years_that_have_papers_of_it() -> None:
    page = page_of("agents")
    ours = {link for link in page.links if link[:2] == "20"}
    assert ours == {
        "2026/index.html", "2025/index.html", "2026/11/index.html", "2025/05/index.html",
    }  # fmt: skip
    assert "November 2026 30 · 25 %" in page.text


def test_a_theme_that_the_taxonomy_has_no_more_goes_by_its_id() -> None:
    assert "arxiv-cs-cl" in page_of("arxiv-cs-cl").text


def test_a_theme_page_tells_its_share_by_month_in_a_table_too() -> None:
    text = page_of("agents").text
    assert "May 2025 1 50.0 % October 2026 0 0.0 % November 2026 30 25.0 %" in text
    assert "25.0 % in November 2026; most in May 2025, 50.0 %." in text


def test_a_year_of_a_theme_leads_to_its_months() -> None:
    page = inert(theme_year(ENV, LOOK, "agents", 2026, {OCTOBER: (0, 90), NOVEMBER: (30, 120)}))
    assert "Agents & tools in 2026 30 papers" in page.text
    assert "11/index.html" in page.links
    assert "10/index.html" not in page.links
    assert {"../index.html", "../../../2026/index.html"} <= set(page.links)


def test_a_month_of_a_theme_has_its_papers_by_day() -> None:
    lines = [(NOVEMBER, line("a")), (NOVEMBER + ONE_DAY, line("b")), (NOVEMBER, line("c"))]
    (sheet,) = theme_month(ENV, LOOK, "agents", NOVEMBER, lines)
    page = inert(sheet)
    assert "1 November 2026 Title of a 2 November 2026 Title of b 1 November 2026" in page.text
    assert "../../../../2026/11/02/index.html#b" in page.links
    assert "Page 1" not in page.text


@given(
    st.lists(st.tuples(st.integers(0, 29), LINES), max_size=3),
    st.integers(1, 900),
    st.sampled_from(["", "x", "<", "$x<y$ ", r"$\frac{\alpha}{\sqrt{2}}$", "界"]),
)
@settings(max_examples=15, deadline=None)
def test_sheets_of_a_month_stay_under_256_kb_and_have_every_paper_once_in_order(
    given_lines: list[tuple[int, Line]], number: int, piece: str
) -> None:
    filler = [(at % 30, line(f"k{at}", title=f"{at} {piece * 20}")) for at in range(number)]
    lines = [(NOVEMBER + at * ONE_DAY, one) for at, one in given_lines + filler]
    sheets = theme_month(ENV, LOOK, "agents", NOVEMBER, lines)
    assert all(len(sheet.encode()) < 256 * 1024 for sheet in sheets)
    pages = list(map(inert, sheets))
    found = [link for page in pages for link in page.links if "#" in link and link != "#main"]
    assert found == [f"../../../../{line_url(*dated)}" for dated in lines]
    for page in pages if len(pages) > 1 else ():
        assert {"index.html", "2.html"} <= set(page.links)


@given(HOSTILE_LOOKS, st.lists(LINES, max_size=4))
def test_no_text_becomes_markup_in_a_page_of_themes(look: Look, lines: list[Line]) -> None:
    dated = [(SUNDAY, one) for one in lines]
    inert(theme_page(ENV, look, "agents", months=MONTHS, years=YEARS, newest=dated))
    inert(theme_year(ENV, look, "agents", 2026, MONTHS))
    inert(themes_index(ENV, look, years=YEARS, tallies={SUNDAY: tally({"agents": 1})}))
    for sheet in theme_month(ENV, look, "agents", NOVEMBER, dated):
        inert(sheet)
