"""Polls: what sources show before an edition is kept for it, each paper once (G1, G2, G4)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.test_held_and_failing_sources import feed, title

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "url"]  # fixtures

MONDAY, TUESDAY = "2026-01-05", "2026-01-06"


class Lab:
    """A feed that rolls on, with validators, and the home of a newsletter of it."""

    def __init__(self, server: HTTPServer, folder: Path) -> None:
        self.home = Home(folder)
        self.broken: Response | None = None
        self.asked: list[int] = []  # the status of each answer
        server.expect_request("/lab.json").respond_with_handler(self._answer)
        self.source = (
            f'[[source]]\nkind = "feed"\nname = "lab"\nurl = "{server.url_for("/lab.json")}"\n'
        )
        self.configure(self.source)
        self.show()

    def configure(self, text: str) -> None:
        more = '[mail]\nto = ["jane@example.org"]\n[fetch]\nallow_private = true\n'
        self.home.configure(text + more)

    def show(self, *numbers: int) -> None:
        self.body = feed((f"p{number}", title(number)) for number in numbers)

    def _answer(self, request: Request) -> Response:
        answer = self.broken or Response(self.body)
        if not self.broken:
            answer.set_etag(hashlib.sha256(self.body.encode()).hexdigest())
            answer.make_conditional(request)
        self.asked.append(answer.status_code)
        return answer

    def poll(self, now: str, *arguments: str) -> dict[str, Any]:
        return self.home.run("--poll", *arguments, now=now)

    def shown(self) -> list[int]:
        """The numbers of the papers in all editions."""
        titles = [
            placed["paper"]["title"]
            for edition in self.home.editions()
            for section in edition["sections"]
            for placed in section["papers"]
        ]
        numbers = {title(number): number for number in range(200)}
        return sorted(numbers[one] for one in titles)


@pytest.fixture
def lab(httpserver: HTTPServer, tmp_path: Path) -> Lab:
    return Lab(httpserver, tmp_path / "home")


def test_what_only_polls_saw_is_in_the_edition_and_in_no_other(
    lab: Lab, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", url)
    lab.show(1, 2)
    assert lab.poll("2026-01-03T07:00:00Z")["kept"] == 2
    lab.show(2, 3)
    assert lab.poll("2026-01-04T07:00:00Z")["kept"] == 3
    lab.show(4)
    report = lab.home.run(now=f"{MONDAY}T07:30:00Z")
    assert (report["new"], report["sources"]["lab"]["sightings"]) == (4, 4)
    lab.show(1, 2, 3, 4, 5)
    assert lab.poll(f"{TUESDAY}T05:00:00Z")["kept"] == 1
    assert lab.home.run(now=f"{TUESDAY}T07:30:00Z")["new"] == 1
    assert lab.shown() == [1, 2, 3, 4, 5]
    told = lab.home.digest("explain", title(2), "--json").json["sightings"]
    assert told == [{"source": "lab", "first": "2026-01-03", "last": TUESDAY}]


def test_an_answer_of_unchanged_after_a_poll_loses_nothing(lab: Lab) -> None:
    lab.show(1, 2)
    lab.poll(f"{MONDAY}T05:00:00Z")
    report = lab.home.run(now=f"{MONDAY}T07:30:00Z")
    assert lab.asked == [200, 304]
    assert (report["new"], report["sources"]["lab"]) == (2, {"state": "fresh", "sightings": 2})


def test_a_poll_reports_and_makes_nothing(lab: Lab) -> None:
    lab.show(1, 2)
    answer = lab.home.digest("run", "--poll", "--json", now=f"{MONDAY}T05:00:00Z")
    assert answer.code == 0
    told = answer.json
    assert (told["status"], told["edition"], told["new"], told["kept"]) == ("polled", None, 0, 2)
    assert told["sources"] == {"lab": {"state": "fresh", "sightings": 2}}
    assert not (lab.home.folder / "site").exists()
    assert not (lab.home.folder / "outbox").exists()
    assert "2 papers kept" in lab.home.digest("run", "--poll", now=f"{MONDAY}T05:30:00Z").out
    [run] = lab.home.digest("status", "--json").json["runs"]
    assert (run["status"], run["report"]["kept"]) == ("polled", 2)


@pytest.mark.parametrize("point", ["after-gather", "mid-commit", "before-commit", "after-commit"])
@pytest.mark.parametrize("dies", ["the poll", "the run"])
def test_a_death_in_a_poll_or_in_the_run_after_it_loses_and_doubles_nothing(
    lab: Lab, dies: str, point: str
) -> None:
    lab.show(1, 2)
    killed = {"DIGEST_FAILPOINT": point}
    early, due = f"{MONDAY}T05:00:00Z", f"{MONDAY}T07:30:00Z"
    if dies == "the poll":
        assert lab.home.process("run", "--poll", now=early, **killed).code == -9
    lab.poll(early)
    lab.show(3)
    if dies == "the run":
        assert lab.home.process("run", now=due, **killed).code == -9
    lab.home.run(now=due)
    assert lab.shown() == [1, 2, 3]
    assert lab.home.run(now=f"{TUESDAY}T07:30:00Z")["status"] == "quiet"


def test_a_source_that_is_in_is_not_asked_again_on_that_date(
    lab: Lab, httpserver: HTTPServer
) -> None:
    lists: dict[str, list[int]] = {}

    def listed(request: Request) -> Response:
        rows = [
            {"paper": {"id": f"2601.{number:05}", "title": title(number), "summary": "Tides."}}
            for number in lists.get(request.args["date"], [])
        ]
        return Response(json.dumps(rows))

    httpserver.expect_request("/api").respond_with_handler(listed)
    hf = f'[[source]]\nkind = "huggingface"\nname = "hf"\nurl = "{httpserver.url_for("/api")}"\n'
    lab.configure(lab.source + hf)
    lab.show(1)
    states = lab.poll(f"{MONDAY}T05:00:00Z")["sources"]
    assert {name: one["state"] for name, one in states.items()} == {"lab": "fresh", "hf": "waiting"}
    lists[MONDAY] = [7]
    told = lab.poll(f"{MONDAY}T05:30:00Z")
    assert {name: one["state"] for name, one in told["sources"].items()} == {
        "lab": "fresh",
        "hf": "fresh",
    }
    assert (told["kept"], lab.asked) == (2, [200])
    lists[MONDAY] = [7, 8]
    assert lab.poll(f"{MONDAY}T06:00:00Z")["kept"] == 2
    assert lab.home.run(now=f"{MONDAY}T07:30:00Z")["new"] == 3
    assert lab.poll(f"{TUESDAY}T05:00:00Z")["sources"]["lab"]["state"] == "quiet"


def test_polls_that_fail_do_not_make_the_run_leave_a_site_alone(lab: Lab) -> None:
    lab.broken = Response(status=503)
    for hour in (3, 4, 5, 6):
        answer = lab.home.digest("run", "--poll", "--json", now=f"{MONDAY}T0{hour}:30:00Z")
        assert (answer.code, answer.json["sources"]["lab"]["state"]) == (1, "failed")
    lab.broken = None
    lab.show(1)
    assert lab.home.run(now=f"{MONDAY}T07:00:00Z")["new"] == 1


def test_a_pause_that_a_site_asks_for_holds_for_polls_and_runs(lab: Lab) -> None:
    lab.broken = Response(status=429, headers={"Retry-After": "7200"})
    for minute in (0, 10, 20):
        lab.home.digest("run", "--poll", now=f"{MONDAY}T05:{minute:02}:00Z")
    lab.broken = None
    assert lab.home.run(now=f"{MONDAY}T06:30:00Z")["sources"]["lab"]["state"] == "failed"
    assert set(lab.asked) == {429}
    asked = len(lab.asked)
    lab.poll(f"{MONDAY}T07:01:00Z")
    assert len(lab.asked) == asked + 1


def test_a_flood_that_a_poll_sees_is_held_until_it_is_forced(lab: Lab) -> None:
    for day in range(1, 8):
        lab.show(*range(day, day + 20))
        lab.home.run(now=f"2026-01-0{day}T07:30:00Z")
    lab.show(27, *range(100, 160))
    answer = lab.home.digest("run", "--poll", "--json", now="2026-01-08T05:00:00Z")
    assert (answer.code, answer.json["kept"]) == (3, 0)
    assert lab.home.digest("run", now="2026-01-08T07:30:00Z").code == 3
    assert lab.home.digest("run", "--force", "--json", now="2026-01-08T08:00:00Z").json["new"] == 61


def test_what_was_kept_of_a_source_outlives_the_flood_of_it(lab: Lab) -> None:
    for day in range(1, 8):
        lab.show(*range(day, day + 20))
        lab.home.run(now=f"2026-01-0{day}T07:30:00Z")
    lab.show(*range(8, 28))
    assert lab.poll("2026-01-08T05:00:00Z")["kept"] == 1
    lab.show(*range(100, 160))
    assert lab.home.digest("run", now="2026-01-08T07:30:00Z").code == 3
    lab.show(*range(8, 27))
    assert lab.home.run(now="2026-01-09T07:30:00Z")["new"] == 1
    assert Counter(lab.shown())[27] == 1


def test_papers_of_a_source_that_was_taken_out_do_not_come(lab: Lab) -> None:
    lab.show(1, 2)
    lab.poll(f"{MONDAY}T05:00:00Z")
    (lab.home.folder / "pages").mkdir()
    lab.configure('[[source]]\nkind = "saved-page"\npath = "pages"\n')
    assert lab.home.run(now=f"{MONDAY}T07:30:00Z")["status"] == "quiet"


def test_a_backfill_leaves_what_was_kept_to_the_next_edition(lab: Lab) -> None:
    lab.show(1)
    lab.poll(f"{MONDAY}T05:00:00Z")
    lab.home.digest("backfill", "--from", "2026-01-02", "--to", "2026-01-02", now=f"{MONDAY}T06:00")
    assert lab.home.run(now=f"{MONDAY}T07:30:00Z")["new"] == 1
