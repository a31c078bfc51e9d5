"""The web fetcher with hostile sites: bounded in time, in bytes and in reach."""

from __future__ import annotations

import gzip
import random
import ssl
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from digest.errors import FetchError, Unreachable
from digest.fetch.web import TRIES
from digest.model.replies import Validators
from tests.fetch.conftest import Ask
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20


@contextmanager
def peak() -> Iterator[list[int]]:
    """The most bytes that were taken at a time, noted at the end."""
    noted: list[int] = []
    tracemalloc.start()
    try:
        yield noted
    finally:
        noted.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def test_a_body_past_its_cap_as_sent_is_refused(ask: Ask) -> None:
    def endless(_: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"1000\r\n" + b"x" * 4096 + b"\r\n"

    with RawServer([endless]) as server, pytest.raises(FetchError, match="over 1 MB as sent"):
        ask(server.url, max_raw=1_000_000)


@pytest.mark.parametrize(("encoding", "window"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_a_bomb_is_never_unpacked_past_its_cap(ask: Ask, encoding: str, window: int) -> None:
    packer = zlib.compressobj(9, wbits=window)
    packed = packer.compress(bytes(100_000_000)) + packer.flush()
    with (
        RawServer([answer(packed, Content_Encoding=encoding)]) as server,
        peak() as most,
        pytest.raises(FetchError, match="over 1 MB unpacked"),
    ):
        ask(server.url, max_unpacked=1_000_000)
    assert most[0] < 4_000_000  # one 64 KB piece as sent would come to 64 MB


def test_a_body_that_drips_is_left_at_the_deadline(ask: Ask) -> None:
    with RawServer([]) as server:

        def drip(_: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
            while True:
                yield b"x"
                server.pause(0.05)

        server.answers.append(drip)
        with pytest.raises(Unreachable, match=r"no whole answer within 0\.4 s"):
            ask(server.url, deadline=0.4)


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


@pytest.mark.parametrize("line", [b"X: " + b"y" * 4096, b"X: y", b"X:" + b" " * 4096, b"y" * 4096])
def test_an_endless_head_is_refused_within_little_memory(ask: Ask, line: bytes) -> None:
    def endless(_: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield (line + b"\r\n") * 16

    with (
        RawServer([endless]) as server,
        peak() as most,
        pytest.raises(FetchError, match=f"{TRIES} times"),
    ):
        ask(server.url, deadline=600.0)
    assert most[0] < 4_000_000


def test_answers_that_only_announce_an_answer_are_left_at_the_deadline(ask: Ask) -> None:
    def endless(_: str) -> Iterator[bytes]:
        while True:
            yield b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * 16

    with (
        RawServer([endless]) as server,
        peak() as most,
        pytest.raises(Unreachable, match="no whole answer"),
    ):
        ask(server.url, deadline=0.4)
    assert most[0] < 4_000_000


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_body_is_held_once(ask: Ask, packed: bool) -> None:
    body = random.Random(1).randbytes(15_000_000)
    headers = {"Content_Encoding": "gzip"} if packed else {}
    whole = answer(gzip.compress(body, 0) if packed else body, **headers)
    with RawServer([whole]) as server, peak() as most:
        reply = ask(server.url)
    assert reply.body == body
    assert most[0] < 1.5 * len(body)


def test_https_is_checked_and_never_left_for_http(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    down = answer(status="302 Found", Location="http://127.0.0.1/")
    with RawServer([answer(BODY), down], tls=tls) as server:
        with pytest.raises(Unreachable, match="certificate verify failed"):
            ask(server.url)
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert ask(server.url).body == BODY
        with pytest.raises(FetchError, match="from https to http"):
            ask(server.url)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_authorities_that_cannot_be_read_are_told(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(FetchError, match=r"SSL_CERT_FILE=.*authority\.pem: .+; set it to"):
        ask("https://127.0.0.1/")


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("drip", "no whole answer"),
        ("endless", "over 20 MB as sent"),
        ("gzipbomb", "over 50 MB unpacked"),
        ("truncated", "complete message body"),
        ("redirect-loop", "redirects"),
        ("redirect-private", "link-local"),
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
    deadline = 1.0 if fault == "drip" else 600.0  # which a slow machine does not reach
    with pytest.raises(FetchError, match=reason):
        ask(f"{replay.url}/hf_feed.xml?date=2026-01-05&fault={fault}", deadline=deadline)


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
