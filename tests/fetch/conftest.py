"""A client that waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from digest.fetch.web import WebFetcher
from digest.model.replies import Reply, Request, Validators

Ask = Callable[..., Reply]


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def ask(slept: list[float]) -> Iterator[Ask]:
    """Fetch a URL with a client of the given settings; sleeping costs no time."""
    opened = []

    def asking(url: str, known: Validators | None = None, **settings: Any) -> Reply:
        options = {"contact": "me@example.org", "allow_private": True} | settings
        web = WebFetcher(
            **options, sleep=slept.append, monotonic=time.monotonic, random=lambda: 1.0
        )
        opened.append(web)
        (reply,) = web.fetch(
            Request(url=url, accept="application/xml"), {url: known} if known else {}
        )
        return reply

    yield asking
    for web in opened:
        web.close()
