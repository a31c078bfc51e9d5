"""Requests that no browser would send, and how they are sent."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

# What is usual is there more often, so that most requests are odd in one way only.
METHODS = (
    *("POST",) * 9,
    *("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "X-Y"),
)
NAMES = (
    *("address", "frequency", "themes", "not_themes", "id", "website", "hour", "zone", "cap"),
    *("keywords", "authors", "paused_until", "summaries", "List-Unsubscribe", "consent", ""),
)
ODD = (
    *("", "\x00", "a\x00b@example.org", "\ud800", "\udfff@example.org", "-1", "²", "9" * 400),
    *("x" * 3_000, "weekly", "agents", "a;b", "Europe/Berlin", "../../etc/passwd", "a" * 300),
    *("joe@bücher.example.org", "joe@example.org\r\nBcc: all@example.org", "x@" + "é." * 200),
    *("0001-01-01", "9999-12-31", "2026-05-01", "\u202e", "<script>", "{{7*7}}", "%s", "1e9"),
)
ENDS = (
    *("",) * 40,
    *("/", "//", "%2f", "%00", "%ff", ";x", "/..", "/../you", "%2e%2e/", "?", "#x", "é"),
)
CHARSETS = (
    *("utf-8", "utf-7", "utf-16", "unicode_escape", "raw_unicode_escape", "undefined", "idna"),
    *("punycode", "rot13", "hex", "no such", '"', "\\", "=", "a" * 900),
)
HARMS = range(12)
FRAMINGS = (
    *("told",) * 20,
    *("chunked", "untold", "short", "long", "twice", "nonsense", "both"),
)
FORM = "application/x-www-form-urlencoded"
HEADERS = (
    ("Origin", "https://papers.example.org"),
    ("Origin", "https://static.example.org"),
    ("Origin", "https://evil.example"),
    ("Origin", "null"),
    ("Origin", "http://["),
    ("Origin", "http://\u00bd:99999999"),
    ("Host", "["),
    ("Host", "[::1"),
    ("Host", ""),
    ("Host", "a:b:c"),
    ("Host", "x" * 2_000),
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Sec-Fetch-Site", "?"),
    ("X-Forwarded-For", "fe80::1%eth0"),
    ("X-Forwarded-For", "::ffff:192.0.2.1, 127.0.0.1"),
    ("X-Forwarded-For", ",".join(["127.0.0.1"] * 500)),
    ("X-Forwarded-For", "999.1.1.1, [::1]:80, \xff"),
    ("X-Forwarded-Proto", "\xff"),
    ("Expect", "100-continue"),
    ("Upgrade", "websocket"),
    ("Range", "bytes=9-1,,-0"),
    ("If-None-Match", '"\xff'),
    ("If-Modified-Since", "Sun, 99 Feb 0000 99:99:99"),
    ("Accept-Encoding", "gzip;q=\xff, br"),
    ("Access-Control-Request-Method", "\xff"),
    ("Cookie", "a=\xff"),
)


Form = tuple[str, bytes]  # its content type, and the body


@dataclass(frozen=True)
class Wild:
    """A request as it is sent."""

    path: str
    form: Form = (FORM, b"address=x@example.org&id=x")
    method: str = "POST"
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    framing: str = "told"  # how long the body is said to be

    @property
    def is_whole(self) -> bool:
        """Whether all that is announced is sent."""
        return self.framing != "long"

    @property
    def raw(self) -> bytes:
        kind, body = self.form
        target = self.path + ("?" if self.query else "")
        headers = {"Host": "papers.example.org", "Content-Type": kind, **dict(self.headers)}
        head = [f"{name}: {value}".encode("latin-1") for name, value in headers.items()]
        told, sent = _framed(self.framing, body)
        first = f"{self.method} {target}".encode() + self.query + b" HTTP/1.1"
        return b"\r\n".join([first, *head, *told, b"Connection: close", b"", sent])


def _framed(framing: str, body: bytes) -> tuple[Sequence[bytes], bytes]:
    """The headers that tell a body's length, and the body as it is sent."""
    length = b"Content-Length: %d"
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    chunked = b"Transfer-Encoding: chunked"
    return {
        "told": ([length % len(body)], body),
        "chunked": ([chunked], chunks),
        "untold": ([], body),
        "short": ([length % (len(body) // 2)], body),
        "long": ([length % (len(body) + 9)], body),
        "twice": ([length % len(body), length % (len(body) + 1)], body),
        "nonsense": (["Content-Length: ²".encode()], body),
        "both": ([length % len(body), chunked], chunks),
    }[framing]


def send(port: int, request: Wild) -> int:
    """Send a request; the answer's status, or 0 where the server closed without one.

    Fails where the server neither answers nor closes.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        answer = b""
        try:
            connection.sendall(request.raw)
            if not request.is_whole:
                connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65_536):
                answer += data
        except ConnectionError:  # it had enough before all was sent
            pass
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    return int(answer.split(b" ", 2)[1]) if answer else 0


def oddities(path: str) -> Iterator[Wild]:
    """Every odd thing alone, in a form that is else as it should be."""
    usual = Wild(path)
    yield from (replace(usual, method=method) for method in METHODS)
    yield from (replace(usual, path=path + end) for end in ENDS)
    yield from (replace(usual, headers=(header,)) for header in HEADERS)
    yield from (replace(usual, framing=framing) for framing in FRAMINGS)
    forms = [_multipart([("id", "x"), ("address", "x")], "utf-8", harm) for harm in HARMS]
    for odd in ODD:
        forms += [
            (FORM, _urlencoded([(name, odd) for name in NAMES])),
            ("application/json", json.dumps(dict.fromkeys(NAMES, odd)).encode()),
            _multipart([("id", odd), ("address", odd)], "utf-8", 0),
        ]
    for charset in CHARSETS:
        for odd in ("\\ud800", "+2AA-", "xn--é"):
            forms.append(_multipart([("id", odd), ("address", odd)], charset, 0))
    yield from (replace(usual, form=form) for form in forms)


def wild(paths: Sequence[str], tokens: Sequence[str]) -> st.SearchStrategy[Wild]:
    """Requests to paths, with tokens among what they say."""
    values = st.one_of(st.sampled_from([*tokens, *ODD]), st.text(max_size=40))
    fields = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=8)
    odd_header = st.tuples(st.sampled_from(["Origin", "Host", "Content-Type", "X-Odd"]), _latin())
    headers = st.lists(st.one_of(st.sampled_from(HEADERS), odd_header), max_size=3)
    return st.builds(
        Wild,
        path=st.tuples(st.sampled_from(paths), st.sampled_from(ENDS)).map("".join),
        form=_forms(fields, values),
        method=st.sampled_from(METHODS),
        query=st.one_of(fields.map(_urlencoded), st.binary(max_size=60).map(_visible)),
        headers=headers.map(tuple),
        framing=st.sampled_from(FRAMINGS),
    )


def _forms(fields: Any, values: Any) -> st.SearchStrategy[Form]:
    counts = st.sampled_from([499, 501, 4_000])
    simple = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), values)
    nested = st.recursive(simple, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
    objects = st.dictionaries(st.sampled_from(NAMES), nested, max_size=6)
    return st.one_of(
        st.tuples(st.just(FORM), fields.map(_urlencoded)),
        st.tuples(st.just(FORM), counts.map(lambda count: b"&id=" * count)),
        st.builds(_multipart, fields, st.sampled_from(CHARSETS), st.sampled_from(HARMS)),
        st.tuples(st.just("application/json"), objects.map(lambda one: json.dumps(one).encode())),
        st.tuples(st.just("application/json"), st.sampled_from([b"[" * 9_000, b"9" * 9_000])),
        st.tuples(st.sampled_from([FORM, "multipart/form-data", "", "\xff"]), st.binary()),
        st.tuples(st.just(FORM), st.just(b"address=" + b"x" * 20_000)),
    )


def _urlencoded(fields: list[tuple[str, str]]) -> bytes:
    pairs = (f"{name}={quote_from_bytes(_bytes(value))}" for name, value in fields)
    return "&".join(pairs).encode()


def _multipart(fields: list[tuple[str, str]], charset: str, harm: int) -> Form:
    """A form in parts, most of them broken in some way."""
    head = b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    odd = {1: b'; filename="a"', 2: b"; filename*=undefined''%ff", 3: b"\r\nContent-Type: \xff"}
    parts = [head % (name.encode(), odd.get(harm, b""), _bytes(value)) for name, value in fields]
    body = b"".join(parts) + b"--b--\r\n"
    if harm in {4, 5}:
        body = body[: len(body) * harm // 7]
    if harm == 6:
        body = body.replace(b"form-data; name=", b"")
    boundary = {7: "", 8: "; boundary=", 9: "; boundary=c"}.get(harm, "; boundary=b")
    return f"multipart/form-data{boundary}; charset={charset}", body


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _latin() -> st.SearchStrategy[str]:
    return st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30)


def _visible(data: bytes) -> bytes:
    """What may stand in the first line of a request, be it nonsense."""
    return bytes(33 + byte % 94 for byte in data).replace(b"#", b"%")
