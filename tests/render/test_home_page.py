"""The site's first page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from hypothesis import given

from digest.model.catalogue import YearTotal
from digest.model.editions import Edition, FrozenEdition, Section
from digest.render.catalogued import day, tally
from digest.render.home_page import home
from digest.render.look import Look
from tests.render.hostile import EDITIONS, Elements
from tests.render.specimen import COMPLETE, EDITION, SITE, large, placed, shipped

ENV = shipped()
LOOK = Look(title="Daily Papers", base_url=SITE, labels={"agents": "Agents that act"})


def page(look: Look = LOOK, newest: Edition = EDITION, *earlier: Edition) -> str:
    recent = [
        day(FrozenEdition(edition=one, document=b"", sha256="0" * 64)) for one in (newest, *earlier)
    ]
    return home(
        ENV,
        look,
        newest=newest,
        recent=recent,
        tallies={one.date: tally(one) for one in recent},
        years={
            2025: YearTotal(editions=1, size=9, themes={"also": 9}, last=dt.date(2025, 12, 31)),
            2026: YearTotal(editions=2, size=1200, themes={"also": 1200}, last=newest.date),
        },
    )


def test_home_shows_the_first_papers_of_each_section_of_the_newest_edition() -> None:
    edition = large(40)
    shown = page(newest=edition)
    led = sum(min(3, len(section.papers)) for section in edition.sections)
    assert len(re.findall(r'<h3><a href="2026/06/16/index.html#s\d"', shown)) == 8
    assert shown.partition("<main")[2].count("Patient Agents: Tools") == led
    assert '<a href="2026/06/16/index.html">' in shown
    assert "40 new papers" in shown


def test_a_title_leads_to_the_papers_own_place_whichever_page_has_it() -> None:
    papers = tuple(
        placed(
            replace(COMPLETE, title=f"Number {at}", abstract="x " * 9_000, ids=(f"2606.{at:05}",))
        )
        for at in range(24)
    )
    halves = [Section(theme=f"t{at}", label="T", papers=papers[at * 12 :][:12]) for at in range(2)]
    shown = page(newest=replace(EDITION, sections=tuple(halves)))
    assert 'href="2026/06/16/index.html#arxiv:2606.00001"' in shown
    assert re.search(r'href="2026/06/16/\d\.html#arxiv:2606.00013"', shown)
    assert re.search(r'<h3><a href="2026/06/16/\d\.html#s2"', shown)


def test_home_leads_to_the_days_before_the_years_and_the_feeds() -> None:
    before = replace(large(3), date=dt.date(2026, 6, 15))
    shown = page(LOOK, EDITION, before)
    for link in ("2026/06/15/index.html", "2026/index.html", "2025/index.html", "feed.xml",
                 "feed.json", "papers.xml", "papers.json", "feeds.opml", "themes/index.html",
                 "top/index.html", "about/index.html"):  # fmt: skip
        assert f'href="{link}"' in shown
    assert "1,200 papers" in shown
    assert "<svg" in shown


def test_home_offers_to_search_and_to_subscribe_where_that_can_be_done() -> None:
    bare = page()
    assert "<form" not in bare
    assert "by mail" not in bare
    assert "form-action 'none'" in bare
    whole = page(replace(LOOK, search=True, subscribe="https://papers.example.org/subscribe"))
    assert '<form action="search/index.html"' in whole
    assert 'name="q"' in whole
    assert "form-action 'self'" in whole
    assert 'href="https://papers.example.org/subscribe">Subscribe by mail' in whole


def test_home_needs_one_request_to_be_painted() -> None:
    style = page().partition("<style>")[2].partition("</style>")[0]
    assert len(style) < 14_000
    assert not re.search(r'rel="stylesheet"|<script|style=|url\(', page())


@given(EDITIONS)
def test_no_text_becomes_an_element_of_home(edition: Edition) -> None:
    found = Elements(page(LOOK, edition, replace(edition, date=dt.date(2026, 6, 1))))
    assert not found.elements & {"script", "img", "iframe", "object", "embed"}
    assert not {name for name in found.attributes if name.startswith("on")} | set(found.comments)
    assert not [link for link in found.links if re.match(r"\s*(javascript|data|//)", link)]
