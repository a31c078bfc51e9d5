"""Every recorded real reply parses whole, or is refused."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from digest.errors import ParseError
from tests.sources.replies import feed, hugging_face, parse, saved_page

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
