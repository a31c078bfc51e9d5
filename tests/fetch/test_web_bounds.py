"""The web fetcher with hostile sites: bounded in time, in bytes and in reach."""

from __future__ import annotations

import gzip
import ssl
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from digest.errors import FetchError
from digest.fetch.reach import is_public
from digest.fetch.web import REDIRECTS, TRIES
from digest.model.replies import Validators
from tests.fetch.conftest import Ask
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20


def test_a_body_past_its_cap_as_sent_is_refused(ask: Ask) -> None:
    def endless(_: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"1000\r\n" + b"x" * 4096 + b"\r\n"

    with RawServer([endless]) as server, pytest.raises(FetchError, match="over 1 MB as sent"):
        ask(server.url, max_raw=1_000_000)


def test_a_gzip_bomb_is_never_unpacked_past_its_cap(ask: Ask) -> None:
    bomb = answer(gzip.compress(bytes(100_000_000), 9), Content_Encoding="gzip")
    with RawServer([bomb]) as server:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="over 1 MB unpacked"):
                ask(server.url, max_unpacked=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 4_000_000  # one 64 KB piece as sent would come to 64 MB


def test_a_body_that_drips_is_left_at_the_deadline(ask: Ask) -> None:
    with RawServer([]) as server:

        def drip(_: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
            while True:
                yield b"x"
                server.pause(0.05)

        server.answers.append(drip)
        started = time.monotonic()
        with pytest.raises(FetchError, match=r"no whole answer within 0\.4 s"):
            ask(server.url, deadline=0.4)
    assert 0.3 < time.monotonic() - started < 1.5


def test_a_head_that_drips_is_left_at_the_deadline(ask: Ask) -> None:
    with RawServer([]) as server:

        def drip(_: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n"
            while True:
                yield b"X: y\r\n"
                server.pause(0.05)

        server.answers.append(drip)
        with pytest.raises(FetchError, match="no whole answer"):
            ask(server.url, deadline=0.4)


def test_an_endless_head_is_refused(ask: Ask) -> None:
    def endless(_: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X: " + b"y" * 4096 + b"\r\n"

    with RawServer([endless]) as server, pytest.raises(FetchError, match=f"{TRIES} times"):
        ask(server.url)


def test_redirects_that_do_not_end_are_left(ask: Ask) -> None:
    with (
        RawServer([answer(status="302 Found", Location="/feed.xml")]) as server,
        pytest.raises(FetchError, match=f"more than {REDIRECTS} redirects"),
    ):
        ask(server.url)
    assert len(server.requests) == REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", "ftp://x/"])
def test_a_redirect_leads_to_the_web_only(ask: Ask, location: str) -> None:
    with (
        RawServer([answer(status="302 Found", Location=location)]) as server,
        pytest.raises(FetchError, match="which is not followed"),
    ):
        ask(server.url)


def test_https_is_checked_and_never_left_for_http(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    down = answer(status="302 Found", Location="http://127.0.0.1/")
    with RawServer([answer(BODY), down], tls=tls) as server:
        with pytest.raises(FetchError, match="certificate verify failed"):
            ask(server.url)
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert ask(server.url).body == BODY
        with pytest.raises(FetchError, match="from https to http"):
            ask(server.url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_private_address_is_not_reached_by_any_name(ask: Ask, host: str) -> None:
    with RawServer([answer(BODY)]) as server:
        with pytest.raises(FetchError, match="allow_private = true"):
            ask(f"http://{host}:{server.port}/", allow_private=False)
        assert not server.requests


def test_every_wrapping_of_a_private_address_is_private() -> None:
    private = [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0"),
        *("fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
    ]
    assert [address for address in private if is_public(address)] == []
    public = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
    assert [address for address in public if not is_public(address)] == []


def test_a_proxy_of_the_environment_is_not_used(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    with RawServer([answer(BODY)]) as server:
        assert ask(server.url).body == BODY


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("drip", "no whole answer"),
        ("endless", "over 20 MB as sent"),
        ("gzipbomb", "over 50 MB unpacked"),
        ("truncated", "complete message body"),
        ("redirect-loop", "redirects"),
        ("404", "HTTP 404"),
        ("410", "HTTP 410"),
        ("500", "HTTP 500"),
        ("503", "HTTP 503"),
        ("429", "HTTP 429"),
    ],
)
def test_every_fault_of_the_recorded_sites_is_bounded(
    replay: Any, ask: Ask, fault: str, reason: str
) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match=reason):
        ask(f"{replay.url}/hf_feed.xml?date=2026-01-05&fault={fault}", deadline=2.0)
    assert time.monotonic() - started < 3.5


@pytest.mark.recorded
def test_a_flaky_recorded_site_is_read_in_the_end_and_then_unchanged(replay: Any, ask: Ask) -> None:
    url = f"{replay.url}/hf_feed.xml?date=2026-01-05"
    reply = ask(url + "&fault=flaky")
    assert reply.body.startswith(b"<?xml")
    again = ask(url, reply.validators)
    assert (again.unchanged, again.validators) == (True, reply.validators)


def test_validators_that_cannot_be_sent_back_are_not_kept(ask: Ask) -> None:
    odd = answer(b"<rss/>", ETag="caf\xe9", Last_Modified="Mon, 05 Jan 2026 00:00:00 GMT")
    with RawServer([odd]) as server:
        reply = ask(server.url)
        assert reply.validators.etag is None
        assert reply.validators.last_modified
        ask(server.url, reply.validators)


def test_validators_of_any_kind_bring_no_traceback(ask: Ask) -> None:
    with (
        RawServer([answer(b"<rss/>")]) as server,
        pytest.raises(FetchError, match="no usable web address"),
    ):
        ask(server.url, Validators(etag="caf\xe9\u20ac"))


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_redirect_to_a_host_that_cannot_be_is_told(ask: Ask, host: str) -> None:
    with (
        RawServer([answer(status="302 Found", Location=f"http://{host}/")]) as server,
        pytest.raises(FetchError, match="cannot find"),
    ):
        ask(server.url)


def test_an_impossible_retry_after_is_none(ask: Ask, slept: list[float]) -> None:
    odd = "Mon, 05 Jan 2026 00:00:00 +99999999999999999999"
    with RawServer([answer(status="503 Busy", Retry_After=odd), answer(b"<rss/>")]) as server:
        ask(server.url)
    assert slept == [1.0]
