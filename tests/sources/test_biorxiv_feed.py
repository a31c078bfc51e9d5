"""bioRxiv's RSS, which stands in where its API gives nothing usable."""

from __future__ import annotations

import datetime as dt

import pytest

from digest.errors import Partial
from digest.identity import works
from digest.model.papers import Paper
from digest.model.replies import Sighting
from tests.sources.preprints import FEED, FRIDAY, one, read, rss


def test_the_feed_shows_papers_as_the_api_does() -> None:
    (paper,) = read(rss("2026.03.17.123456v1"), FEED).papers
    assert paper == Paper(
        title="Crab number 2026.03.17.123456v1",
        abstract="Crabs keep time.",
        authors=("A. Ebb", "B. C. Flow"),
        ids=("10.1101/2026.03.17.123456v1",),
        url="https://www.biorxiv.org/content/10.1101/2026.03.17.123456v1",
        pdf="https://www.biorxiv.org/content/10.1101/2026.03.17.123456v1.full.pdf",
        published=dt.date(2026, 3, 18),
    )
    other = Sighting(source="bio", day=FRIDAY, paper=one(title="The title of yesterday"))
    assert len(works([other, Sighting(source="bio", day=FRIDAY, paper=paper)])) == 1


def test_a_later_version_in_the_feed_is_no_new_paper() -> None:
    listing = read(rss("857789v1", "857790v2"), FEED)
    assert [paper.ids for paper in listing.papers] == [("10.1101/857789v1",)]
    assert [paper.ids for paper in listing.replacements] == [("10.1101/857790v2",)]


def test_a_feed_that_breaks_off_gives_its_whole_entries() -> None:
    whole = rss("857789v1", "857790v1")
    with pytest.raises(Partial) as told:
        read(whole[: whole.rindex("<dc:date>")], FEED)
    assert [paper.ids for paper in told.value.listing.papers] == [("10.1101/857789v1",)]
