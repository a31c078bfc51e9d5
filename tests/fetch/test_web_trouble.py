"""The web fetcher with sites in trouble: what is tried again, after what wait, and what is told."""

from __future__ import annotations

import socket

import pytest

from digest.errors import FetchError, Unreachable
from digest.fetch.web import TRIES
from tests.fetch.conftest import Ask
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20


def test_a_body_shorter_than_promised_is_a_failure(ask: Ask, slept: list[float]) -> None:
    with (
        RawServer([answer(BODY, length=1000)]) as server,
        pytest.raises(FetchError, match="without sending complete message body"),
    ):
        ask(server.url)
    assert len(server.requests) == TRIES
    assert slept == [1.0, 2.0]


def test_a_passing_trouble_is_waited_out(ask: Ask, slept: list[float]) -> None:
    busy = answer(status="503 Busy", Retry_After="7")
    with RawServer([b"", busy, answer(BODY)]) as server:
        assert ask(server.url).body == BODY
    assert slept == [1.0, 7.0]


def test_a_wait_given_as_a_date_is_counted_from_the_server_s_own_clock(
    ask: Ask, slept: list[float]
) -> None:
    dates = {
        "Date": "Mon, 05 Jan 1998 00:00:10 GMT",
        "Retry_After": "Mon, 05 Jan 1998 00:00:25 GMT",
    }
    with RawServer([answer(status="429 Slow", **dates), answer(BODY)]) as server:
        assert ask(server.url).body == BODY
    assert slept == [15.0]


@pytest.mark.parametrize("wait", ["-5", "soon", "", "²", "Mon, 05 Jan 1998 00:00:10 GMT"])
def test_a_wait_that_says_nothing_is_our_own(ask: Ask, slept: list[float], wait: str) -> None:
    busy = answer(status="503 Busy", Retry_After=wait.encode().decode("latin-1"))
    with RawServer([busy, answer(BODY)]) as server:
        assert ask(server.url).body == BODY
    assert slept == [1.0]


@pytest.mark.parametrize("wait", ["31", "9" * 5000])
def test_a_wait_past_the_deadline_is_told_and_not_waited(
    ask: Ask, slept: list[float], wait: str
) -> None:
    with (
        RawServer([answer(status="429 Slow", Retry_After=wait)]) as server,
        pytest.raises(FetchError, match=r"HTTP 429; .* left alone for (31|604800) s"),
    ):
        ask(server.url)
    assert len(server.requests) == 1
    assert not slept


@pytest.mark.parametrize(
    ("status", "advice"),
    [("404 No", "check the url"), ("403 No", "refuses"), ("400 No", "check"), ("204 No", "check")],
)
def test_a_refusal_for_good_is_not_repeated(
    ask: Ask, slept: list[float], status: str, advice: str
) -> None:
    with (
        RawServer([answer(status=status)]) as server,
        pytest.raises(FetchError, match=f"HTTP {status[:3]}.*{advice}"),
    ):
        ask(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:{closed}/", "Connection refused"),
        ("http://no-such-host.invalid/", r"cannot find no-such-host\.invalid"),
    ],
)
def test_a_site_that_is_not_there_is_unreachable_after_some_tries(
    ask: Ask, slept: list[float], url: str, reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ended:
        closed = ended.getsockname()[1]
    with pytest.raises(Unreachable, match=f"{reason}.*, 3 times; try again later") as caught:
        ask(url.format(closed=closed))
    assert (caught.value.status, caught.value.wait) == (None, 0.0)
    assert len(slept) == TRIES - 1


def test_a_site_that_talks_is_not_unreachable(ask: Ask) -> None:
    for said in (b"", b"SMTP ready\r\n", answer(BODY, length=1000), answer(status="503 Busy")):
        with RawServer([said]) as server, pytest.raises(FetchError) as caught:
            ask(server.url)
        assert type(caught.value) is FetchError


@pytest.mark.parametrize(
    ("status", "asked", "wait"),
    [
        ("410 Gone", "", 0.0),
        ("404 No", "90", 90.0),
        ("429 Slow", "9" * 30, 604_800.0),
        ("503 Busy", "40", 40.0),
        ("503 Busy", "-9", 0.0),
    ],
)
def test_a_refusal_holds_its_status_and_the_wait_it_asks_for(
    ask: Ask, status: str, asked: str, wait: float
) -> None:
    refusal = answer(status=status, Retry_After=asked)
    with RawServer([refusal]) as server, pytest.raises(FetchError) as caught:
        ask(server.url)
    assert (caught.value.status, caught.value.wait) == (int(status[:3]), wait)


def test_an_impossible_retry_after_is_none(ask: Ask, slept: list[float]) -> None:
    odd = "Mon, 05 Jan 2026 00:00:00 +99999999999999999999"
    with RawServer([answer(status="503 Busy", Retry_After=odd), answer(b"<rss/>")]) as server:
        ask(server.url)
    assert slept == [1.0]
