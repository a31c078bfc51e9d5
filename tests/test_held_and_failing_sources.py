"""What the daily run does about sources that fail, flood, move or go (G8, G9)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.pages import page

SUBJECTS = ("Tides", "Caves", "Moss", "Glass", "Salt", "Wool", "Reeds", "Clay", "Frost", "Amber")


def feed(items: Iterable[tuple[str, str]]) -> str:
    """A JSON Feed of (id, title), each a paper of its own."""
    papers = [
        {
            "id": id_,
            "url": f"https://lab.example/{id_}",
            "title": title,
            "content_text": f"On {title}.",
        }
        for id_, title in items
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": papers})


def title(number: int) -> str:
    return f"A Study of {SUBJECTS[number % 10]} in the Year {number // 10}"


def listed(request: Request) -> Response:
    """A list of Hugging Face with one paper of the day that is asked for."""
    number = int(request.args["date"][-2:])
    paper = {"id": f"2603.{number:05}", "title": title(number), "summary": "Tides."}
    return Response(json.dumps([{"paper": paper}]))


class Lab:
    """A feed of the last forty papers, of which one is new each day."""

    def __init__(self, server: HTTPServer, home: Home) -> None:
        self.home = home
        self.answer: Response | None = None
        self.asked: list[str] = []
        self.prefix = ""
        self.titles = ""
        self.last = 40
        server.expect_request("/lab.json").respond_with_handler(self._answer)
        server.expect_request("/moved.json").respond_with_handler(self._answer)
        home.configure(
            f'[[source]]\nkind = "feed"\nname = "lab"\nurl = "{server.url_for("/lab.json")}"\n'
            '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
            "[fetch]\nallow_private = true\n"
        )

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if self.answer and request.path == "/lab.json":
            return self.answer
        numbers = range(self.last - 40, self.last)
        return Response(feed((f"{self.prefix}{n}", self.titles + title(n)) for n in numbers))

    def day(self, day: int, *arguments: str) -> dict[str, Any]:
        """The run of a day in March, after one more paper has come."""
        self.last += 1
        return self.home.run(*arguments, now=f"2026-03-{day:02}T07:30:00Z")


@pytest.fixture
def lab(home: Home, httpserver: HTTPServer) -> Lab:
    lab = Lab(httpserver, home)
    for day in range(1, 8):
        assert lab.day(day)["status"] == "published"
    return lab


def test_ids_that_all_change_at_once_are_still_the_same_papers(lab: Lab) -> None:
    lab.prefix = "urn:uuid:new-"
    assert lab.day(8)["new"] == 1


def test_a_flood_is_held_and_named_and_the_other_sources_go_on(lab: Lab, home: Home) -> None:
    lab.titles = "Re: "
    (home.folder / "pages" / "2.txt").write_text(page(7))
    answer = home.digest("run", "--json", now="2026-03-08T07:30:00Z")
    assert answer.code == 3
    assert (answer.json["status"], answer.json["new"]) == ("published", 1)
    assert answer.json["sources"]["lab"]["state"] == "failed"
    assert "40 of its 40 papers are new at once" in answer.json["sources"]["lab"]["error"]
    assert "--force" in answer.json["reason"]
    assert "lab" in home.digest("preview").out
    assert "left out today" in home.digest("preview").out


def test_a_flood_alone_holds_the_edition_until_it_is_forced(lab: Lab, home: Home) -> None:
    lab.titles = "Re: "
    for day in (8, 9):
        held = home.digest("run", "--json", now=f"2026-03-0{day}T07:30:00Z")
        assert (held.code, held.json["status"], held.json["edition"]) == (3, "held", None)
    released = lab.day(10, "--force")
    assert (released["status"], released["new"]) == ("published", 40)
    assert lab.day(11)["new"] == 1


def test_a_source_that_asks_for_a_pause_gets_it_and_no_other_does(lab: Lab) -> None:
    lab.answer = Response(status=503, headers={"Retry-After": "7200"})
    assert "503" in lab.day(8)["sources"]["lab"]["error"]
    lab.answer, before = None, len(lab.asked)
    told = lab.home.run(now="2026-03-08T08:30:00Z")
    assert len(lab.asked) == before
    assert "09:30 UTC" in told["sources"]["lab"]["error"]
    assert lab.home.run("--dry-run", "--force", now="2026-03-08T08:30:00Z")["new"] == 1
    assert lab.home.run(now="2026-03-08T09:30:00Z")["new"] == 1


def test_a_feed_that_is_gone_for_good_is_asked_no_more_once_that_is_sure(lab: Lab) -> None:
    lab.answer = Response(status=410)
    for day in (8, 9, 10):
        assert "410" in lab.day(day)["sources"]["lab"]["error"]
    before = len(lab.asked)
    assert "asked no more" in lab.day(11)["sources"]["lab"]["error"]
    assert len(lab.asked) == before
    lab.answer = None
    assert lab.day(12, "--force")["new"] == 5


def test_a_feed_that_moved_for_good_is_asked_at_its_new_place_after_three_days(
    lab: Lab, httpserver: HTTPServer
) -> None:
    lab.answer = Response(status=301, headers={"Location": httpserver.url_for("/moved.json")})
    lab.asked.clear()
    for day in (8, 9, 10, 11):
        assert lab.day(day)["new"] == 1
    assert lab.asked == ["/lab.json", "/moved.json"] * 3 + ["/moved.json"]


def test_a_place_a_feed_moved_to_that_fails_is_forgotten(lab: Lab, httpserver: HTTPServer) -> None:
    lab.answer = Response(status=308, headers={"Location": httpserver.url_for("/gone.json")})
    httpserver.expect_request("/gone.json").respond_with_handler(lab._answer)
    for day in (8, 9, 10):
        lab.day(day)
    httpserver.clear()
    httpserver.expect_request("/lab.json").respond_with_handler(lab._answer)
    lab.answer = None
    assert lab.day(11)["sources"]["lab"]["state"] == "failed"
    assert lab.day(12)["new"] == 2


def test_runs_by_the_hour_neither_blind_the_guard_nor_release_what_it_holds(lab: Lab) -> None:
    for minute in range(45):
        lab.home.run(now=f"2026-03-07T08:{minute:02}:00Z")
    lab.titles = "Re: "
    for minute in range(45):
        held = lab.home.run(now=f"2026-03-08T08:{minute:02}:00Z")
        assert held["status"] == "held"


def test_a_source_is_remembered_by_status_whatever_ran_since(lab: Lab) -> None:
    for minute in range(45):
        lab.home.run(now=f"2026-03-07T08:{minute:02}:00Z")
    assert "lab                 fresh    2026-03-07 07:30" in lab.home.digest("status").out
    assert lab.home.digest("status", "--json").json["sources"]["lab"]["state"] == "fresh"


def test_an_outage_is_caught_up_with_after_the_url_is_mended(
    home: Home, httpserver: HTTPServer
) -> None:
    def configure(path: str) -> None:
        home.configure(
            f'[[source]]\nkind = "huggingface"\nname = "hf"\nurl = "{httpserver.url_for(path)}"\n'
            'look_back_days = 0\n[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
            "[fetch]\nallow_private = true\n"
        )

    httpserver.expect_request("/api").respond_with_handler(listed)
    configure("/api")
    home.run(now="2026-03-02T12:00:00Z")
    httpserver.expect_request("/apj").respond_with_data("", status=404)
    configure("/apj")
    for day in (3, 4, 5):
        (home.folder / "pages" / f"{day}.txt").write_text(page(100 + day))
        home.run(now=f"2026-03-0{day}T12:00:00Z")
    configure("/api")
    assert home.run(now="2026-03-06T12:00:00Z")["new"] == 4


def test_a_forced_edition_of_a_past_day_leaves_the_days_since_to_the_next_run(
    home: Home, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/api").respond_with_handler(listed)
    home.configure(
        f'[[source]]\nkind = "huggingface"\nurl = "{httpserver.url_for("/api")}"\n'
        "look_back_days = 0\n[fetch]\nallow_private = true\n"
    )
    home.run(now="2026-03-02T12:00:00Z")
    home.run("--force", "--date", "2026-03-04", now="2026-03-09T12:00:00Z")
    home.run(now="2026-03-09T12:00:00Z")
    assert sorted(home.keys()) == [f"arxiv:2603.{number:05}" for number in range(2, 10)]


def test_a_past_day_is_not_made_of_a_part_of_its_papers(home: Home, httpserver: HTTPServer) -> None:
    paper = {"id": "2603.00001", "title": "Of Tides", "summary": "Tides."}
    httpserver.expect_ordered_request("/api").respond_with_data("", status=404)
    httpserver.expect_ordered_request("/api").respond_with_json([{"paper": paper}])
    home.configure(
        f'[[source]]\nkind = "huggingface"\nurl = "{httpserver.url_for("/api")}"\n'
        "[fetch]\nallow_private = true\n"
    )
    dates = ("--from", "2026-03-02", "--to", "2026-03-02")
    first = home.digest("backfill", *dates, now="2026-03-09T12:00:00Z")
    assert (first.code, "404" in first.err, home.editions()) == (1, True, [])
    assert home.digest("backfill", *dates, now="2026-03-09T12:00:00Z").code == 0
    assert home.keys() == ["arxiv:2603.00001"]


def test_readers_are_told_why_and_owners_where(home: Home, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/secret").respond_with_data("", status=404)
    home.configure(
        home.config.read_text()
        + f'[[source]]\nkind = "huggingface"\nurl = "{httpserver.url_for("/secret")}"\n'
        f'[[source]]\nkind = "saved-page"\nname = "lost"\npath = "{home.folder}/lost"\n'
        "[fetch]\nallow_private = true\n"
    )
    told = home.digest("run", "--json", now="2026-03-06T12:00:00Z")
    assert told.code == 1
    error = told.json["sources"]["huggingface"]["error"]
    assert error.count("HTTP 404") == 1
    assert "/secret" in error
    assert "(and 3 more like it)" in error
    shown = " ".join(home.digest("preview").out.split())
    assert "huggingface: could not be read today: its site answered with error 404" in shown
    assert "lost: could not be read today: its files could not be read" in shown
    files = [file for file in (home.folder / "site").rglob("*") if file.is_file()]
    for text in ("/secret", str(home.folder)):
        assert not [file for file in files if text.encode() in file.read_bytes()]


def test_an_outage_of_our_own_is_held_against_nobody(lab: Lab, httpserver: HTTPServer) -> None:
    reachable = lab.home.config.read_text()
    lab.home.configure(reachable.replace(httpserver.url_for(""), "http://127.0.0.1:1/"))
    for minute in range(4):
        told = lab.home.run(now=f"2026-03-08T07:{minute:02}:00Z")["sources"]["lab"]
        assert "Connection refused" in told["error"]
    lab.home.configure(reachable)
    assert lab.day(8)["new"] == 1
