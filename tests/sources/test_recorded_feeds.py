"""Both readers of feeds make the same of every recorded one."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import feedparser
import pytest

from digest.errors import ParseError, Partial
from digest.model.papers import Paper
from digest.sources import loose_feed, strict_feed
from digest.sources.entry import paper_of, utc_day_of
from digest.sources.feed_document import Entry, FeedDocument
from tests.sources.replies import FEED, feed, parse, parse_cut

pytestmark = pytest.mark.recorded

# Why the strict reader leaves a healthy feed alone, and what shows it.
LEFT_ALONE = {
    "a document type": rb"<!DOCTYPE",
    "another encoding": rb"(?i)<\?xml[^>]+encoding=.(?!(?:utf-8|utf-16|iso-8859-1|us-ascii)\W)",
    "RSS of no version": rb'<rss(?![^>]* version="[\d.]+")',
    "Atom before 1.0": rb"<feed(?![^>]*http://www\.w3\.org/2005/Atom)",
    "content of another type": rb"""<content type=["'](?!text|html)""",
}
BETTER_READ_STRICTLY = {
    "feed-utf16be.xml",  # feedparser cannot read UTF-16 without any sign of it
    "feed-utf16le.xml",
    "issue_217_enclosure_children.xml",  # it takes an enclosure's title for the item's
}


class Told(NamedTuple):
    """All that the sources read of an entry."""

    paper: Paper | None
    day: dt.date | None
    id: str
    announce_type: str
    primary: str


Document = FeedDocument[Told]


def told(entry: Entry) -> Told:
    return Told(
        paper_of(entry, FEED),
        utc_day_of(entry.published),
        entry.id.strip(),
        entry.announce_type.strip(),
        entry.primary,
    )


def strictly(body: bytes) -> Document | None:
    try:
        return strict_feed.read(body, told)
    except strict_feed.Unsure:
        return None


def bodies(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The feeds of a folder, packed, in JSON or as they are, by name."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = file.read_bytes()
        if file.suffix == ".gz":
            body = gzip.decompress(body)
        if file.suffix == ".json":
            body = json.loads(body)["body"].encode()
        yield file.name, body


def is_healthy(body: bytes) -> bool:
    """Whether it is a feed to feedparser, and not bozo."""
    parsed = feedparser.parse(io.BytesIO(body))
    return bool(parsed.get("version")) and not parsed.bozo


@pytest.mark.parametrize("folder", ["hf_feed", "arxiv_rss", "arxiv_api", "biorxiv"])
def test_every_feed_of_a_real_site_is_read_strictly_and_as_feedparser_reads_it(
    recorded: Path, folder: str
) -> None:
    found = dict(bodies(recorded / folder))
    assert found
    for name, body in found.items():
        read = strictly(body)
        assert read, name
        assert read == loose_feed.read(body, told), name


def test_a_healthy_odd_feed_is_read_strictly_or_left_alone_for_a_reason(recorded: Path) -> None:
    healthy, reasons = 0, Counter[str]()
    for name, body in bodies(recorded / "odd_feeds"):
        if not is_healthy(body):
            continue
        healthy += 1
        if not strictly(body):
            narrow = body.replace(b"\0", b"")
            why = [why for why, sign in LEFT_ALONE.items() if re.search(sign, narrow)]
            assert why, name
            reasons[why[0]] += 1
    assert healthy == 121
    assert reasons == {
        "Atom before 1.0": 21,
        "another encoding": 17,
        "RSS of no version": 6,
        "a document type": 2,
        "content of another type": 2,
    }


def test_an_odd_feed_that_is_read_strictly_is_read_as_feedparser_reads_it(recorded: Path) -> None:
    read = {name: (strictly(body), body) for name, body in bodies(recorded / "odd_feeds")}
    sure = {name: found for name, found in read.items() if found[0]}
    assert len(sure) > 75
    assert sure.keys() > BETTER_READ_STRICTLY
    for name in sure.keys() - BETTER_READ_STRICTLY:
        document, body = sure[name]
        assert document == loose_feed.read(body, told), name


def test_every_odd_feed_gives_papers_or_a_parse_error(recorded: Path) -> None:
    read, cut, refused = set(), set(), set()
    for name, body in bodies(recorded / "odd_feeds"):
        try:
            parse(feed(), body)
            read.add(name)
        except Partial:
            cut.add(name)
        except ParseError:
            refused.add(name)
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
