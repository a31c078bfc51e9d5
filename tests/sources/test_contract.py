"""Our own kinds keep the contract that other packages' sources are tested by."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from digest.model.papers import Paper
from digest.model.replies import Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.testing import SourceContract
from tests.pages import page
from tests.sources import preprints
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

    def __init__(
        self,
        listing: Listing = Listing(),  # noqa: B008 - it never changes
        error: Exception | None = None,
        verdict: object = ("asleep", "why"),
    ) -> None:
        self._listing = listing
        self._error = error
        self._verdict = verdict
        self._asked = 0

    def requests(self, occasion: Occasion) -> Iterator[Request]:
        self._asked += 1
        yield Request(url=f"https://example.org/?{self._asked}")

    def parse(self, reply: Reply) -> Listing:
        if self._error and reply.body != b"whole":
            raise self._error
        return self._listing

    def verdict(self, *_: object) -> object:
        return self._verdict


class Patient(Careless):
    """Its requests are the same each time, one after the other."""

    def requests(self, occasion: Occasion) -> Iterator[Request]:
        yield Request(url=f"https://example.org/{occasion.day}", day=occasion.day)


def contract(source: Careless) -> SourceContract:
    class Contract(SourceContract):
        samples = (("https://example.org/", b"whole"),)

    Contract.source = source  # type: ignore[assignment] # which is its fault
    return Contract()


def listed(**fields: Any) -> Listing:
    return Listing(papers=(Paper(**{"title": "A"} | fields),))


def test_requests_that_change_are_found() -> None:
    with pytest.raises(AssertionError, match="not the same on"):
        contract(Careless()).test_it_asks_the_same_on_the_same_occasion()


def test_requests_may_come_one_after_the_other() -> None:
    contract(Patient()).test_it_asks_the_same_on_the_same_occasion()


def test_endless_requests_are_cut() -> None:
    class Endless(Careless):
        def requests(self, occasion: Occasion) -> Iterator[Request]:
            return (Request(url=f"https://example.org/{number}") for number in itertools.count())

    contract(Endless()).test_it_asks_the_same_on_the_same_occasion()


def test_a_sample_without_papers_is_found() -> None:
    with pytest.raises(AssertionError, match="no papers in the reply of https"):
        contract(Careless()).test_each_sample_gives_papers()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": ""}, "has no title"),
        ({"title": "Bell\a"}, "use clean"),
        ({"authors": ("right\u202eleft",)}, "use clean"),
        ({"url": "javascript:alert(1)"}, "web_link"),
    ],
)
def test_a_paper_that_cannot_be_shown_is_found(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(AssertionError, match=named):
        contract(Careless(listed(**fields))).test_each_sample_gives_papers()


@pytest.mark.parametrize(
    ("listing", "named"),
    [
        (listed(categories=(3,)), "Expected `str`, got `int`"),
        (listed(title=b"A"), "Expected `str`, got `bytes`"),
        (listed(title=bytearray(b"A")), "Expected `str`, got `bytes`"),
        (listed(abstract=memoryview(b"A")), "Expected `str`, got `bytes`"),
        (listed(authors="Ada Ebb"), "Expected `array`, got `str`"),
        (listed(ids="10.1234/5"), "Expected `array`, got `str`"),
        (listed(published="2026-03-04"), "got `str`"),
        (listed(published=dt.datetime(2026, 3, 4, tzinfo=dt.UTC)), "got `datetime`"),
        (listed(upvotes="5"), "got `str`"),
        (listed()._replace(date="2026-03-04"), "got `str`"),
        (listed()._replace(until="2026-03-04"), "got `str`"),
        (listed()._replace(firsts="1"), "got `str`"),
        (listed()._replace(more=("https://example.org/2",)), "Expected `object`, got `str`"),
    ],
)
def test_what_a_run_does_not_take_is_found(listing: Listing, named: str) -> None:
    checked = contract(Careless(listing))
    with pytest.raises(msgspec.ValidationError, match=named):
        checked.test_each_sample_gives_papers()
    with pytest.raises(msgspec.ValidationError, match=named):
        checked.test_a_damaged_reply_gives_papers_or_a_parse_error()


def test_lists_may_stand_for_tuples() -> None:
    listing = Listing(papers=[Paper(title="A", authors=["Ada Ebb"])])  # type: ignore[arg-type]
    contract(Careless(listing)).test_each_sample_gives_papers()


@pytest.mark.parametrize(
    "request_",
    [
        Request(url="file:///etc/hostname"),
        Request(url="https://example.org/2", instead=Request(url="file:///etc/hostname")),
    ],
)
def test_a_page_that_leads_to_a_file_is_found(request_: Request) -> None:
    listing = listed()._replace(more=(request_,))
    with pytest.raises(AssertionError, match="leads to the file 'file:///etc/hostname'"):
        contract(Careless(listing)).test_each_sample_gives_papers()


def test_an_error_of_another_kind_is_found() -> None:
    checked = contract(Careless(listed(), KeyError("title")))
    checked.test_each_sample_gives_papers()
    with pytest.raises(AssertionError, match="KeyError instead of ParseError"):
        checked.test_a_damaged_reply_gives_papers_or_a_parse_error()


@pytest.mark.parametrize(
    ("verdict", "named"),
    [
        (("asleep", "why"), "Invalid enum value 'asleep'"),
        ((SourceState.FAILED, "why"), "a verdict is waiting, quiet, stale or fresh"),
        ((SourceState.FRESH, "why"), "although nothing is new"),
        ((SourceState.QUIET, " "), "no words"),
        (SourceState.QUIET, "Expected `array`, got `str`"),
    ],
)
def test_a_verdict_that_none_can_give_is_found(verdict: object, named: str) -> None:
    checked = contract(Careless(verdict=verdict))
    with pytest.raises((AssertionError, ValueError, msgspec.ValidationError), match=named):
        checked.test_it_says_why_nothing_is_new()
