"""Whatever is sent, there is an answer; and nothing changes but by who may change it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.model.readers import Subscriber
from digest.model.signups import Limits
from digest.store.engine import SqlStore, open_store
from digest.web import Pages
from tests.web.conftest import JANE, NOW, link
from tests.web.ways import everything, ways
from tests.web.wild import Wild, oddities, send, wild

TOKENS = (link(), "unused")
# What a sign-up may write, and what those may who have a reader's or a sign-up's link.
ASKED = {"newsletter", "sign_up", "preference"}
OWN = ASKED | {"reader", "suppression", "link", "linked"}


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url)) as opened:
        yield opened


@pytest.fixture
def pages(pages: Pages) -> Pages:
    desk = replace(pages.desk, limits=Limits(*[10**6] * 4))
    return replace(pages, desk=desk, proxies=("127.0.0.0/8",))


@contextmanager
def no_faults() -> Iterator[None]:
    """The server has nothing to complain of, such as a request that broke a page."""
    told: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert told == []


@pytest.mark.parametrize("path", ["/subscribe", "/api/subscribe", "/confirm", "/you", "/leave"])
def test_each_odd_thing_alone_has_an_answer(
    client: httpx.Client, store: SqlStore, jane: Subscriber, path: str
) -> None:
    before = everything(store)
    for request in dict.fromkeys(oddities(path)):
        with no_faults():
            status = send(client.base_url.port or 0, request)
        assert status < 500, request
        assert status or not request.is_whole, request
    after = everything(store)
    assert {table for table in after if after[table] != before[table]} <= ASKED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_request_has_an_answer_and_changes_only_what_it_may(
    client: httpx.Client, store: SqlStore, pages: Pages, jane: Subscriber, data: st.DataObject
) -> None:
    request = data.draw(wild(ways(pages), TOKENS))
    before = _settled(store, pages)
    with no_faults():
        status = send(client.base_url.port or 0, request)
    assert status < 500
    assert status or not request.is_whole
    after = everything(store)
    changed = {table for table in after if after[table] != before[table]}
    assert changed <= _may_change(request, status)


def _settled(store: SqlStore, pages: Pages) -> dict[str, list[str]]:
    """All there is, with a reader and a sign-up whose link was mailed."""
    if store.find("daily", JANE) is None:
        store.put("daily", Subscriber(address=JANE), NOW)
        pages.desk.know_links()
    return everything(store)


def _may_change(request: Wild, status: int) -> set[str]:
    if request.method != "POST" or status >= 400:
        return set()
    if any(token.encode() in request.raw for token in TOKENS):
        return OWN
    return ASKED if "subscribe" in request.path else set()
