from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import SourceNote
from digest.model.sources import SourceState
from digest.render.look import Look
from digest.render.site_pages import about, not_found
from tests.render.site import (
    ENV,
    HOSTILE_LOOKS,
    LOOK,
    NOTES,
    ONE_DAY,
    SUNDAY,
    Page,
    day,
    inert,
    total,
)
from tests.render.specimen import SITE

FRESH = SourceNote(name="arXiv", state=SourceState.FRESH, sightings=3)


def about_sources(*notes: tuple[SourceNote, ...]) -> Page:
    """The page after editions of consecutive days, the last on a Sunday."""
    first = SUNDAY - (len(notes) - 1) * ONE_DAY
    days = [day(first + at * ONE_DAY, sources=found) for at, found in enumerate(notes)]
    return inert(about(ENV, LOOK, days=days, years={2026: total({"agents": 1200})}))


def test_the_page_tells_how_each_source_fared_in_words() -> None:
    failed = replace(FRESH, state=SourceState.FAILED, reason="HTTP 503")
    page = about_sources((FRESH,), (failed,), (FRESH,), (replace(FRESH, state=SourceState.QUIET),))
    assert (
        "It showed papers for 2 editions, had nothing new for 1 edition, could not be read for"
        " 1 edition. Last trouble: 20 November 2026: HTTP 503"
    ) in page.text
    assert "In the last 4 editions, up to that of 22 November 2026." in page.text


def test_a_source_without_trouble_has_none_told() -> None:
    page = about_sources((FRESH,), (replace(FRESH, state=SourceState.WAITING),))
    assert "It showed papers for 1 edition, was not out yet for 1 edition." in page.text
    assert "Last trouble" not in page.text


def test_what_a_guard_held_is_told_as_left_out() -> None:
    page = about_sources((replace(FRESH, held=True),))
    assert "It was left out of 1 edition. Last trouble: 22 November 2026" in page.text


def test_a_strip_has_a_bar_for_each_edition_that_had_the_source_by_how_it_fared() -> None:
    late = replace(FRESH, name="bioRxiv", state=SourceState.STALE)
    html = about_sources((FRESH,), (FRESH, late), (FRESH, late)).html
    assert html.count('<path class="fresh"') == 1
    assert html.count('<path class="late"') == 1
    assert 'd="M333.3 100v-50.0h250.0V100zM666.7 100v-50.0h250.0V100z"/>' in html
    assert "bioRxiv in the last 3 editions" in html


def test_the_sources_of_the_newest_edition_come_first() -> None:
    page = about_sources((replace(FRESH, name="Old"), FRESH), (FRESH,))
    assert page.text.index("arXiv") < page.text.index("Old")


def test_the_page_tells_of_feeds_and_data() -> None:
    page = about_sources((FRESH,))
    assert "Since 2026: 1,200 papers in 1 edition." in page.text
    files = ["feed.xml", "feed.json", "papers.xml", "papers.json", "feeds.opml", "catalogue.json"]
    assert {f"../{name}" for name in files} <= set(page.links)


def test_before_the_first_edition_the_page_says_so() -> None:
    page = inert(about(ENV, LOOK, days=[], years={}))
    assert "There is no edition yet." in page.text


def test_a_missing_page_leads_home_from_any_depth() -> None:
    page = inert(not_found(ENV, LOOK))
    assert f"{SITE}/index.html" in page.links
    assert all(link.startswith(("https://", "#")) for link in page.links)
    bare = inert(not_found(ENV, replace(LOOK, base_url="")))
    assert "/index.html" in bare.links
    assert "noindex" in bare.html


@given(HOSTILE_LOOKS, st.lists(st.lists(NOTES, max_size=3).map(tuple), max_size=4))
def test_no_text_becomes_markup_in_a_page_of_the_site(
    look: Look, notes: list[tuple[SourceNote, ...]]
) -> None:
    days = [day(SUNDAY + at * ONE_DAY, sources=found) for at, found in enumerate(notes)]
    inert(about(ENV, look, days=days, years={2026: total({"agents": 1})}))
    inert(not_found(ENV, look))
