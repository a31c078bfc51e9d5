"""Preprints through whole runs: every page, every day, once, whatever the API does."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.pages import page
from tests.sources.preprints import record, rss

INTERVAL = re.compile(r"/details/biorxiv/([\d-]+)/([\d-]+)/(\d+)/json")


@dataclass
class Preprints:
    """The API and the RSS over what was posted on which day, in pages of 30 records."""

    posted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    listed: str = ""  # by the RSS
    broken: re.Pattern[str] = re.compile("(?!)")  # the cursors that are answered 404
    endless: bool = False  # it takes every cursor for 0
    asked: list[str] = field(default_factory=list)

    def post(self, day: str, *numbers: int, **told: Any) -> None:
        """Post papers of these numbers."""
        self.posted.setdefault(day, []).extend(
            record(doi=f"10.1101/{n:06}", title=f"The crab of tide {n}", date=day, **told)
            for n in numbers
        )

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        interval = INTERVAL.fullmatch(request.path)
        if not interval:
            return Response(self.listed or "gone", status=200 if self.listed else 404)
        first, last, cursor = interval.groups()
        if self.broken.fullmatch(cursor):
            return Response("down", status=404)
        cursor = "0" if self.endless else cursor
        days = [day for day in sorted(self.posted) if first <= day <= last]
        records = [one for day in days for one in self.posted[day]]
        wanted = records[int(cursor) : int(cursor) + 30]
        status = "ok" if wanted else "no posts found"
        message = {"status": status, "total": "400"}  # too high, as it often is
        return Response(json.dumps({"messages": [message], "collection": wanted}))


@pytest.fixture
def preprints(httpserver: HTTPServer) -> Preprints:
    site = Preprints()
    httpserver.expect_request(re.compile("/.*")).respond_with_handler(site.answer)
    return site


@pytest.fixture
def lab(home: Home, preprints: Preprints, httpserver: HTTPServer) -> Home:
    """A newsletter of preprints and saved pages."""
    return home.configure(
        '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
        f'[[source]]\nkind = "biorxiv"\nname = "bio"\nurl = "{httpserver.url_for("/details/")}"\n'
        f'feed_url = "{httpserver.url_for("/rss")}"\nlook_back_days = 2\n'
        "[fetch]\nallow_private = true\n"
    )


def morning(day: int) -> str:
    return dt.datetime(2026, 3, day, 7, tzinfo=dt.UTC).isoformat()


def numbers(home: Home) -> list[int]:
    """The preprints of all editions."""
    keys = home.keys()
    return sorted(int(key.rpartition("/")[2]) for key in keys if key.startswith("doi:"))


def test_every_page_is_read_and_every_preprint_comes_once(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-02", *range(40))
    preprints.post("2026-03-04", *range(40, 70))
    told = lab.run(now=morning(4))
    assert told["sources"]["bio"]["sightings"] == 70
    preprints.post("2026-03-04", 70)  # late
    preprints.post("2026-03-05", 71, 72)
    preprints.post("2026-03-05", 3, 71, version="2")
    told = lab.run(now=morning(5))
    assert (told["new"], told["sources"]["bio"]["state"]) == (3, "fresh")
    assert numbers(lab) == [*range(73)]


def test_the_rss_stands_in_and_the_api_brings_the_rest(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-04", *range(40))
    preprints.listed = rss("000001v1", "000002v1")
    preprints.broken = re.compile(".*")
    told = lab.run(now=morning(4))
    assert told["sources"]["bio"]["state"] == "fresh"
    assert "404" in told["sources"]["bio"]["reason"]
    assert numbers(lab) == [1, 2]
    preprints.broken = re.compile("(?!)")
    lab.run(now=morning(5))
    assert numbers(lab) == [*range(40)]


def test_the_rss_stands_in_while_the_api_is_left_alone(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-04", 1)
    lab.run(now=morning(4))
    preprints.broken = re.compile(".*")
    preprints.listed = rss("000001v1")
    reasons = []
    for _ in range(4):
        answer = lab.digest("run", "--json", now=morning(5))
        assert (answer.code, answer.json["sources"]["bio"]["state"]) == (0, "quiet")
        reasons.append(answer.json["sources"]["bio"]["reason"])
    assert "it failed 3 times in a row" in reasons[-1]
    assert [path for path in preprints.asked if path == "/rss"] == ["/rss"] * 4


def test_each_category_has_its_rss_where_the_api_cannot_be_reached(
    lab: Home, preprints: Preprints, httpserver: HTTPServer
) -> None:
    config = lab.config.read_text().replace(httpserver.url_for("/details/"), "http://127.0.0.1:1/")
    lab.configure(config.replace("look_back", 'categories = ["ecology", "zoology"]\nlook_back'))
    preprints.listed = rss("000001v1")
    assert lab.run(now=morning(4))["sources"]["bio"]["state"] == "fresh"
    assert preprints.asked == ["/rss", "/rss"]
    assert numbers(lab) == [1]


def test_an_outage_longer_than_the_look_back_loses_nothing(lab: Home, preprints: Preprints) -> None:
    """Other sources go on meanwhile, so that the newest edition tells nothing of it."""
    preprints.post("2026-03-02", 1)
    lab.run(now=morning(2))
    preprints.broken = re.compile(".*")
    for day in range(3, 10):
        preprints.post(f"2026-03-{day:02}", day)
        (lab.folder / "pages" / "1.txt").write_text(page(day + 10))
        assert lab.run(now=morning(day))["sources"]["bio"]["state"] == "failed"
    preprints.broken = re.compile("(?!)")
    lab.run(now=morning(10))
    assert numbers(lab) == [1, *range(3, 10)]


def test_a_page_that_fails_comes_with_the_next_run(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-02", 1)
    lab.run(now=morning(2))
    preprints.post("2026-03-04", *range(2, 50))
    preprints.broken = re.compile("30")
    answer = lab.digest("run", "--json", now=morning(4))
    assert (answer.code, answer.json["sources"]["bio"]["state"]) == (1, "failed")
    assert numbers(lab) == [*range(1, 31)]
    preprints.broken = re.compile("(?!)")
    lab.run(now=morning(9))
    assert preprints.asked[-1].startswith("/details/biorxiv/2026-03-02/2026-03-09/")
    assert numbers(lab) == [*range(1, 50)]


def test_a_first_page_that_stays_as_it_was_still_leads_on(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-04", *range(30))
    lab.run(now=morning(4))
    assert lab.run(now=morning(5))["status"] == "quiet"
    preprints.post("2026-03-05", 30)
    told = lab.run(now=morning(5))
    assert (told["status"], told["new"]) == ("published", 1)
    assert preprints.asked[-3] == "/details/biorxiv/2026-03-03/2026-03-05/0/json"
    assert numbers(lab) == [*range(31)]


def test_an_api_that_never_ends_is_left(lab: Home, preprints: Preprints) -> None:
    preprints.post("2026-03-04", *range(30))
    preprints.endless = True
    answer = lab.digest("run", "--json", now=morning(4))
    assert (answer.code, answer.json["status"]) == (1, "published")
    assert "a page came again instead of the next" in answer.json["sources"]["bio"]["error"]
    assert numbers(lab) == [*range(30)]
