"""No site leads the web fetcher into a private network, whatever it calls the place."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.fetch.reach import is_public
from digest.model.replies import Request
from tests.fetch.conftest import Ask, web_fetcher
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20
PUBLIC = "8.8.8.8"

LOOPBACK = [
    *("127.0.0.1", "127.1", "localhost", "LOCALHOST", "localhost.", "127.0.0.1."),
    *("2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.0x1"),
    *("0", "0.0.0.0", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::1]", "[::ffff:0:127.0.0.1]"),
    *("example.org@127.0.0.1", "8.8.8.8:80@127.0.0.1", "%31%32%37.0.0.1", "１２７。0。0。1"),
    *("①②⑦.⓪.⓪.①", "127.0.0.1%00.example.org", "127.0.0.1%2f.example.org"),
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_a_private_address_is_not_reached_by_any_name(ask: Ask, host: str) -> None:
    with RawServer([answer(BODY)]) as server:
        with pytest.raises(FetchError, match=r"allow_private = true|cannot find|no usable web"):
            ask(f"http://{host}:{server.port}/", allow_private=False)
        assert not server.requests


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]"),
        *("[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "[fe80::1]"),
    ],
)
def test_the_secrets_of_a_cloud_are_not_reached_even_where_private_networks_are_allowed(
    ask: Ask, host: str
) -> None:
    with (
        RawServer([answer(status="302 Found", Location=f"http://{host}/")]) as server,
        pytest.raises(FetchError, match="is a link-local address, where no source can be"),
    ):
        ask(server.url, allow_private=True)


def test_every_wrapping_of_a_private_address_is_private() -> None:
    private = [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0"),
        *("fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("192.0.0.192", "192.88.99.1", "168.63.129.16", "::ffff:168.63.129.16", "3fff::1"),
        *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::a00:1", "100::1", "2001:db8::1"),
    ]
    assert [address for address in private if is_public(address)] == []
    public = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
    assert [address for address in public if not is_public(address)] == []


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_what_wraps_an_address_is_as_public_as_the_address(address: object, form: str) -> None:
    assert is_public(form.format(address)) == is_public(str(address))


class Internet:
    """Names with the addresses they have at each look; all public ones are one local server."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, Iterator[list[str]]] = {}
        self.looks: list[str] = []
        self.connected: list[str] = []
        self.port = 0
        connect, real = httpcore.SyncBackend.connect_tcp, socket.getaddrinfo

        def look(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
            if host not in self.names:
                return list(real(host, port, *rest, **more))
            self.looks.append(host)
            return [(2, 1, 6, "", (address, port)) for address in next(self.names[host])]

        def open_to(backend: Any, host: str, port: int, *rest: Any) -> httpcore.NetworkStream:
            self.connected.append(host)
            return connect(backend, "127.0.0.1", self.port, *rest)

        monkeypatch.setattr(socket, "getaddrinfo", look)
        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", open_to)

    def name(self, host: str, *looks: list[str]) -> None:
        """Let a host have other addresses at each look, the last ones from then on."""
        self.names[host] = itertools.chain(looks, itertools.repeat(looks[-1]))


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(monkeypatch)


@pytest.fixture
def serve(internet: Internet) -> Iterator[Callable[..., RawServer]]:
    with ExitStack() as servers:

        def serving(*answers: Any) -> RawServer:
            server = servers.enter_context(RawServer(list(answers)))
            internet.port = server.port
            return server

        yield serving


def test_a_connection_goes_to_the_very_address_that_was_looked_at(
    ask: Ask, internet: Internet, serve: Callable[..., RawServer]
) -> None:
    internet.name("example.org", [PUBLIC], ["127.0.0.1"])
    serve(answer(BODY))
    assert ask("http://example.org/", allow_private=False).body == BODY
    assert (internet.looks, internet.connected) == (["example.org"], [PUBLIC])


def test_a_name_with_one_private_address_is_not_reached(
    ask: Ask, internet: Internet, serve: Callable[..., RawServer]
) -> None:
    internet.name("example.org", [PUBLIC, "10.0.0.1"])
    serve(answer(BODY))
    with pytest.raises(FetchError, match=r"example\.org is not on the open internet"):
        ask("http://example.org/", allow_private=False)
    assert not internet.connected


def test_a_name_that_turns_private_between_two_requests_is_not_reached(
    ask: Ask, internet: Internet, serve: Callable[..., RawServer]
) -> None:
    internet.name("example.org", [PUBLIC], ["127.0.0.1"])
    server = serve(answer(status="302 Found", Location="/new"))  # which ends its connection
    with pytest.raises(FetchError, match=r"leads to http://example\.org/new: example\.org is not"):
        ask("http://example.org/", allow_private=False)
    assert (internet.connected, len(server.requests)) == ([PUBLIC], 1)


@pytest.mark.parametrize(
    "place", ["http://10.0.0.1/", "http://inside.example/", "//inside.example"]
)
def test_a_redirect_to_a_private_place_is_not_followed(
    ask: Ask, internet: Internet, serve: Callable[..., RawServer], place: str
) -> None:
    internet.name("example.org", [PUBLIC])
    internet.name("inside.example", ["192.168.0.1"])
    internet.name("10.0.0.1", ["10.0.0.1"])
    serve(answer(status="301 Moved", Location=place))
    with pytest.raises(FetchError, match=r"is not on the open internet"):
        ask("http://example.org/", allow_private=False)
    assert internet.connected == [PUBLIC]


def test_a_place_that_was_moved_to_is_looked_at_like_any_other(
    ask: Ask, internet: Internet, serve: Callable[..., RawServer]
) -> None:
    internet.name("inside.example", ["192.168.0.1"])
    serve(answer(BODY))
    with pytest.raises(FetchError, match=r"is not on the open internet"):
        ask("http://example.org/", moved_to="http://inside.example/", allow_private=False)
    assert not internet.connected


def test_a_connection_that_is_kept_stays_at_the_address_that_was_looked_at(
    internet: Internet,
) -> None:
    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")

    internet.name("example.org", [PUBLIC], ["127.0.0.1"])
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Site) as site,
        web_fetcher(allow_private=False) as web,
    ):
        internet.port = site.server_port
        threading.Thread(target=site.serve_forever).start()
        request = Request(url="http://example.org/")
        bodies = [reply.body for _ in range(2) for reply in web.fetch(request, {})]
        web.close()
        site.shutdown()
    assert bodies == [b"yes"] * 2
    assert (internet.looks, internet.connected) == (["example.org"], [PUBLIC])


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_used(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with RawServer([answer(BODY)]) as server:
        assert ask(server.url).body == BODY
