"""Feeds as sites make them: moved, redated, with errors in their place, quiet and stale."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import subprocess
import sys

import pytest

from digest.errors import ParseError
from digest.identity import works
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Reply, Request, Sighting
from digest.model.sources import SourceState
from tests.sources.announcements import item
from tests.sources.announcements import rss as announced
from tests.sources.feeds import ODD, atom, json_feed, one, read, rss
from tests.sources.replies import FEED, feed, parsed

WELL_FORMED = {
    "RSS 0.91": '<rss version="0.91"><channel><item><title>T</title></item></channel></rss>',
    "RSS 2.0": rss("<title>T</title>"),
    "RSS 1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns="http://purl.org/rss/1.0/"><item><title>T</title></item></rdf:RDF>',
    "Atom": atom(
        "<title>T</title><author><name>A</name><uri>u</uri><email>a@b.org</email></author>"
    ),
}
UNSURE = {
    "a document type": ODD + WELL_FORMED["RSS 2.0"],
    "no version": WELL_FORMED["RSS 2.0"].replace('version="2.0" ', ""),
    "a base for links": WELL_FORMED["Atom"].replace("<entry>", "<entry xml:base='/x/'>"),
    "markup in a text": rss("<title>T</title><description><b>x</b></description>"),
    "XHTML": atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>T</div></title>"),
    "another encoding": "<?xml version='1.0' encoding='koi8-r'?>" + WELL_FORMED["RSS 2.0"],
    "an old Atom": '<feed version="0.3" xmlns="http://purl.org/atom/ns#">'
    "<entry><title>T</title></entry></feed>",
    "a fault": WELL_FORMED["RSS 2.0"] + "<p>",
}
# Each feed has a process of its own, forked from one that has loaded all but feedparser.
READS = """
import json, os, sys
from tests.sources.replies import feed, parse
codes = {}
for name, body in json.load(sys.stdin).items():
    if not os.fork():
        code = 2
        try:
            [paper] = parse(feed(), body)
            if paper.title == "T":
                code = int("feedparser" in sys.modules)
        finally:
            os._exit(code)
    codes[name] = os.waitstatus_to_exitcode(os.wait()[1])
print(json.dumps(codes))
"""


def listing(body: str, *, final_url: str = "") -> Listing:
    reply = Reply(request=Request(url=FEED), url=FEED, body=body.encode(), final_url=final_url)
    return feed().parse(reply)


@pytest.fixture(scope="module")
def codes() -> dict[str, int]:
    """How each of these feeds was read: 0 without feedparser, 1 with it, 2 not at all."""
    feeds = json.dumps(WELL_FORMED | UNSURE).encode()
    run = subprocess.run(
        [sys.executable, "-c", READS], input=feeds, check=True, capture_output=True
    )
    found: dict[str, int] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_well_formed_feed_is_read_in_one_strict_pass(codes: dict[str, int], name: str) -> None:
    assert codes[name] == 0


@pytest.mark.parametrize("name", UNSURE)
def test_what_is_not_plainly_a_feed_is_left_to_feedparser(codes: dict[str, int], name: str) -> None:
    assert codes[name] == 1


def test_links_are_relative_to_where_the_feed_was_found() -> None:
    (paper,) = listing(rss("<title>T</title><link>p</link>")).papers
    assert paper.url == "https://example.org/feeds/p"
    (paper,) = listing(
        rss("<title>T</title><link>p</link>"), final_url="https://example.net/new/feed"
    ).papers
    assert paper.url == "https://example.net/new/p"


@pytest.mark.parametrize(
    "drifted",
    [
        "<link>http://example.org/p/7</link><guid>http://example.org/p/7</guid>",
        "<link>https://www.example.org/p/7/?utm=x</link><guid>https://example.org/?p=7</guid>",
        "<guid isPermaLink='false'>8f3a</guid>",
        "",
    ],
)
def test_a_paper_whose_link_or_id_drifts_stays_one_paper(drifted: str) -> None:
    before = one(
        "<title>Ebb and Flow of Tides</title><link>https://example.org/p/7</link>"
        "<guid>https://example.org/p/7</guid>"
    )
    after = one(f"<title>Ebb and flow of tides</title>{drifted}")
    assert len(works([seen(before), seen(after)])) == 1


def seen(paper: Paper) -> Sighting:
    return Sighting(source="lab", day=dt.date(2026, 3, 4), paper=paper)


def test_thousands_of_authors_are_all_named() -> None:
    names = tuple(f"Ada Ebb{number}" for number in range(3000))
    creators = "".join(f"<dc:creator>{name}</dc:creator>" for name in names)
    assert one("<title>T</title>", creators).authors == names
    assert one(f"<title>T</title><dc:creator>{', '.join(names)}</dc:creator>").authors == names


@pytest.mark.parametrize("part", ["A.", "Jr."])
def test_no_name_grows_without_end(part: str) -> None:
    authors = one(f"<title>T</title><author>Ebb{f', {part}' * 10_000}</author>").authors
    assert max(map(len, authors)) < 300


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("ada@example.org (Ada Ebb)", ("Ada Ebb",)),
        ("Ada Ebb &lt;ada@example.org&gt;", ("Ada Ebb",)),
        ("ada@example.org", ()),
    ],
)
def test_of_an_address_only_the_name_is_told(author: str, names: tuple[str, ...]) -> None:
    assert one(f"<title>T</title><author>{author}</author>").authors == names


def test_texts_whose_encoding_was_mistaken_are_mended() -> None:
    paper = one("<title>Ã\x96kologie</title><dc:creator>JosÃ©</dc:creator>")
    assert (paper.title, paper.authors) == ("Ökologie", ("José",))
    assert one("<title>&#147;Ebb&#148; \u2013 Flow</title>").title == "“Ebb” – Flow"


def test_a_feed_that_bears_one_day_says_so() -> None:
    date = "<pubDate>Mon, 27 Apr 2026 22:00:00 -0400</pubDate>"
    assert listing(rss("<title>A</title>" + date, "<title>B</title>" + date)).date == dt.date(
        2026, 4, 28
    )
    assert listing(rss("<title>A</title>" + date, "<title>B</title>")).date is None
    assert listing(rss("<title>A</title><dc:date>2026-04-27</dc:date>")).date is None
    assert listing(rss("<title>A</title><dc:date>0001-01-01T00:00:00+09:00</dc:date>")).date is None
    assert listing(rss()).date is None
    items = [{"title": "A", "date_published": "2026-04-27T10:00:00Z"}]
    assert listing(json_feed(*items)).date == dt.date(2026, 4, 27)


@pytest.mark.parametrize(
    "body",
    [
        rss().replace("Papers", "Feed error for query: cs.XX"),
        atom(title="Feed error for query: cs.XX"),
        atom(
            "<id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>cs.XX is not"
            " known</summary>"
        ),
        ODD + atom("<id>http://arxiv.org/api/errors#x</id><summary>cs.XX is not known</summary>"),
    ],
)
def test_an_error_in_the_form_of_a_feed_is_an_error(body: str) -> None:
    with pytest.raises(ParseError, match=r"answers with an error: .*cs\.XX"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        rss().replace("Papers", "Feed error for query: " + "x" * 5000),
        atom(f"<id>https://arxiv.org/api/errors</id><summary>{'x ' * 5000}</summary>"),
    ],
)
def test_an_error_that_a_site_tells_at_length_is_told_in_short(body: str) -> None:
    with pytest.raises(ParseError) as told:
        read(body)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize(
    "page",
    [
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>Log in</title></head></html>",
        "<!DOCTYPE html><html><body>Down for maintenance<br></body></html>",
        "<rss>",
    ],
)
def test_a_page_in_the_place_of_a_feed_is_refused_by_what_it_begins_with(page: str) -> None:
    with pytest.raises(ParseError, match=r"expected RSS, Atom or JSON Feed, found .<|damaged"):
        read(page)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (gzip.compress(rss("<title>T</title>").encode()), "found gzip data;"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "found binary data;"),
        (b"\0" * 80, "found binary data;"),
        ("<html>Störung</html>".encode("utf-16-le"), "found '<html>St\ufffdrung</html>';"),
        (b"\r\n ", "found nothing;"),
    ],
)
def test_an_error_tells_how_a_body_begins_or_that_it_is_no_text(body: bytes, found: str) -> None:
    with pytest.raises(ParseError, match=re.escape(found)):
        read(body)


DAY = dt.date(2026, 4, 28)  # a Tuesday
NOW = dt.datetime(2026, 4, 28, 9, tzinfo=dt.UTC)


def state(date: dt.date | None, fresh_at: dt.datetime | None, now: dt.datetime) -> SourceState:
    glance = Glance(url=FEED, papers=3, date=date, fresh_at=fresh_at)
    return feed().verdict(glance, now)[0]


def test_a_batch_shown_again_under_a_new_date_is_stale() -> None:
    before = NOW - dt.timedelta(days=1)
    assert state(DAY, before, NOW) is SourceState.STALE
    glance = Glance(url=FEED, papers=3, date=DAY, fresh_at=before)
    assert "2026-04-28" in feed().verdict(glance, NOW)[1]


def test_a_feed_without_news_is_quiet() -> None:
    before, tomorrow = NOW - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
    saturday = NOW + dt.timedelta(days=4)
    assert state(None, before, NOW) is SourceState.QUIET  # of several days
    assert state(DAY, NOW, NOW) is SourceState.QUIET  # its news came earlier that day
    assert state(DAY, None, NOW) is SourceState.QUIET  # it never had any
    assert state(tomorrow, before, NOW) is SourceState.QUIET  # an issue of papers to come
    assert state(saturday.date(), NOW, saturday) is SourceState.QUIET
    assert feed().verdict(Glance(url=FEED, unchanged=True, papers=3), NOW)[0] is SourceState.QUIET


def test_a_feed_of_many_days_that_is_all_new_says_what_it_may_have_dropped() -> None:
    rolling = Glance(url=FEED, papers=30, new=30, fresh_at=NOW - dt.timedelta(days=1))
    assert "come and gone unseen" in feed().verdict(rolling, NOW)[1]
    for harmless in (
        rolling._replace(new=29),
        rolling._replace(fresh_at=None),  # the first time
        rolling._replace(date=DAY),  # a day's batch is all new every day
    ):
        assert feed().verdict(harmless, NOW) == (SourceState.FRESH, "")


def test_new_versions_in_a_feed_of_arxivs_are_no_news() -> None:
    body = announced(item("2604.00001v1", "new"), item("2604.00002v3", "replace"))
    listing = parsed(feed(), body)
    assert [len(listing.papers), len(listing.replacements)] == [1, 1]


@pytest.mark.parametrize("link", ["#one", "?id=1", "/papers/1", "https://me:pw@example.org/1"])
def test_what_is_secret_in_a_feeds_url_is_in_no_link_of_its_papers(link: str) -> None:
    body = rss(f"<title>A</title><link>{link}</link>")
    (paper,) = parsed(feed(), body, "https://me:pw@example.org/feed?token=hush#x").papers
    assert "hush" not in repr(paper)
    assert "pw" not in (paper.url or "")
