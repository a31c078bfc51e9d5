"""Looking writes nothing: mail scanners, previews and browsers follow every link (G10, E1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from digest.model.readers import Consent, Subscriber
from digest.store.engine import SqlStore, open_store
from digest.web import Pages
from tests.web.conftest import JANE, NOW, link, mail
from tests.web.ways import everything, ways

JOE, ANN, BOB = "joe@example.org", "ann@example.org", "bob@example.org"


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url)) as opened:
        yield opened


@pytest.fixture
def tokens(client: httpx.Client, store: SqlStore, jane: Subscriber) -> list[str]:
    """Links of readers, of somebody who left, of who was erased, of sign-ups, of nobody."""
    store.put("daily", Subscriber(address=ANN, state=Consent.LEFT), NOW)
    store.put("daily", Subscriber(address=BOB), NOW)
    assert "Erased" in client.post("/you/erase", data={"id": link(BOB)}).text
    for asked, token in ((JOE, "used"), ("new@example.org", "unused")):
        client.post("/subscribe", data={"address": asked})
        mail(store, token)
    client.post("/confirm", data={"id": "used"})
    store.put("daily", Subscriber(address="later@example.org"), NOW)  # whose link is not known yet
    readers = [link(one) for one in (JANE, JOE, ANN, BOB, "later@example.org")]
    return [*readers, "used", "unused", "nobody's", "", "x" * 4_000, "\x00", "é"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_link_is_worth_more_than_a_look(
    client: httpx.Client, store: SqlStore, pages: Pages, tokens: list[str], method: str
) -> None:
    before = everything(store)
    assert {"reader", "link", "linked", "sign_up", "suppression"} <= before.keys()
    for path in ways(pages):
        for token in tokens:
            answer = client.request(method, path, params={"id": token, "address": JANE})
            assert answer.status_code < 500, (path, token)
            assert "set-cookie" not in answer.headers
    assert everything(store) == before
