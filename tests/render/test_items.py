"""Editions and papers as feeds have them: the same ids for ever, content that stands by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import jinja2
import pytest
from hypothesis import given

from digest.errors import ConfigError
from digest.model.catalogue import Item
from digest.model.editions import Edition, Section
from digest.render.items import edition_item, paper_items
from digest.render.look import Look
from digest.render.shelf import Shelf
from digest.render.templates import environment
from tests.render.hostile import EDITIONS, Elements
from tests.render.specimen import COMPLETE, EDITION, SITE, large, placed, shipped

LOOK = Look(title=EDITION.title, base_url=SITE, labels={"agents": "Agents & tools"})
HERE = replace(LOOK, base_url="")
ENV = shipped()


def test_the_id_of_an_edition_is_the_same_for_ever() -> None:
    known = "urn:uuid:5a091ff4-c147-57c0-afa9-d4cbd5d1b9c2"
    assert edition_item(ENV, LOOK, EDITION).id == known
    assert edition_item(ENV, HERE, replace(EDITION, title="Renamed", sections=())).id == known


def test_the_id_of_a_paper_is_the_same_for_ever_and_no_others() -> None:
    ids = [item.id for item in paper_items(ENV, LOOK, EDITION)]
    assert ids[0] == "urn:uuid:c405ef1b-468c-52ed-8116-83daab16a98a"
    assert len(set(ids)) == len(ids) == 11
    assert [item.id for item in paper_items(ENV, HERE, replace(EDITION, title="New"))] == ids
    other = replace(EDITION, newsletter="other-papers")
    assert not set(ids) & {item.id for item in paper_items(ENV, LOOK, other)}


def test_a_paper_of_an_edition_leads_to_its_own_page_and_to_its_place_in_the_archive() -> None:
    first, *_ = paper_items(ENV, LOOK, EDITION)
    assert first.url == f"{SITE}/2026/06/16/#arxiv:2606.00001"
    assert first.link == "https://arxiv.org/abs/2606.00001"
    assert first.published == "2026-06-16T07:30:00Z"
    assert (first.theme, first.label) == ("agents", "Agents & tools")
    assert first.authors == COMPLETE.authors


def test_a_paper_on_a_further_page_of_its_edition_leads_there() -> None:
    long = [
        placed(replace(COMPLETE, ids=(f"2606.{at:05}",), abstract="All words. " * 1_000), "agent")
        for at in range(1, 61)
    ]
    section = Section(theme="agents", label="Agents", papers=tuple(long))
    *_, last = paper_items(ENV, LOOK, replace(EDITION, sections=(section,)))
    page, _, place = last.url.removeprefix(f"{SITE}/2026/06/16/").partition("#")
    assert page not in ("", "1.html")
    assert page.endswith(".html")
    assert place == "arxiv:2606.00060"


def test_the_content_of_a_paper_tells_all_of_it_in_plain_words() -> None:
    items = paper_items(ENV, LOOK, EDITION)
    told = unescape(items[0].content)
    for part in (
        "Ada Quill, Bo Reed, Cy Sand … Flo Vane (+2) · Institute of Waiting",
        COMPLETE.abstract,
        '<a href="https://arxiv.org/pdf/2606.00001">PDF</a>',
        f'<a href="{SITE}/themes/agents/">Agents & tools</a>',
        "1,234 upvotes, 1 comment · Matches “agent”, “tool” · via hf, arxiv",
    ):
        assert part in told
    formulae = items[3]
    assert formulae.title == "PanGu-π at $10 Each: O(n log n) Waiting for Idle Agents"
    assert "x² ≤ 10⁻³ steps, as Poincaré did" in formulae.content
    assert "Summary written by small-model:8b" in formulae.content
    assert formulae.summary.startswith("Waiting agents need <few> steps")


def test_without_an_address_no_item_has_one_in_the_archive() -> None:
    items = [edition_item(ENV, HERE, EDITION), *paper_items(ENV, HERE, EDITION)]
    assert {item.url for item in items} == {""}
    assert not any("themes/" in item.content for item in items)
    assert items[1].link == "https://arxiv.org/abs/2606.00001"


def test_an_edition_shows_fifty_papers_and_tells_of_the_rest() -> None:
    item = edition_item(ENV, LOOK, large(80))
    assert item.content.count("<h3") == 50
    assert sum(map(int, re.findall(r"and (\d+) more", item.content))) == 30
    assert item.title.endswith(": 80 new papers")
    assert item.url == f"{SITE}/2026/06/16/"
    assert len(paper_items(ENV, LOOK, large(80))) == 80


def test_what_is_made_fit_already_gives_the_same_items() -> None:
    shelf = Shelf(EDITION)
    assert paper_items(ENV, LOOK, EDITION, shelf=shelf) == paper_items(ENV, LOOK, EDITION)
    assert edition_item(ENV, LOOK, EDITION, shelf=shelf) == edition_item(ENV, LOOK, EDITION)


def test_of_three_thousand_authors_an_item_names_fifty_and_its_content_counts_all() -> None:
    paper = replace(COMPLETE, authors=("Many Authors",) * 3_000)
    section = Section(theme="agents", label="Agents", papers=(placed(paper),))
    (item,) = paper_items(ENV, LOOK, replace(EDITION, sections=(section,)))
    assert len(item.authors) == 50
    assert "(+2,996)" in item.content


def test_a_users_template_of_a_paper_wins_and_a_wrong_one_is_told() -> None:
    own = {"archive/item.html.j2": "{% macro item(paper, theme) %}{{ paper.title }}{% endmacro %}"}
    first, *_ = paper_items(environment(jinja2.DictLoader(own)), LOOK, EDITION)
    assert first.content == COMPLETE.title
    for wrong in ("{{ paper.title }}", "{% macro item(paper, theme) %}{{ papr }}{% endmacro %}"):
        env = environment(jinja2.DictLoader({"archive/item.html.j2": wrong}))
        with pytest.raises(ConfigError, match=r"archive/item\.html\.j2: "):
            paper_items(env, LOOK, EDITION)


@given(EDITIONS)
def test_no_text_becomes_markup_in_an_item(edition: Edition) -> None:
    for item in (edition_item(ENV, LOOK, edition), *paper_items(ENV, LOOK, edition)):
        found = Elements(item.content)
        words = {"em", "strong", "code", "ul", "ol", "li", "blockquote", "br"}
        assert found.elements <= {"h2", "h3", "p", "a"} | words
        assert found.attributes <= {"dir", "href"}
        assert not found.comments
        assert all(link.startswith(("https://", "http://")) for link in found.links)
        assert _is_fit(item)


def _is_fit(item: Item) -> bool:
    """Whether an item has no character that XML forbids, shows nothing or reorders others."""
    unfit = set(map(chr, [*range(9), *range(11, 32), 0x7F, 0x202E, 0x2066, 0xD800, 0xFFFE]))
    return not unfit & set("".join((item.title, item.summary, item.content, *item.authors)))
