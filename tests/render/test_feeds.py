"""Feeds that keep the rules, and that readers of feeds read as they were meant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import feedparser
import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digest.model.catalogue import Item
from digest.model.editions import Edition
from digest.render.feeds import (
    archived,
    atom,
    editions_channel,
    json_feed,
    opml,
    papers_channel,
    theme_channel,
)
from digest.render.items import edition_item, paper_items
from digest.render.look import Look
from tests.render.hostile import EDITIONS, TEXT, Elements
from tests.render.rules import checked, checked_json
from tests.render.specimen import EDITION, SITE, shipped

ENV = shipped()
LOOK = Look(title=EDITION.title, base_url=SITE, labels={"agents": "Agents & tools"})
HERE = replace(LOOK, base_url="")
EDITIONS_CHANNEL = editions_channel(LOOK, "daily-papers")
PAPERS_CHANNEL = papers_channel(LOOK, "daily-papers")
THEME = theme_channel(LOOK, "daily-papers", "agents")
ITEMS = [edition_item(ENV, LOOK, EDITION)]
PAPERS = paper_items(ENV, LOOK, EDITION)
RELATED = {
    "self": f"{SITE}/2026/05/feed.xml",
    "current": f"{SITE}/feed.xml",
    "prev-archive": f"{SITE}/2026/04/feed.xml",
    "next-archive": f"{SITE}/2026/06/feed.xml",
    "alternate": f"{SITE}/",
}

# feedparser takes text for that of another character set where it has C1 controls, and where it has
# no sign beyond U+00FF and would be UTF-8. So no text here is such.
ANY = (st.text(max_size=30) | TEXT).map(lambda text: re.sub("[\x80-\x9f]", "", text) + "…")
ANY_ITEM = st.builds(
    Item,
    id=st.uuids().map(lambda uuid: uuid.urn), url=st.just("") | st.just(f"{SITE}/2026/06/16/#a"),
    title=ANY, content=ANY, summary=ANY, published=st.just("2026-06-16T07:30:00Z"),
    link=st.just("") | st.just("https://example.org/?a=1&b=\"2\""),
    authors=st.lists(ANY, max_size=3).map(tuple), theme=ANY, label=ANY,
)  # fmt: skip


def read(document: str) -> Any:
    return feedparser.parse(document.encode(), sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize("look", [LOOK, HERE])
def test_a_feed_keeps_the_rules_of_atom(look: Look) -> None:
    for document in (
        atom(look, EDITIONS_CHANNEL, ITEMS, previous="2026/05/feed.xml"),
        atom(look, PAPERS_CHANNEL, PAPERS),
        atom(look, THEME, []),
        archived(look, THEME, PAPERS[:4], path="themes/agents/2026/05/feed.xml"),
    ):
        checked("atom", document)


def test_a_feed_stays_the_one_that_readers_subscribed_to() -> None:
    assert EDITIONS_CHANNEL.urn == "urn:uuid:d554f1d7-0891-56f6-94f9-96c70f2ab4fd"
    assert len({EDITIONS_CHANNEL.urn, PAPERS_CHANNEL.urn, THEME.urn}) == 3
    renamed = replace(LOOK, title="Renamed", base_url="https://elsewhere.example")
    assert theme_channel(renamed, "daily-papers", "agents").urn == THEME.urn


def test_feedparser_finds_what_the_papers_of_an_edition_are() -> None:
    found = read(atom(LOOK, PAPERS_CHANNEL, PAPERS))
    assert not found.bozo
    assert found.feed.id == PAPERS_CHANNEL.urn
    assert found.feed.title == "Daily Papers & More: single papers"
    assert found.feed.updated == "2026-06-16T07:30:00Z"
    assert found.feed.generator == "Papertide"
    assert [entry.id for entry in found.entries] == [paper.id for paper in PAPERS]
    assert [entry.title for entry in found.entries] == [paper.title for paper in PAPERS]
    for entry, paper in zip(found.entries, PAPERS, strict=True):
        assert entry.link == paper.url
        assert tuple(one.name for one in entry.get("authors", ())) == paper.authors
        (theme,) = entry.tags
        assert (theme.term, theme.label) == (paper.theme, paper.label)
        assert entry.content[0].value == paper.content.strip()
        assert entry.content[0].type == "text/html"


def test_an_archived_document_tells_of_those_beside_it_and_of_the_feed() -> None:
    document = archived(
        LOOK,
        EDITIONS_CHANNEL,
        ITEMS,
        path="2026/05/feed.xml",
        previous="2026/04/feed.xml",
        following="2026/06/feed.xml",
    )
    root = checked("atom", document)
    assert _links(root) == RELATED
    assert root.find("{http://purl.org/syndication/history/1.0}archive") is not None
    assert root.findtext("{*}id") == EDITIONS_CHANNEL.urn


def test_what_readers_subscribe_to_leads_to_the_newest_archived_document() -> None:
    root = checked("atom", atom(LOOK, EDITIONS_CHANNEL, ITEMS, previous="2026/05/feed.xml"))
    assert _links(root)["prev-archive"] == f"{SITE}/2026/05/feed.xml"
    assert root.find("{http://purl.org/syndication/history/1.0}archive") is None
    assert "prev-archive" not in _links(checked("atom", atom(LOOK, EDITIONS_CHANNEL, ITEMS)))


def test_without_an_address_a_feed_leads_to_no_other_document() -> None:
    items = paper_items(ENV, HERE, EDITION)
    for document in (
        atom(HERE, PAPERS_CHANNEL, items, previous="2026/06/15/papers.xml"),
        archived(HERE, PAPERS_CHANNEL, items, path="2026/06/16/papers.xml", previous="x.xml"),
    ):
        assert set(_links(checked("atom", document))) == set()
        assert {
            link.rel for entry in read(document).entries for link in entry.get("links", ())
        } == {"related"}
    told = checked_json(json_feed(HERE, PAPERS_CHANNEL, items))
    assert not {"feed_url", "home_page_url"} & told.keys()


def test_both_formats_tell_the_same_ids_titles_and_content() -> None:
    told = checked_json(json_feed(LOOK, PAPERS_CHANNEL, PAPERS))
    assert told["feed_url"] == f"{SITE}/papers.json"
    assert told["home_page_url"] == f"{SITE}/"
    found = read(atom(LOOK, PAPERS_CHANNEL, PAPERS)).entries
    assert [(one["id"], one["title"], one["content_html"].strip()) for one in told["items"]] == [
        (entry.id, entry.title, entry.content[0].value) for entry in found
    ]
    first = told["items"][0]
    assert first["external_url"] == "https://arxiv.org/abs/2606.00001"
    assert first["authors"][0] == {"name": "Ada Quill"}
    assert first["tags"] == ["Agents & tools"]


def test_the_list_of_feeds_names_each_with_its_address() -> None:
    channels = [EDITIONS_CHANNEL, PAPERS_CHANNEL, THEME]
    document = opml(LOOK, channels)
    checked("opml", document)
    found = listparser.parse(document)
    assert not found.bozo
    assert found.meta.title == "Daily Papers & More"
    assert [(one.title, one.url) for one in found.feeds] == [
        ("Daily Papers & More", f"{SITE}/feed.xml"),
        ("Daily Papers & More: single papers", f"{SITE}/papers.xml"),
        ("Daily Papers & More: Agents & tools", f"{SITE}/themes/agents/feed.xml"),
    ]


@given(st.lists(ANY_ITEM, max_size=3), st.builds(Look, title=ANY, base_url=st.just(SITE)))
def test_any_text_comes_through_atom_as_it_is(items: list[Item], look: Look) -> None:
    channel = editions_channel(look, "daily-papers")
    document = atom(look, channel, items)
    etree.fromstring(document.encode())
    found = read(document)
    assert not found.bozo
    assert [entry.id for entry in found.entries] == [item.id for item in items]
    for entry, item in zip(found.entries, items, strict=True):
        assert entry.title.strip() == _as_read(item.title)
        assert entry.content[0].value.strip() == _as_read(item.content)


@given(st.lists(ANY_ITEM, max_size=3))
def test_any_text_comes_through_a_json_feed_as_it_is(items: list[Item]) -> None:
    told = checked_json(json_feed(LOOK, PAPERS_CHANNEL, items))
    assert [one["id"] for one in told["items"]] == [item.id for item in items]
    assert [one["content_html"] for one in told["items"]] == [
        re.sub("[\ud800-\udfff\ufffe\uffff]", "", item.content) for item in items
    ]


@given(TEXT, TEXT)
def test_any_title_and_label_stand_in_the_list_of_feeds(title: str, label: str) -> None:
    look = Look(title=title or "T", base_url=SITE, labels={"agents": label})
    root = etree.fromstring(opml(look, [theme_channel(look, "daily-papers", "agents")]).encode())
    assert [one.tag for one in root.iter()] == ["opml", "head", "title", "body", "outline"]


@given(EDITIONS)
def test_whatever_papers_say_their_feed_keeps_the_rules_and_stays_text(edition: Edition) -> None:
    items = paper_items(ENV, LOOK, edition)
    document = atom(LOOK, PAPERS_CHANNEL, items)
    checked("atom", document)
    checked_json(json_feed(LOOK, PAPERS_CHANNEL, items))
    for entry in read(document).entries:
        assert Elements(entry.content[0].value).elements <= {"p", "a"}


def _links(root: Any) -> dict[str, str]:
    """The links of a feed by their relations."""
    return {link.get("rel"): link.get("href") for link in root.findall("{*}link")}


def _as_read(text: str) -> str:
    """A text as XML has it: without what may not stand there, with one kind of newline."""
    kept = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
    return re.sub("\r\n?", "\n", kept).strip()
