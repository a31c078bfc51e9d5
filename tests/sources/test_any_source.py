"""What holds for every source: a name, a fingerprint, and no surprise from any bytes."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import SourceConfig
from digest.errors import ConfigError, ParseError, Partial
from digest.model.papers import Paper
from digest.model.replies import Listing
from digest.ports import Source
from digest.sources import source_for
from tests.sources import announcements, preprints
from tests.sources.announcements import arxiv
from tests.sources.feeds import ODD
from tests.sources.preprints import biorxiv
from tests.sources.replies import DAILY, FEED, feed, hugging_face, parsed, saved_page

SOURCES = [hugging_face(), feed(), saved_page(), arxiv(), biorxiv()]
READS_FEEDS = {
    "a feed": (feed(), FEED),
    "arXiv's feed": (arxiv(), announcements.CS_CV),
    "arXiv's API": (arxiv(), announcements.search().url),
    "bioRxiv's RSS": (biorxiv(), preprints.FEED),
}
READS = READS_FEEDS | {
    "a list day": (hugging_face(), DAILY),
    "a saved page": (saved_page(), "file:///pages/1.txt"),
    "bioRxiv's API": (biorxiv(), preprints.FIRST),
}
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|  ")
HEAD = "Get trending papers in your email inbox!\n\nSubscribe\n\n"
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
FIELDS = """
    paper id title summary authors name publishedAt upvotes numComments githubRepo organization
    thumbnail mediaUrls ai_keywords url content_html date_published tags author
"""
fields = st.sampled_from(FIELDS.split())
rows = st.lists(st.dictionaries(fields, anything | st.dictionaries(fields, anything)), max_size=4)
PIECES = """
    <item> </item> <title> </title> <description> </description> <![CDATA[ ]]> <b> </b> <p> <br/>
    <b>Authors:</b> <b>Upvotes:</b> <img src='x'> <!-- --> <script> </script> & &lt; &amp;#0;
    &#xd800; < > $x<y$ ( ) , A. 9 \x00 \u202e <link>//[ </link> <link>https://a.org/"b </link>
    <pubDate>Mon, 99 </pubDate> <dc:creator> </dc:creator> <guid> </guid> </channel></rss>
"""
markup = st.lists(st.sampled_from(PIECES.split())).map(" ".join)


def settles(source: Source, body: bytes | str, url: str = FEED) -> None:
    """Papers that are safe to show, or a ParseError: nothing else."""
    listing = settled(source, body, url)
    for paper in (*listing.papers, *listing.replacements):
        assert paper.title
        for text in texts(paper):
            assert not UNSAFE.search(text), repr(text)
        links = (paper.url, paper.pdf, paper.code, paper.project, paper.discussion, paper.thumbnail)
        for link in links:
            assert link is None or re.match(r"https?://[^\s<>\"']+$", link), link


def settled(source: Source, body: bytes | str, url: str) -> Listing:
    try:
        return parsed(source, body, url)
    except Partial as cut:
        listing: Listing = cut.listing
        return listing
    except ParseError:
        return Listing()


def texts(paper: Paper) -> list[str]:
    return [paper.title, paper.abstract, paper.organisation or "", *paper.authors, *paper.ids,
            *paper.categories, *paper.keywords]  # fmt: skip


@pytest.mark.parametrize("what", READS)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes_give_papers_or_a_parse_error(what: str, body: bytes) -> None:
    source, url = READS[what]
    settles(source, body, url)


@given(document=rows | anything)
def test_any_json_gives_papers_or_a_parse_error(document: object) -> None:
    settles(hugging_face(), json.dumps(document))
    version = "https://jsonfeed.org/version/1"
    settles(feed(), json.dumps({"version": version, "items": document}))


@given(html=markup)
def test_any_markup_gives_papers_or_a_parse_error(html: str) -> None:
    head, foot = '<rss version="2.0"><channel><item><title>', "</item></channel></rss>"
    texts = f"{head}<![CDATA[{html}]]></title><description><![CDATA[{html}]]></description>{foot}"
    for body in (head + html, head + html + foot, texts):
        for source, url in READS_FEEDS.values():
            settles(source, body, url)
        settles(feed(), ODD + body)
    version = "https://jsonfeed.org/version/1"
    settles(feed(), json.dumps({"version": version, "items": [{"content_html": html}]}))


@given(text=st.text(st.sampled_from("ab ·•\n\n\u202e\x00Ma1,9") | st.characters(codec="utf-8")))
def test_any_text_below_a_pages_head_gives_papers_or_a_parse_error(text: str) -> None:
    settles(saved_page(), HEAD + text)
    settles(saved_page(), HEAD + text.replace("a", "word " * 40))


def test_each_source_has_its_name_and_a_fingerprint_of_its_own() -> None:
    assert [source.name for source in SOURCES] == [
        "hf", "lab", "pages", "arxiv", "bio"
    ]  # fmt: skip
    assert len({source.fingerprint for source in SOURCES}) == len(SOURCES)


def test_a_kind_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"source\.x\.kind: 'usenet'"):
        source_for(SourceConfig(kind="usenet", name="x", settings={}))


def test_a_source_costs_no_feed_parser_until_it_parses() -> None:
    code = (
        "import sys; from digest.config import SourceConfig; from digest.sources import source_for;"
        "source_for(SourceConfig('feed', 'x', {'url': 'https://example.org'}));"
        "sys.exit('feedparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
