"""Several sources at once: hosts side by side, requests to one host one after another."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from digest.errors import FetchError, Unreachable
from digest.fetch.turns import Turns
from digest.fetch.web import WebFetcher
from digest.model.replies import Pace, Reply, Request
from tests.fetch.conftest import Ask, web_fetcher
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20
PACE = Pace(name="a site", seconds=3.0)


def at_once(web: WebFetcher, urls: list[str]) -> list[bytes]:
    """The bodies of these URLs, each asked for by a thread of its own."""

    def fetch(url: str) -> Reply:
        (reply,) = web.fetch(Request(url=url), {})
        return reply

    with ThreadPoolExecutor(len(urls)) as pool:
        return [reply.body for reply in pool.map(fetch, urls)]


class Crowd:
    """An answer that knows how many requests were in hand together."""

    def __init__(self, body: bytes = BODY) -> None:
        self._body = body
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def __call__(self, _: str) -> Iterator[bytes]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        whole = answer(self._body)
        yield whole[:-1]
        threading.Event().wait(0.05)
        with self._lock:
            self._now -= 1
        yield whole[-1:]


def test_a_host_is_asked_one_thing_at_a_time_until_its_body_is_read() -> None:
    crowd = Crowd()
    with RawServer([crowd]) as server, web_fetcher() as web:
        assert at_once(web, [server.url] * 6) == [BODY] * 6
    assert crowd.most == 1


def test_hosts_are_asked_side_by_side() -> None:
    meeting = threading.Barrier(4, timeout=20)

    def when_all_have_asked(_: str) -> Iterator[bytes]:
        meeting.wait()
        yield answer(BODY)

    servers = [RawServer([when_all_have_asked]) for _ in range(4)]
    with servers[0], servers[1], servers[2], servers[3], web_fetcher() as web:
        assert at_once(web, [server.url for server in servers]) == [BODY] * 4


def test_hosts_that_lead_to_each_other_do_not_wait_for_each_other_for_ever() -> None:
    with RawServer([]) as here, RawServer([]) as there, web_fetcher() as web:

        def cross(to: str) -> Callable[[str], Iterator[bytes]]:
            def lead(head: str) -> Iterator[bytes]:
                arrived = head.startswith("GET /feed.xml?arrived")
                yield answer(BODY) if arrived else answer(status="302 Found", Location=to)

            return lead

        here.answers.append(cross(there.url + "?arrived"))
        there.answers.append(cross(here.url + "?arrived"))
        assert at_once(web, [here.url, there.url] * 5) == [BODY] * 10


def test_the_time_that_others_take_is_in_no_deadline() -> None:
    here, looks = threading.get_ident(), itertools.count(1)
    first_is_asked, second_waits = threading.Event(), threading.Event()

    def monotonic() -> float:  # here, an hour passes between beginning to wait and its end
        if threading.get_ident() != here:
            return 0.0
        look = next(looks)
        if look == 2:
            second_waits.set()
        return 0.0 if look <= 2 else 3600.0

    def slowly(_: str) -> Iterator[bytes]:
        first_is_asked.set()
        assert second_waits.wait(20)
        yield answer(BODY)

    with (
        RawServer([slowly, answer(BODY)]) as server,
        web_fetcher(monotonic=monotonic, deadline=5.0) as web,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(at_once, web, [server.url])
        assert first_is_asked.wait(20)
        assert [reply.body for reply in web.fetch(Request(url=server.url), {})] == [BODY]
        assert first.result() == [BODY]


def test_a_pace_may_take_longer_than_the_deadline(ask: Ask) -> None:
    clock = [0.0]

    @contextmanager
    def rest(_: Pace) -> Iterator[None]:
        clock[0] += 1000.0
        yield

    with RawServer([answer(BODY)]) as server:
        reply = ask(server.url, pace=PACE, pacing=rest, monotonic=lambda: clock[0], deadline=5.0)
    assert reply.body == BODY


def test_a_turn_that_does_not_come_is_given_up() -> None:
    turns = Turns(longest=0.05)
    with (
        turns.of("host", "the first"),
        pytest.raises(Unreachable, match=r"the second: .* kept its host busy for 0\.05 s"),
        turns.of("host", "the second"),
    ):
        pass
    with turns.of("host", "the third"):
        pass


def test_every_request_of_a_paced_site_is_made_at_its_pace(ask: Ask) -> None:
    told: list[str] = []

    @contextmanager
    def gate(pace: Pace) -> Iterator[None]:
        told.append(f"{pace.name} in")
        try:
            yield
        finally:
            told.append(f"{pace.name} out")

    def noted(what: bytes) -> Callable[[str], Iterator[bytes]]:
        def say(_: str) -> Iterator[bytes]:
            told.append("asked")
            yield what

        return say

    steps = [b"", answer(status="302 Found", Location="/new"), answer(BODY)]
    with RawServer([noted(step) for step in steps]) as server:
        ask(server.url, pace=PACE, pacing=gate)
        ask(server.url)
    assert told == ["a site in", "asked", "a site out"] * 3 + ["asked"]


def test_a_pace_that_cannot_be_kept_is_the_failure_of_the_request(ask: Ask) -> None:
    @contextmanager
    def closed(_: Pace) -> Iterator[None]:
        raise FetchError("a site: others are asking this site")
        yield

    with RawServer([answer(BODY)]) as server, pytest.raises(FetchError, match="others are asking"):
        ask(server.url, pace=PACE, pacing=closed)
    assert not server.requests
