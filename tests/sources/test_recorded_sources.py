"""Every recorded real reply parses whole, or is refused."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from digest.errors import ParseError, Partial
from digest.model.papers import Paper
from digest.sources import loose_feed, strict_feed
from digest.sources.entry import paper_of
from digest.sources.feed_document import Entry
from tests.sources.replies import FEED, feed, hugging_face, parse, parse_cut, saved_page

pytestmark = pytest.mark.recorded

LEFT_OVER = re.compile(
    r"</?(?:p|b|i|br|img|div|span)\b|&(?:amp|lt|gt|quot|#\d+);|^\W*(?:Summary|Authors|Upvotes)\b"
)


def test_every_saved_page_gives_all_its_papers(recorded: Path) -> None:
    counts = [
        len(parse(saved_page(), file.read_bytes(), file.as_uri()))
        for file in sorted((recorded / "saved_pages").glob("*.txt"))
    ]
    assert counts == [29, 37, 59, 52, 50]


def test_the_cards_of_a_saved_page_are_read(recorded: Path) -> None:
    file = recorded / "saved_pages" / "003.txt"
    papers = parse(saved_page(), file.read_bytes(), file.as_uri())
    carded = [paper for paper in papers if paper.author_count or paper.organisation]
    assert len(carded) == 50
    assert [paper.organisation for paper in papers if paper.organisation] == ["OpenBMB"]
    assert (papers[0].author_count, papers[0].comments) == (22, 5)
    assert str(papers[0].published) == "2024-11-15"


def test_every_list_day_gives_as_many_papers_as_rows(recorded: Path) -> None:
    files = sorted((recorded / "hf_daily" / "raw").glob("*.json.gz"))
    assert len(files) == 448
    for file in files:
        body = gzip.decompress(file.read_bytes())
        rows, papers = json.loads(body), parse(hugging_face(), body)
        assert [paper.ids for paper in papers] == [(row["paper"]["id"],) for row in rows]
        for row, paper in zip(rows, papers, strict=True):
            assert len(paper.authors) == len(row["paper"]["authors"])
            assert paper.upvotes == row["paper"]["upvotes"]
            assert "\n" not in paper.title + paper.abstract
            assert paper.published
            assert bool(paper.code) == ("githubRepo" in row["paper"])
            assert bool(paper.organisation) == ("organization" in row)


def test_a_list_day_of_texts_is_refused(recorded: Path) -> None:
    files = list((recorded / "hf_daily" / "raw_odd").iterdir())
    assert len(files) == 8
    for file in files:
        with pytest.raises(ParseError, match="type str"):
            parse(hugging_face(), gzip.decompress(file.read_bytes()))


def test_every_snapshot_of_the_mirror_gives_all_its_items_with_their_fields(recorded: Path) -> None:
    papers = [
        paper
        for file in sorted((recorded / "hf_feed" / "daily").glob("*.xml.gz"))
        for paper in parse(feed(), gzip.decompress(file.read_bytes()))
    ]
    assert len(papers) == 2558
    for paper in papers:
        assert paper.authors
        assert paper.upvotes is not None
        assert paper.abstract
        assert paper.thumbnail
        assert paper.published
        assert paper.ids == (paper.url,)
        assert not LEFT_OVER.search(paper.abstract), paper.abstract


def test_an_announcement_feed_gives_names_categories_and_bare_abstracts(recorded: Path) -> None:
    for suffix in ("rss", "atom"):
        file = recorded / "arxiv_rss" / "rebuilt" / f"cs.CV-2026-04-17.{suffix}.xml.gz"
        papers = parse(feed(), gzip.decompress(file.read_bytes()))
        assert len(papers) > 50
        for paper in papers:
            assert "cs.CV" in paper.categories
            assert paper.authors
            assert not paper.abstract.startswith(("arXiv:", "Abstract"))
            assert paper.ids[0].startswith("oai:arXiv.org:")


def test_every_odd_feed_gives_papers_or_a_parse_error(recorded: Path) -> None:
    read, cut, refused = set(), set(), set()
    for file in (recorded / "odd_feeds").rglob("*"):
        if file.is_file():
            try:
                parse(feed(), file.read_bytes())
                read.add(file.name)
            except Partial:
                cut.add(file.name)
            except ParseError:
                refused.add(file.name)
    assert len(read | cut | refused) > 100
    assert refused >= {
        "html-error-page.xml", "empty-body.xml", "whitespace-body.xml", "entity-bomb.xml",
        "external-entity.xml", "gzip-body-no-header.xml", "cdata-unclosed.xml",
        "rss_empty_document.xml", "unrecognized.rss",
    }  # fmt: skip
    assert read >= {
        "bad-dates.xml", "bom.xml", "control-chars.xml", "latin1-declared-utf8.xml",
        "leading-blank-lines.xml", "no-guid-no-link.xml", "trailing-garbage.xml",
        "unescaped-ampersand.xml", "utf16le-no-decl.xml", "feed-utf16be.xml", "feed-utf16le.xml",
    }  # fmt: skip

    assert cut >= {"truncated-mid-item.xml", "truncated-mid-tag.xml"}


@pytest.mark.parametrize("name", ["truncated-mid-item.xml", "truncated-mid-tag.xml"])
def test_of_a_cut_feed_the_whole_entries_are_read(recorded: Path, name: str) -> None:
    papers = parse_cut(feed(), (recorded / "odd_feeds" / "made" / name).read_bytes())
    assert len(papers) == 3


def both_ways(body: bytes) -> tuple[list[Paper | None], list[Paper | None]] | None:
    """What the strict and the lenient reader make of a feed, where the strict one is sure of it."""

    def paper(entry: Entry) -> Paper | None:
        return paper_of(entry, FEED)

    try:
        strictly = strict_feed.read(body, paper).entries
    except strict_feed.Unsure:
        return None
    return strictly, loose_feed.read(body, paper).entries


@pytest.mark.parametrize("folder", ["hf_feed", "arxiv_rss", "biorxiv"])
def test_both_readers_make_the_same_papers_of_every_healthy_feed(
    recorded: Path, folder: str
) -> None:
    files = [file for file in (recorded / folder).rglob("*") if file.is_file()]
    assert files
    for file in files:
        body = file.read_bytes()
        read = both_ways(gzip.decompress(body) if file.suffix == ".gz" else body)
        assert read, file
        strictly, leniently = read
        assert strictly == leniently, file


def test_what_is_sure_of_an_odd_feed_is_what_feedparser_reads(recorded: Path) -> None:
    better = {
        "feed-utf16be.xml",  # feedparser cannot read UTF-16 without any sign of it
        "feed-utf16le.xml",
        "issue_217_enclosure_children.xml",  # it takes an enclosure's title for the item's
    }
    sure = 0
    for file in (recorded / "odd_feeds").rglob("*"):
        if file.is_file() and file.name not in better and (read := both_ways(file.read_bytes())):
            sure += 1
            assert read[0] == read[1], file
    assert sure > 60
