"""arXiv over several days: a feed that is late, or repeats itself, loses nothing (G2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.home import Home
from tests.sources.announcements import entry, item, page, rss

CONFIG = """
[[source]]
kind = "arxiv"
url = "{url}/rss/"
api_url = "{url}/api/query"
categories = ["cs.CV"]
[fetch]
allow_private = true
"""


class Site:
    """A newsletter of cs.CV, and the site it reads."""

    def __init__(self, folder: Path, server: HTTPServer) -> None:
        self.server = server
        self.home = Home(folder / "home").configure(CONFIG.format(url=server.url_for("")))

    def run(self, now: str, feed: str, *missed: str) -> dict[str, Any]:
        """A run while the site has this feed, and these papers in its API."""
        self.server.clear()
        self.server.expect_request("/rss/cs.CV").respond_with_data(feed)
        found = page(*map(entry, missed), total=len(missed))
        self.server.expect_request("/api/query").respond_with_data(found)
        return self.home.run(now=now)

    def asked_api(self) -> list[str]:
        """What the last run asked of the API."""
        return [
            request.args["search_query"].partition(" TO ")[2]
            for request, _ in self.server.log
            if request.path == "/api/query"
        ]


@pytest.fixture
def site(tmp_path: Path, httpserver: HTTPServer) -> Site:
    return Site(tmp_path, httpserver)


def dated(day: int, *numbers: int) -> str:
    date = ("Mon", "Tue", "Wed", "Thu", "Fri")[day - 20]
    papers = [item(f"2604.0000{number}v1", "new") for number in numbers]
    return rss(*papers, date=f"{date}, {day} Apr 2026 00:00:00 -0400")


def test_what_a_late_and_then_repeated_feed_never_showed_comes_from_the_api(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1))
    tuesday = site.run("2026-04-21T07:30:00Z", dated(20, 1))
    assert tuesday["status"] == "waiting"
    assert "2026-04-21 in cs.CV is not out yet" in tuesday["sources"]["arxiv"]["reason"]
    wednesday = site.run("2026-04-22T12:00:00Z", dated(22, 1), "2604.00002v1")
    assert wednesday["sources"]["arxiv"]["state"] == "stale"
    assert site.asked_api() == ["202604201800]"]
    site.run("2026-04-23T12:00:00Z", dated(23, 4), "2604.00002v1", "2604.00003v1")
    assert site.asked_api() == ["202604211800]"]
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3, 4)]


def test_a_late_feed_that_is_new_to_us_is_not_taken_for_todays(site: Site) -> None:
    site.run("2026-04-22T07:30:00Z", dated(21, 1))
    site.run("2026-04-23T12:00:00Z", dated(23, 3), "2604.00002v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3)]


def test_a_batch_of_yesterday_that_is_new_to_us_tells_what_is_late(site: Site) -> None:
    told = site.run("2026-04-22T12:00:00Z", dated(21, 1))["sources"]["arxiv"]
    assert told["state"] == "fresh"
    assert "still has the announcement of 2026-04-21, though that of 2026-04-22" in told["reason"]
    site.run("2026-04-23T12:00:00Z", dated(23, 3), "2604.00002v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3)]


def test_an_empty_feed_of_a_day_with_an_announcement_is_not_taken_for_it(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1))
    site.run("2026-04-21T12:00:00Z", dated(21))
    site.run("2026-04-22T12:00:00Z", dated(22, 3), "2604.00002v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3)]


def test_an_old_batch_that_the_api_brought_too_is_not_taken_for_todays(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1))
    wednesday = site.run("2026-04-22T12:00:00Z", dated(22, 2, 3), "2604.00002v1", "2604.00003v1")
    assert wednesday["sources"]["arxiv"]["state"] == "stale"
    assert wednesday["new"] == 2
    site.run("2026-04-23T12:00:00Z", dated(23, 5), "2604.00002v1", "2604.00004v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in range(1, 6)]


def test_an_old_batch_with_one_paper_more_is_not_taken_for_todays(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1, 2, 3))
    tuesday = site.run("2026-04-21T12:00:00Z", dated(21, 1, 2, 3, 4))
    assert (tuesday["new"], tuesday["sources"]["arxiv"]["state"]) == (1, "stale")
    site.run("2026-04-22T12:00:00Z", dated(22, 6), "2604.00005v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in range(1, 7)]


def test_a_feed_dated_in_the_future_does_not_end_catching_up(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1).replace("2026 ", "2062 "))
    site.run("2026-04-23T12:00:00Z", dated(23, 3), "2604.00002v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3)]


def test_an_api_that_lists_nothing_is_asked_again(site: Site) -> None:
    site.run("2026-04-20T07:30:00Z", dated(20, 1))
    wednesday = site.run("2026-04-22T12:00:00Z", dated(22, 3))
    assert wednesday["sources"]["arxiv"]["state"] == "failed"
    site.run("2026-04-23T12:00:00Z", dated(23, 4), "2604.00002v1")
    assert sorted(site.home.keys()) == [f"arxiv:2604.0000{number}" for number in (1, 2, 3, 4)]


def test_a_backfill_asks_the_api_for_each_day_with_an_announcement(site: Site) -> None:
    site.run("2026-04-23T07:30:00Z", dated(23, 9))
    site.run("2026-04-24T07:30:00Z", dated(24, 8), "2604.00002v1")
    dates = ("--from", "2026-04-18", "--to", "2026-04-21")
    assert site.home.digest("backfill", *dates, now="2026-04-24T08:00:00Z").code == 0
    assert site.asked_api() == ["202604171800]", "202604201800]"]
    assert [one["date"] for one in site.home.editions()] == [
        "2026-04-20",
        "2026-04-23",
        "2026-04-24",
    ]
