"""A client that waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from digest.fetch.web import WebFetcher
from digest.model.replies import Reply, Request, Validators

Ask = Callable[..., Reply]


def web_fetcher(**settings: Any) -> WebFetcher:
    """A client of the given settings, and else of those of a run."""
    options = {
        "contact": "me@example.org",
        "allow_private": True,
        "pacing": lambda _: nullcontext(),
        "sleep": time.sleep,
        "monotonic": time.monotonic,
        "random": lambda: 1.0,
    }
    return WebFetcher(**options | settings)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def ask(slept: list[float]) -> Iterator[Ask]:
    """Fetch a URL with a client of the given settings; sleeping costs no time."""
    opened = []

    def asking(url: str, known: Validators | None = None, **settings: Any) -> Reply:
        asked = {name: settings.pop(name) for name in ("pace", "moved_to") if name in settings}
        web = web_fetcher(**{"sleep": slept.append} | settings)
        opened.append(web)
        request = Request(url=url, accept="application/xml", **asked)
        (reply,) = web.fetch(request, {url: known} if known else {})
        return reply

    yield asking
    for web in opened:
        web.close()
