"""Looking up a host's name takes no more time than its request may."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from digest.errors import FetchError, Unreachable
from digest.model.replies import Request
from tests.fetch.conftest import Ask, web_fetcher

URL = "http://feeds.example/a"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names looked up; a server that drops all questions keeps each look waiting."""
    asked: list[str] = []
    ended = threading.Event()

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        ended.wait(20)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    ended.set()


def test_a_slow_look_up_is_given_up_and_its_host_spared(looks: list[str]) -> None:
    began = time.monotonic()
    with web_fetcher(deadline=0.5) as web:
        with pytest.raises(Unreachable, match=r"no whole answer within 0\.5 s"):
            list(web.fetch(Request(url=URL), {}))
        with pytest.raises(Unreachable, match="does not answer in this run"):
            list(web.fetch(Request(url=URL), {}))
    assert time.monotonic() - began < 5
    assert looks == ["feeds.example"]


def test_a_fault_of_the_look_up_is_told_as_it_is(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(FetchError, match=r"cannot find feeds\.example: Temporary failure"):
        ask(URL)
