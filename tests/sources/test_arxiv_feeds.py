"""arXiv's feeds: what an announcement becomes, and why there was none."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ParseError, Partial
from digest.identity import keys_of
from digest.model.replies import Glance
from digest.model.sources import SourceState
from tests.sources.announcements import (
    CS_CV,
    RSS,
    arxiv,
    item,
    numbers,
    page,
    read,
    rss,
    search,
)
from tests.sources.replies import version_of


def test_an_announcement_becomes_a_paper_with_its_links() -> None:
    (paper,) = read(
        arxiv(),
        rss(item("2604.00001v1", "new", "<arxiv:DOI>10.1234/ebb</arxiv:DOI>")),
    ).papers
    assert paper.title == "Paper 2604.00001"
    assert paper.abstract == "Where $x<y$, R&D and <image> tokens stay."
    assert paper.authors == ("Ada Ebb", "Bo Flow")
    assert keys_of(paper)[:2] == ("arxiv:2604.00001", "doi:10.1234/ebb")
    assert version_of(paper) == 1
    assert paper.url == "https://arxiv.org/abs/2604.00001"
    assert paper.pdf == "https://arxiv.org/pdf/2604.00001"


def test_an_old_id_is_a_paper_too() -> None:
    (paper,) = read(arxiv(), rss(item("math/0309136v2", "cross"))).papers
    assert (keys_of(paper)[0], version_of(paper)) == ("arxiv:math/0309136", 2)
    assert paper.pdf == "https://arxiv.org/pdf/math/0309136"


KINDS = [
    item("2604.00001v1", "new"), item("2604.00002v1", "cross"),
    item("2601.00003v2", "replace"), item("2601.00004v3", "replace-cross"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        (("new", "cross"), ["arxiv:2604.00001", "arxiv:2604.00002"]),
        (("new",), ["arxiv:2604.00001"]),
        (("cross",), ["arxiv:2604.00002"]),
    ],
)
def test_new_and_cross_are_news_as_wanted_and_replacements_never(
    include: tuple[str, ...], expected: list[str]
) -> None:
    listing = read(arxiv(include=include), rss(*KINDS))
    assert numbers(listing) == expected
    assert [version_of(paper) for paper in listing.replacements] == [2, 3]


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("Thu, 23 Apr 2026 00:00:00 -0400", dt.date(2026, 4, 23)),
        ("Thu, 23 Apr 2026 03:59:59 +0000", dt.date(2026, 4, 22)),
        ("Thu, 23 Apr 2026 12:00:00 -0000", dt.date(2026, 4, 23)),
        ("2026-04-23T04:00:19.866337+00:00", dt.date(2026, 4, 23)),
        ("2026-04-23T03:00:00Z", dt.date(2026, 4, 22)),
    ],
)
def test_a_feed_is_of_a_day_in_eastern_time_and_read_up_to_it(date: str, day: dt.date) -> None:
    listing = read(arxiv(), rss(*KINDS, date=date))
    assert listing.date == day
    assert listing.until == dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize("date", ["", "today", "Thu, 99 Apr 2026", "0001-01-01T00:00:00+00:00"])
def test_a_feed_without_a_date_that_can_be_is_read_as_of_now(date: str) -> None:
    listing = read(arxiv(), rss(*KINDS, date=date))
    assert (len(listing.papers), listing.date, listing.until) == (2, None, None)


def test_an_empty_feed_lists_nothing() -> None:
    listing = read(arxiv(), rss(date="Sat, 25 Apr 2026 00:00:00 -0400"))
    assert (listing.papers, listing.date) == ((), dt.date(2026, 4, 25))


def test_a_feed_that_breaks_off_gives_its_whole_entries() -> None:
    body = rss(*KINDS)
    with pytest.raises(Partial, match="breaks off") as told:
        read(arxiv(), body[: body.index("Paper 2601.00004")])
    assert numbers(told.value.listing) == ["arxiv:2604.00001", "arxiv:2604.00002"]
    assert len(told.value.listing.replacements) == 1


def test_an_unknown_category_is_named_with_its_key() -> None:
    body = rss(title="Feed error for query: http://rss.arxiv.org/rss/cs.XX")
    with pytest.raises(ParseError, match=r"rss/cs\.XX.*source\.arxiv\.categories"):
        read(arxiv("cs.XX"), body, f"{RSS}cs.XX")


@pytest.mark.parametrize("url", [CS_CV, search().url])
def test_what_is_no_feed_is_refused(url: str) -> None:
    for body in ("", "<!doctype html><title>Log in</title>", "Rate exceeded."):
        with pytest.raises(ParseError):
            read(arxiv(), body, url)


def eastern(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.timezone(dt.timedelta(hours=-4)))


THURSDAY = dt.date(2026, 4, 23)
OLD = Glance(url=CS_CV, papers=9, date=dt.date(2026, 4, 22))
SAME = Glance(url=CS_CV, papers=9, unchanged=True, fresh_at=eastern("2026-04-22T03:30"))
KNOWN = Glance(url=CS_CV, papers=9, firsts=8, date=THURSDAY, fresh_at=eastern("2026-04-22T03:30"))
MOSTLY_KNOWN = KNOWN._replace(new=3)
ONLY_CROSS = KNOWN._replace(firsts=0)
EMPTY = Glance(url=CS_CV, papers=0, date=THURSDAY)
AGAIN = Glance(url=CS_CV, papers=9, date=THURSDAY, fresh_at=eastern("2026-04-23T03:30"))
UNCHANGED_AGAIN = SAME._replace(fresh_at=eastern("2026-04-23T03:30"))
GAP = Glance(url=search().url, papers=9)


@pytest.mark.parametrize(
    ("glance", "now", "state", "words"),
    [
        (OLD, "2026-04-23T03:30", "waiting", "announcement of 2026-04-23 in cs.CV is not out yet"),
        (OLD, "2026-04-23T06:30", "stale", "cs.CV still has the announcement of 2026-04-22"),
        (SAME, "2026-04-23T03:30", "waiting", "is not out yet"),
        (SAME, "2026-04-23T06:30", "stale", "cs.CV is as it was"),
        (KNOWN, "2026-04-23T03:30", "stale", "bears the date of 2026-04-23"),
        (MOSTLY_KNOWN, "2026-04-23T03:30", "stale", "bears the date of 2026-04-23"),
        (ONLY_CROSS, "2026-04-23T03:30", "quiet", "on 2026-04-23 was known before"),
        (EMPTY, "2026-04-23T03:30", "quiet", "nothing was announced in cs.CV on 2026-04-23"),
        (AGAIN, "2026-04-23T15:00", "quiet", "in cs.CV was read before"),
        (UNCHANGED_AGAIN, "2026-04-23T15:00", "quiet", "in cs.CV was read before"),
        (OLD, "2026-04-25T15:00", "quiet", "week-ends"),
        (OLD, "2026-04-26T23:00", "quiet", "week-ends"),
        (OLD, "2026-04-27T00:30", "waiting", "announcement of 2026-04-27"),
        (OLD, "2026-11-27T12:00", "quiet", "2026-11-27, after a holiday"),
        (GAP, "2026-04-23T06:30", "quiet", "the days asked of the API"),
    ],
)
def test_the_reason_why_nothing_was_new(glance: Glance, now: str, state: str, words: str) -> None:
    found, reason = arxiv().verdict(glance, eastern(now))
    assert found == SourceState(state)
    assert words in reason


PIECES = """
    <item> </item> <entry> </entry> <id>http://arxiv.org/abs/2604.00001v1</id> <guid> </guid>
    <guid>oai:arXiv.org:2604.00001v2</guid> <title> </title> <arxiv:announce_type> replace-cross
    </arxiv:announce_type> <opensearch:totalResults>9</opensearch:totalResults> <updated> 9999-12-31
    </updated> <pubDate>Mon, 99 Apr</pubDate> <dc:creator>(</dc:creator> & < \x00 \u202e
"""
BODIES = st.lists(st.sampled_from(PIECES.split())).map(" ".join)


@given(inner=BODIES | st.text(max_size=60))
def test_any_body_gives_papers_or_a_parse_error(inner: str) -> None:
    for url in (CS_CV, search().url):
        for body in (inner, rss(inner), page(inner, total=3), rss(inner)[:-20]):
            with contextlib.suppress(ParseError):
                assert all(paper.title for paper in read(arxiv(), body, url).papers)
