"""The sources, asked as gently as a run does, and the clock by what their sites tell."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from digest.doctor.findings import Finding, State
from digest.doctor.sites import Watch
from digest.model.replies import Pace
from tests.doctor.conftest import NOW, PAGES, looked_at, server_tls
from tests.home import Home
from tests.test_held_and_failing_sources import feed

DAY = "2026-03-02T07:30:00Z"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def site(trusted: trustme.CA) -> Iterator[HTTPServer]:
    with HTTPServer(ssl_context=server_tls(trusted)) as server:
        yield server


def settings(site: HTTPServer, *names: str) -> str:
    told = [
        f'[[source]]\nkind = "feed"\nname = "{name}"\nurl = "{site.url_for(f"/{name}.json")}"\n'
        for name in names
    ]
    return "".join(told) + "[fetch]\nallow_private = true\n"


def found_by_name(home: Home, text: str, **case: object) -> dict[str, Finding]:
    return {one.check: one for one in looked_at(home, text, "sources", **case)}


def test_each_source_tells_how_it_answers_and_what_time_it_is(home: Home, site: HTTPServer) -> None:
    for name in ("one", "two", "three"):
        body = feed([("1", "A Study of Tides"), ("2", "A Study of Caves")])
        site.expect_request(f"/{name}.json").respond_with_data(body)
    site.expect_request("/lost.json").respond_with_data(status=404)
    text = settings(site, "one", "two", "three", "lost")
    found = found_by_name(home, text, clock=lambda: dt.datetime.now(dt.UTC))
    for name in ("one", "two", "three"):
        told = found[f"source.{name}"]
        assert (told.state, told.found.endswith("s and shows 2 papers")) == (State.OK, True)
    lost = found["source.lost"]
    assert (lost.state, "lost.json" in lost.found) == (State.PROBLEM, True)
    assert found["clock"].state is State.OK
    assert found["clock"].found == "is right, by the clocks of 3 sites"
    slow = found_by_name(home, text, clock=lambda: dt.datetime.now(dt.UTC) - HOUR)["clock"]
    assert (slow.state, slow.found[3:9]) in [
        (State.PROBLEM, told) for told in ("3,599 ", "3,600 ", "3,598 ")
    ]
    assert found_by_name(home, text)["clock"].state is State.SKIPPED


def test_asking_keeps_nothing_and_uses_what_is_known(home: Home, httpserver: HTTPServer) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("If-None-Match", ""))
        if asked[-1]:
            return Response(status=304)
        return Response(feed([("1", "A Study of Tides")]), headers={"ETag": '"a"'})

    httpserver.expect_request("/lab.json").respond_with_handler(answer)
    text = settings(httpserver, "lab")
    home.configure(text).run(now=DAY)
    before = tables(home)
    found = found_by_name(home, text)["source.lab"]
    assert (found.state, "as it was when it was read last" in found.found) == (State.OK, True)
    assert asked == ["", '"a"']
    httpserver.clear()
    assert found_by_name(home, text)["source.lab"].state is State.PROBLEM
    assert tables(home) == before


def tables(home: Home) -> list[str]:
    with closing(sqlite3.connect(home.folder / "state" / "digest.db")) as database:
        return list(database.iterdump())


def test_a_source_that_is_left_alone_is_left_alone(home: Home, httpserver: HTTPServer) -> None:
    headers = {"Retry-After": "7200"}
    httpserver.expect_request("/lab.json").respond_with_data(status=429, headers=headers)
    text = settings(httpserver, "lab")
    home.configure(text).run(now=DAY)
    before = len(httpserver.log)
    found = found_by_name(home, text)["source.lab"]
    assert (found.state, "it asked for a pause" in found.found) == (State.WARNING, True)
    assert len(httpserver.log) == before


def test_an_answer_that_is_no_feed_is_a_problem(home: Home, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/lab.json").respond_with_data("<html>Please log in</html>")
    found = found_by_name(home, settings(httpserver, "lab"))["source.lab"]
    assert found.state is State.PROBLEM


def test_saved_pages_are_read_even_offline(home: Home, httpserver: HTTPServer) -> None:
    text = PAGES + settings(httpserver, "lab")
    found = found_by_name(home, text, offline=True)
    assert (found["source.pages"].state, found["source.lab"].state) == (State.OK, State.SKIPPED)
    assert "shows 3 papers" in found["source.pages"].found
    assert httpserver.log == []


def test_a_site_that_is_silent_holds_nothing_up(home: Home, httpserver: HTTPServer) -> None:
    over = threading.Event()

    def wait(_: Request) -> Response:
        over.wait(20)
        return Response("late")

    httpserver.expect_request("/lab.json").respond_with_handler(wait)
    try:
        found = found_by_name(home, settings(httpserver, "lab"), seconds=1.0, now=NOW)
    finally:
        over.set()
    late = found["source.lab"]
    assert (late.state, "not answered within 1 s" in late.found) == (State.WARNING, True)


def test_the_pause_that_a_site_wants_is_not_laid_at_its_door() -> None:
    seconds = [100.0]

    @contextmanager
    def gate(_: Pace) -> Iterator[None]:
        seconds[0] += 15
        yield

    watch = Watch(lambda: seconds[0])
    watch.start()
    with watch.watched(gate)(Pace("arxiv.org", 15)):
        seconds[0] += 2
    assert watch.seconds() == 2


def test_a_damaged_database_keeps_no_source_from_being_asked(home: Home) -> None:
    home.run(now=DAY)
    with closing(sqlite3.connect(home.folder / "state" / "digest.db")) as database:
        database.execute("DROP TABLE visit")
    assert found_by_name(home, PAGES)["source.pages"].state is State.OK
