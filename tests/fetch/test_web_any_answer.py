"""Whatever a site says, it comes to a reply or to a FetchError."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.model.replies import Request
from tests.fetch.conftest import web_fetcher
from tests.fetch.misbehaving import RawServer

PIECES = [
    *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n", b"HTTP/1.0 999 \r\n", b"HTTP/9.9 200\r\n"),
    *(b"HTTP/1.1 103 Hint\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n", b"\r\n", b"\r\n\r\n", b": "),
    *(b"Content-Length: ", b"Content-Length: 5\r\n", b"Content-Encoding: gzip\r\n", b"-1\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"5\r\n", b"fffffffffffffffff\r\n", b"0\r\n\r\n", b"\0"),
    *(b"Content-Encoding: deflate\r\n", b"\x1f\x8b\x08", b"x\x9c", b"<rss/>", b"ETag: \xff\r\n"),
    *(b"Retry-After: ", b"Date: ", b"Mon, 05 Jan 2026 00:00:00 GMT\r\n", b"Set-Cookie: a=b\r\n"),
    *(b"Location: ", b"http://[", b"//\xff:99999/", b"?\r\n", b"%00@\\\r\n", b"HTTP/1.1 503 B\r\n"),
]
HEADS = [*PIECES[:3], b"HTTP/1.1 429 Slow\r\n", b""]


@given(
    head=st.sampled_from(HEADS),
    rest=st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12),
)
def test_any_answer_is_a_reply_or_a_failure(head: bytes, rest: list[bytes]) -> None:
    with (
        RawServer([head + b"".join(rest)]) as server,
        web_fetcher(sleep=lambda _: None, allow_private=True, deadline=20.0) as web,
    ):
        request = Request(url=server.url)
        with suppress(FetchError):
            (reply,) = web.fetch(request, {})
            assert (reply.request, reply.url) == (request, server.url)
