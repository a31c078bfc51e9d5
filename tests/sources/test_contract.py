"""Our own kinds keep the contract that other packages' sources are tested by."""

from __future__ import annotations

import json

import pytest

from digest.model.papers import Paper
from digest.model.replies import Listing, Occasion, Reply, Request
from digest.testing import SourceContract
from tests.pages import page
from tests.sources import test_biorxiv as preprints
from tests.sources.replies import DAILY, FEED, feed, hugging_face, made, saved_page

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Lab</title>
<entry><title>Ebb &amp; Flow</title><id>https://example.org/1</id><link href="/1"/>
<author><name>Ada Ebb</name></author><summary type="html">&lt;p&gt;Tides.&lt;/p&gt;</summary>
<published>2026-03-04T00:00:00Z</published><category term="cs.CL"/></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Lab",
        "items": [{"id": "1", "url": "https://example.org/1", "title": "Ebb", "tags": ["cs.CL"]}],
    }
).encode()
ROWS = b"""[{"paper": {"id": "2603.01234", "title": "Ebb and Flow", "summary": "Tides.",
"authors": [{"name": "Ada Ebb"}], "upvotes": 3, "githubRepo": "https://github.com/example/ebb"},
"thumbnail": "https://example.org/t.png", "numComments": 1}]"""
ANNOUNCED = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
version="2.0"><channel><title>cs.CL updates on arXiv.org</title>
<pubDate>Wed, 04 Mar 2026 00:00:00 -0500</pubDate>{}</channel></rss>"""
ITEM = """<item><title>Ebb and Flow</title><link>https://arxiv.org/abs/2603.01234</link>
<description>arXiv:2603.01234v1 Announce Type: new
Abstract: Tides.</description><guid isPermaLink="false">oai:arXiv.org:2603.01234v1</guid>
<category>cs.CL</category><arxiv:announce_type>new</arxiv:announce_type>
<dc:creator>Ada Ebb, Bo Flow</dc:creator></item>"""
ARXIV = "https://rss.arxiv.org/rss/cs.CL"


class TestHuggingFace(SourceContract):
    source = hugging_face()
    samples = ((f"{DAILY}?limit=100&date=2026-03-04", ROWS),)
    empty = ((f"{DAILY}?limit=100&date=2026-03-07", b"[]"),)


class TestArxiv(SourceContract):
    source = made(
        "arxiv",
        "arxiv",
        url="https://rss.arxiv.org/rss/",
        api_url="https://export.arxiv.org/api/query",
        categories=("cs.CL", "math.NA"),
        include=("new", "cross"),
    )
    samples = ((ARXIV, ANNOUNCED.format(ITEM).encode()),)
    empty = ((ARXIV, ANNOUNCED.format("").encode()),)


class TestBiorxiv(SourceContract):
    source = preprints.biorxiv(categories=("cell biology", "ecology"))
    samples = (
        (preprints.FIRST, preprints.page(preprints.record(), preprints.record(doi="x")).encode()),
        (preprints.FIRST, preprints.page(*preprints.numbered(*range(30))).encode()),
        (preprints.FEED, preprints.rss("857789v1", "857790v2").encode()),
    )
    empty = ((preprints.FIRST, preprints.page(status="no posts found").encode()),)


class TestFeed(SourceContract):
    source = feed()
    samples = ((FEED, ATOM), (FEED, JSON_FEED))
    empty = ((FEED, b'<rss version="2.0"><channel><title>Lab</title></channel></rss>'),)


class TestSavedPage(SourceContract):
    source = saved_page()
    samples = (("file:///pages/1.txt", page(1, 2, 3).encode()),)


class Careless:
    """A source with one fault of each sort; each test below takes the one that it is about."""

    name, fingerprint = "careless", "careless/1"

    def __init__(self, paper: Paper | None = None, error: Exception | None = None) -> None:
        self._paper = paper
        self._error = error
        self._asked = 0

    def requests(self, occasion: Occasion) -> list[Request]:
        self._asked += 1
        return [Request(url=f"https://example.org/?{self._asked}")]

    def parse(self, reply: Reply) -> Listing:
        if self._error and reply.body != b"whole":
            raise self._error
        return Listing(papers=(self._paper,) if self._paper else ())

    def verdict(self, *_: object) -> tuple[str, str]:
        return "asleep", ""


def contract(source: Careless) -> SourceContract:
    class Contract(SourceContract):
        samples = (("https://example.org/", b"whole"),)

    Contract.source = source  # type: ignore[assignment] # which is its fault
    return Contract()


def test_requests_that_change_are_found() -> None:
    with pytest.raises(AssertionError, match="not the same on"):
        contract(Careless()).test_it_asks_the_same_on_the_same_occasion()


def test_a_sample_without_papers_is_found() -> None:
    with pytest.raises(AssertionError, match="no papers in the reply of https"):
        contract(Careless()).test_each_sample_gives_papers()


@pytest.mark.parametrize(
    ("paper", "named"),
    [
        (Paper(title=""), "has no title"),
        (Paper(title="Bell\a"), "use clean"),
        (Paper(title="A", authors=("right\u202eleft",)), "use clean"),
        (Paper(title="A", url="javascript:alert(1)"), "web_link"),
        (Paper(title="A", categories=(3,)), "is no text"),  # type: ignore[arg-type] # its fault
    ],
)
def test_a_paper_that_cannot_be_shown_is_found(paper: Paper, named: str) -> None:
    with pytest.raises(AssertionError, match=named):
        contract(Careless(paper)).test_each_sample_gives_papers()


def test_an_error_of_another_kind_is_found() -> None:
    checked = contract(Careless(Paper(title="A"), KeyError("title")))
    checked.test_each_sample_gives_papers()
    with pytest.raises(AssertionError, match="KeyError instead of ParseError"):
        checked.test_a_damaged_reply_gives_papers_or_a_parse_error()


def test_a_verdict_without_a_state_is_found() -> None:
    with pytest.raises(AssertionError, match="'asleep' is no state"):
        contract(Careless()).test_it_says_why_nothing_is_new()
