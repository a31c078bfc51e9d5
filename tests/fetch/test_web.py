"""The web fetcher with honest sites."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from digest.errors import FetchError
from digest.model.replies import Request, Validators
from tests.fetch.conftest import Ask, web_fetcher
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20


def test_a_reply_holds_the_body_and_what_makes_the_next_request_cheap(ask: Ask) -> None:
    head = {"Content_Type": "application/xml", "ETag": '"1"', "Last_Modified": "yesterday"}
    with RawServer([answer(BODY, **head)]) as server:
        reply = ask(server.url)
    assert (reply.body, reply.content_type, reply.unchanged) == (BODY, "application/xml", False)
    assert reply.url == reply.request.url == server.url
    assert reply.validators == Validators(
        etag='"1"', last_modified="yesterday", sha256=hashlib.sha256(BODY).hexdigest()
    )


def test_a_request_says_who_asks_and_what_for(ask: Ask) -> None:
    with RawServer([answer(BODY)]) as server:
        ask(server.url + "?a=b c&d=%20é#top")
    head = server.requests[0].lower()
    assert head.startswith("get /feed.xml?a=b%20c&d=%20%c3%a9 http/1.1\r\n")
    assert f"\r\nhost: 127.0.0.1:{server.port}\r\n" in head
    assert "\r\nuser-agent: papertide/" in head
    assert " (+me@example.org)\r\n" in head
    assert "\r\naccept: application/xml\r\n" in head
    assert "\r\naccept-encoding: gzip, deflate\r\n" in head
    assert "if-none-match" not in head
    assert "authorization" not in head


def test_a_log_in_in_the_url_goes_to_its_own_site_only(ask: Ask) -> None:
    with (
        RawServer([answer(BODY)]) as other,
        RawServer([answer(status="302 Found", Location=other.url)]) as server,
    ):
        ask(server.url.replace("//", "//me:se%40cret@"))
    assert "\r\nAuthorization: Basic bWU6c2VAY3JldA==\r\n" in server.requests[0]
    assert "authorization" not in other.requests[0].lower()


def test_an_unchanged_reply_keeps_what_was_known(ask: Ask) -> None:
    known = Validators(etag='W/"1"', last_modified="Mon, 05 Jan 2026 00:00:00 GMT", sha256="abc")
    with RawServer([answer(status="304 Not Modified", ETag='W/"2"')]) as server:
        reply = ask(server.url, known)
    assert '\r\nIf-None-Match: W/"1"\r\n' in server.requests[0]
    assert "\r\nIf-Modified-Since: Mon, 05 Jan 2026 00:00:00 GMT\r\n" in server.requests[0]
    assert (reply.unchanged, reply.body) == (True, b"")
    assert reply.validators == Validators(
        etag='W/"2"', last_modified=known.last_modified, sha256="abc"
    )


def test_the_same_body_is_unchanged_even_where_the_site_knows_no_validators(ask: Ask) -> None:
    known = Validators(sha256=hashlib.sha256(BODY).hexdigest())
    with RawServer([answer(BODY)]) as server:
        reply = ask(server.url, known)
    assert (reply.unchanged, reply.body, reply.validators) == (True, b"", known)


def test_a_validator_too_long_to_be_sent_back_is_not_kept(ask: Ask) -> None:
    longest, head = '"' + "x" * 998 + '"', {"Last_Modified": "y" * 1001}
    answers = [
        answer(BODY, ETag=longest, **head),
        answer(BODY, ETag=longest + "x", **head),
        answer(status="304 Not Modified", ETag=longest + "x"),
    ]
    with RawServer(answers) as server:
        first, second = ask(server.url), ask(server.url)
        third = ask(server.url, first.validators)
    assert (first.validators.etag, first.validators.last_modified) == (longest, None)
    assert second.validators.etag is None
    assert third.validators == first.validators


def test_no_cookie_is_kept() -> None:
    head = {"Set_Cookie": "a=b; Path=/"}
    with (
        RawServer([answer(status="302 Found", Location="/", **head), answer(BODY, **head)]) as site,
        web_fetcher() as web,
    ):
        for _ in range(2):
            list(web.fetch(Request(url=site.url), {}))
    assert len(site.requests) == 3
    assert "cookie" not in "".join(site.requests).lower()


@pytest.mark.parametrize("known", [None, Validators(sha256="abc")])
def test_not_modified_without_having_asked_is_no_reply(ask: Ask, known: Validators | None) -> None:
    with (
        RawServer([answer(status="304 Not Modified")]) as server,
        pytest.raises(FetchError, match="HTTP 304"),
    ):
        ask(server.url, known)


def deflated(body: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed", "body"),
    [
        ("gzip", gzip.compress(BODY, mtime=0), BODY),
        ("X-GZip", gzip.compress(BODY[:7], mtime=0) + gzip.compress(BODY[7:], mtime=0), BODY),
        ("deflate", deflated(BODY, 15), BODY),
        ("deflate", deflated(BODY, 9), BODY),
        ("deflate", deflated(BODY, -15), BODY),  # as some sites send it
        ("deflate", deflated(b"", 15), b""),
        ("deflate", deflated(b"", -15), b""),
        ("identity", BODY, BODY),
        ("gzip", b"", b""),
        ("deflate", b"", b""),
        ("gzip", gzip.compress(BODY, mtime=0) + bytes(8), BODY),
        ("gzip", gzip.compress(BODY, mtime=0) + b"\n", BODY),
        ("gzip", gzip.compress(BODY, mtime=0) * 2 + b"\x1fxyz", BODY * 2),
        ("deflate", deflated(BODY, 15) + b"\xff", BODY),
        ("deflate", deflated(BODY, -15) + deflated(BODY, -15), BODY),
    ],
)
@pytest.mark.parametrize("cut", [1, 2, 65536])
def test_a_packed_body_is_unpacked_however_it_arrives(
    ask: Ask, encoding: str, packed: bytes, body: bytes, cut: int
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]
    chunks = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces]
    with RawServer([b"".join([head.encode(), *chunks, b"0\r\n\r\n"])]) as server:
        assert ask(server.url).body == body


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (gzip.compress(BODY, mtime=0)[:-9], "gzip", "cut short"),
        (b"<rss/>", "gzip", "broken gzip"),
        (b"\xff<rss/>", "deflate", "broken deflate"),
        (deflated(BODY, 15)[:-1], "deflate", "deflate cut short"),
        (deflated(BODY, -15)[:-1], "deflate", "deflate cut short"),
        ((gzip.compress(BODY, mtime=0) * 2)[:-9], "gzip", "cut short"),
        (gzip.compress(BODY, mtime=0) + b"\x1f\x8b", "gzip", "cut short"),
        (BODY, "br", "packed as 'br'"),
        (gzip.compress(BODY, mtime=0), "gzip, gzip", "packed as 'gzip, gzip'"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_a_failure(
    ask: Ask, body: bytes, encoding: str, reason: str
) -> None:
    with (
        RawServer([answer(body, Content_Encoding=encoding)]) as server,
        pytest.raises(FetchError, match=reason),
    ):
        ask(server.url)


def test_a_body_in_small_pieces_of_any_cut_is_the_same_body(ask: Ask) -> None:
    packed = gzip.compress(os.urandom(3000) + b"\0" * 2_000_000)
    whole = answer(packed, Content_Encoding="gzip")
    with RawServer([lambda _: (whole[at : at + 7] for at in range(0, len(whole), 7))]) as server:
        assert ask(server.url).body == gzip.decompress(packed)


def test_redirects_are_followed_and_the_reply_keeps_the_url_that_was_asked(
    ask: Ask, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/old").respond_with_response(
        Response(status=301, headers={"Location": "new place?x=1"})
    )
    httpserver.expect_request("/new place").respond_with_data(BODY)
    reply = ask(httpserver.url_for("/old"))
    assert (reply.body, reply.url) == (BODY, httpserver.url_for("/old"))


@pytest.mark.parametrize("url", ["http://", "https:/x", "ftp://x/", "http://127.0.0.1:65616/"])
def test_what_is_no_web_address_is_told(ask: Ask, url: str) -> None:
    with pytest.raises(FetchError, match="no usable web address; check the url"):
        ask(url)


def test_an_error_names_the_url_without_its_secrets(ask: Ask) -> None:
    with RawServer([answer(status="404 No")]) as server, pytest.raises(FetchError) as caught:
        ask(server.url.replace("//", "//me:secret@") + "?token=secret#secret")
    assert str(caught.value).startswith(server.url + ": HTTP 404")
    assert "secret" not in str(caught.value)


def test_requests_to_one_site_share_a_connection_until_the_site_ends_it() -> None:
    clients = []

    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            clients.append(self.client_address)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
            self.close_connection = len(clients) == 2

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Site) as site,
        web_fetcher() as web,
    ):
        Thread(target=site.serve_forever).start()
        request = Request(url=f"http://127.0.0.1:{site.server_port}/")
        bodies = [reply.body for _ in range(3) for reply in web.fetch(request, {})]
        web.close()
        site.shutdown()
    assert bodies == [b"yes"] * 3
    assert clients[0] == clients[1] != clients[2]
