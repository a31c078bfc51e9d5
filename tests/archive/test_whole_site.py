"""Each file of a site that has everything: its links lead somewhere, and machines can read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from lxml import etree, html

from tests.archive.sites import DOI, HOSTILE, NAMING, build
from tests.render.rules import checked, checked_json

BASE = "https://www.example.org/papers"
NOWHERE = "https://site.invalid"  # where a site without an address is taken to be
SUBSCRIBE = "https://forms.example.org/subscribe"
LARGEST = 256_000
_SCRIPTED = {"search/index.html", "find/index.html"}
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Whole:
    """A site, and the address that it is at."""

    folder: Path
    base: str

    @cached_property
    def pages(self) -> dict[str, html.HtmlElement]:
        parser = html.HTMLParser(encoding="utf-8")
        return {
            self.name(file): html.document_fromstring(file.read_bytes(), parser=parser)
            for file in sorted(self.folder.rglob("*.html"))
        }

    def texts(self, ending: str) -> dict[str, str]:
        files = sorted(self.folder.rglob(f"*{ending}"))
        return {self.name(file): file.read_text("utf-8") for file in files}

    def name(self, file: Path) -> str:
        return str(file.relative_to(self.folder))

    def is_dead(self, link: str, name: str = "") -> bool:
        """Whether a link in a file leads to no file or no place of the site."""
        whole = urljoin(f"{self.base}/{name}", link)
        if not whole.startswith(f"{self.base}/"):
            return urlsplit(link).scheme not in ("https", "http")
        parts = urlsplit(whole.removeprefix(f"{self.base}/"))
        path = unquote(parts.path)
        target = f"{path}index.html" if not path or path.endswith("/") else path
        if not (self.folder / target).is_file():
            return True
        return bool(parts.fragment) and unquote(parts.fragment) not in self.places[target]

    @cached_property
    def places(self) -> dict[str, set[str]]:
        return {name: set(page.xpath("//@id")) for name, page in self.pages.items()}


@pytest.fixture(scope="module", params=[BASE, ""], ids=["below a path", "bare"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder, base = tmp_path_factory.mktemp("site"), request.param
    build(folder, base, SUBSCRIBE if base else "")
    return Whole(folder, base or NOWHERE)


def test_no_link_of_a_page_is_dead(whole: Whole) -> None:
    lost = "404.html"  # is shown at any depth, so it needs the site's address
    links = {
        (name, link)
        for name, page in whole.pages.items()
        for link in page.xpath("//@href | //@src | //@action | //meta[@property='og:url']/@content")
        if name != lost or whole.base != NOWHERE
    }
    assert len(links) > 2_000
    assert {(name, link) for name, link in links if whole.is_dead(link, name)} == set()


def test_no_link_of_a_document_for_machines_is_dead(whole: Whole) -> None:
    links = {(name, link) for name, link in _links(whole) if not link.startswith("urn:")}
    assert len(links) > 100 or whole.base == NOWHERE
    assert {(name, link) for name, link in links if whole.is_dead(link, name)} == set()


def _links(whole: Whole) -> Iterator[tuple[str, str]]:
    """The links in feeds, their texts, the sitemaps and what pages tell search engines."""
    for name, text in (whole.texts(".xml") | whole.texts(".opml")).items():
        root = etree.fromstring(text.encode())
        yield from ((name, link) for link in root.xpath("//@href | //@xmlUrl | //@htmlUrl"))
        yield from ((name, loc.text) for loc in root.iter("{*}loc"))
        for content in root.iter(f"{_ATOM}content"):
            yield from ((name, link) for link in html.fromstring(content.text).xpath("//@href"))
    for name, text in whole.texts("feed.json").items():
        told = json.loads(text)
        known = [told.get("home_page_url"), told.get("feed_url")]
        known += [item.get("url") for item in told["items"]]
        yield from ((name, link) for link in known if link)
    for name, page in whole.pages.items():
        for text in page.xpath("//script[@type='application/ld+json']/text()"):
            yield from ((name, part["url"]) for part in json.loads(text)["hasPart"])


def test_feeds_keep_the_rules_and_have_the_same_ids_for_every_reader(whole: Whole) -> None:
    feeds = whole.texts("feed.xml") | whole.texts("papers.xml")
    assert len(feeds) > 15
    for name, text in feeds.items():
        entries = checked("atom", text).iter(f"{_ATOM}entry")
        ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
        read = feedparser.parse(text.encode())
        assert not read.bozo, name
        assert [entry.id for entry in read.entries] == ids
        assert len(set(ids)) == len(ids)
        twin = whole.folder / name.replace(".xml", ".json")
        if twin.exists():
            assert [item["id"] for item in checked_json(twin.read_text())["items"]] == ids


def test_the_documents_behind_a_feed_hold_every_entry(whole: Whole) -> None:
    if whole.base == NOWHERE:  # documents are linked by whole addresses
        feeds = [file.read_text() for file in whole.folder.rglob("*.xml")]
        assert feeds
        assert not [text for text in feeds if "prev-archive" in text]
        return
    count = sum(len(page.xpath("//article")) for page in whole.pages.values())
    for feed, number in (("papers.xml", count), ("feed.xml", 10)):
        found, address = set[str](), f"{whole.base}/{feed}"
        while address:
            file = whole.folder / address.removeprefix(f"{whole.base}/")
            read = feedparser.parse(file.read_bytes())
            found |= {entry.id for entry in read.entries}
            older = [link.href for link in read.feed.links if link.rel == "prev-archive"]
            address = next(iter(older), "")
        assert len(found) == number


def test_only_search_and_find_have_a_script_and_no_page_loads_a_style(whole: Whole) -> None:
    for name, page in whole.pages.items():
        scripts = page.xpath("//script[not(@type='application/ld+json')]")
        scripted = name in _SCRIPTED or name.startswith("find/")
        assert [script.get("type") for script in scripts] == ["module"] * scripted, name
        assert all(script.get("src") and not script.text for script in scripts)
        assert not page.xpath("//link[@rel='stylesheet' or @rel='preload'] | //iframe | //@style")
        assert not page.xpath("//@*[starts-with(name(), 'on')]")
        assert {image.get("loading") for image in page.iter("img")} <= {"lazy"}


def test_every_page_has_a_policy_one_heading_and_room_to_load(whole: Whole) -> None:
    for name, page in whole.pages.items():
        policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert policy.startswith("default-src 'none'; style-src 'sha256-"), name
        assert "unsafe-inline" not in policy
        assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1, name
        assert page.xpath("string(//title)").strip()
        assert (whole.folder / name).stat().st_size <= LARGEST, name
        assert len(page.xpath("string(//style)")) < 14_000


def test_every_page_tells_its_own_address(whole: Whole) -> None:
    for name, page in whole.pages.items():
        own = f"{whole.base}/{name.removesuffix('index.html')}"
        told = page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
        assert told == ([] if whole.base == NOWHERE else [own, own])


def test_hostile_text_stays_text_in_every_file_for_readers(whole: Whole) -> None:
    for name, page in whole.pages.items():
        assert not page.xpath("//img[@src='x'] | //svg[@onload] | //object | //embed | //base")
        assert not page.xpath("//body//script | //title/*"), name
        schemes = {urlsplit(link).scheme for link in page.xpath("//@href | //@src")}
        assert schemes <= {"", "https", "http"}, name
    label = NAMING.labels["agents"]
    assert whole.pages["themes/agents/index.html"].xpath("string(//h1)") == label
    page = whole.pages[f"{HOSTILE:%Y/%m/%d}/index.html"]
    assert page.xpath("string(//article/h3)").startswith("<script>alert(1)</script> wave")
    by_doi = page.get_element_by_id(f"doi:{DOI.lower()}")
    assert by_doi.xpath("string(h3)") == "<a doi> wave <a doi>"
