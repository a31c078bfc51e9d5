"""A host that does not answer is found out soon; all others that would ask it are spared."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from digest.errors import FetchError, Unreachable
from digest.fetch.web import TRIES, WebFetcher
from digest.model.replies import Pace, Request
from tests.fetch.conftest import web_fetcher
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20
SPARED = "its host does not answer in this run; try again later"


def what_comes(web: WebFetcher, url: str, pace: Pace | None = None) -> bytes | FetchError:
    try:
        (reply,) = web.fetch(Request(url=url, pace=pace), {})
    except FetchError as error:
        return error
    return reply.body


def hang(server: RawServer) -> Callable[[str], Iterator[bytes]]:
    """An answer that does not come while the test lasts."""

    def nothing(_: str) -> Iterator[bytes]:
        server.pause(20)
        yield b""

    return nothing


@pytest.fixture
def closed() -> str:
    """The URL of a host that takes no connections."""
    with socket.create_server(("127.0.0.1", 0)) as ended:
        return f"http://127.0.0.1:{ended.getsockname()[1]}/"


@pytest.mark.parametrize("pace", [None, Pace(name="a site", seconds=3.0)])
@pytest.mark.parametrize(("scheme", "asked"), [("https", 1), ("http", 2)])
def test_a_silent_host_is_waited_for_once_or_twice_however_many_ask_it(
    pace: Pace | None, scheme: str, asked: int
) -> None:
    gates = []

    @contextmanager
    def gate(pace: Pace) -> Iterator[None]:
        gates.append(pace)
        yield

    web = web_fetcher(deadline=0.4, monotonic=lambda: 0.0, pacing=gate)
    with RawServer([]) as silent, RawServer([answer(BODY)]) as other, web:
        silent.answers.append(hang(silent))
        url = silent.url.replace("http", scheme)  # whose handshake does not come about
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: what_comes(web, url, pace), range(20)))
        assert what_comes(web, other.url) == BODY
    assert {type(error) for error in found} == {Unreachable}
    assert sum(SPARED not in str(error) for error in found) == asked
    assert len(gates) == (asked if pace else 0)


def test_a_page_that_does_not_come_costs_its_neighbours_nothing() -> None:
    web = web_fetcher(deadline=0.3, monotonic=lambda: 0.0)
    with RawServer([]) as server, web:
        nothing, page = hang(server), answer(BODY)
        server.answers += [nothing, page, nothing, page, nothing, nothing, page]
        found = [what_comes(web, server.url) for _ in range(7)]
    assert found[1] == found[3] == BODY
    assert "within 0.3 s" in str(found[2])
    assert "within 0.1 s" in str(found[5])  # a host in doubt is waited for less long
    assert SPARED in str(found[6])


def test_a_host_that_takes_no_connections_is_tried_by_the_first_only(closed: str) -> None:
    slept: list[float] = []
    with web_fetcher(sleep=slept.append) as web, RawServer([answer(BODY)]) as neighbour:
        first, second = what_comes(web, closed), what_comes(web, closed + "another")
        assert what_comes(web, neighbour.url) == BODY  # which differs by its port
    assert "Connection refused" in str(first)
    assert str(second) == f"{closed}another: {SPARED}"
    assert len(slept) == TRIES - 1


def test_a_host_that_breaks_off_its_answers_is_not_silent() -> None:
    with (
        RawServer([b"", b"", b"", answer(BODY)]) as server,
        web_fetcher(sleep=lambda _: None) as web,
    ):
        assert isinstance(what_comes(web, server.url), FetchError)
        assert what_comes(web, server.url) == BODY


def test_a_silent_host_is_not_held_against_one_that_leads_to_it(closed: str) -> None:
    led = answer(status="302 Found", Location=closed)
    with (
        RawServer([led, led, led, led, answer(BODY)]) as server,
        web_fetcher(sleep=lambda _: None) as web,
    ):
        errors = [what_comes(web, server.url) for _ in range(2)]
        assert what_comes(web, server.url) == BODY
        assert type(what_comes(web, closed)) is Unreachable
    assert [type(error) for error in errors] == [FetchError] * 2
    assert SPARED in str(errors[1])


def test_a_host_for_which_others_left_no_time_is_not_silent() -> None:
    clock = [0.0]

    def slowly(_: str) -> Iterator[bytes]:
        clock[0] += 0.8
        yield answer(status="302 Found", Location=there.url)

    web = web_fetcher(deadline=1.0, monotonic=lambda: clock[0])
    with RawServer([]) as there, RawServer([slowly]) as here, web:
        there.answers += [hang(there), hang(there), answer(BODY)]
        assert [type(what_comes(web, here.url)) for _ in range(2)] == [FetchError] * 2
        assert what_comes(web, there.url) == BODY
