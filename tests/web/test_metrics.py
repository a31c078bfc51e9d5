"""What Prometheus is told of the pages: how many, and never who."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from digest.errors import StoreError, UsageError
from digest.model.readers import Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages, application
from digest.web.metrics import Metrics
from tests.home import Home
from tests.pages import page
from tests.transport.scripted import ScriptedSmtp
from tests.web.conftest import JANE, NOW, answering, link
from tests.web.test_serving import KEY, configure, free_port, serving, until
from tests.web.test_serving import NOW as AT

HOST = "127.0.0.1"


def told(port: int) -> dict[str, dict[str, float]]:
    """What is told now: values by their labels, by name."""
    found: dict[str, dict[str, float]] = {}
    for family in families(httpx.get(f"http://{HOST}:{port}/metrics", verify=False).text):
        for sample in family.samples:
            labels = " ".join(sample.labels.values())
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


@pytest.fixture
def metrics(store: SqlStore) -> Metrics:
    def readers() -> dict[str, int]:
        return {state.value: many for state, many in store.reader_counts("daily").items()}

    return Metrics(readers=readers, deliveries=lambda: {"sent": 7})


def test_requests_are_told_by_route_method_and_kind_of_answer(
    pages: Pages, metrics: Metrics
) -> None:
    port = free_port()
    with metrics.served(HOST, port), answering(metrics.watched(application(pages))) as client:
        for _ in range(3):
            client.get("/subscribe")
        client.head("/subscribe")
        client.post("/subscribe", data={"address": "nonsense"})
        client.post("/subscribe", content=b"x" * 20_000)
        client.get("/nowhere")
        client.get("/nowhere/else")
        expected = {
            "GET /subscribe 2xx": 3,
            "HEAD /subscribe 2xx": 1,
            "POST /subscribe 4xx": 1,
            "POST refused 4xx": 1,
            "GET /{path} 4xx": 2,
        }
        until(lambda: told(port)["papertide_requests_total"] == expected)
        found = told(port)
        assert found["papertide_request_seconds_count"]["/subscribe"] == 5
        assert 0 < found["papertide_request_seconds_sum"]["/subscribe"] < 5


def test_sign_ups_are_told_whatever_becomes_of_them(
    pages: Pages, store: SqlStore, metrics: Metrics
) -> None:
    port = free_port()
    with metrics.served(HOST, port), answering(metrics.watched(application(pages))) as client:
        for _ in range(3):  # of which one gets a mail
            client.post("/subscribe", data={"address": JANE})
        client.post("/api/subscribe", json={"address": "joe@example.org"})
        client.post("/api/subscribe", json={"address": "joe"})
        assert told(port)["papertide_sign_ups_total"] == {"": 4}


def test_readers_and_deliveries_are_counted_when_somebody_asks(
    store: SqlStore, metrics: Metrics
) -> None:
    port = free_port()
    with metrics.served(HOST, port):
        assert set(told(port)["papertide_readers"].values()) == {0}
        store.put("daily", Subscriber(address=JANE), NOW)
        assert told(port)["papertide_readers"]["active"] == 1
        assert told(port)["papertide_deliveries"] == {"sent": 7}


def test_neither_an_address_nor_a_token_nor_a_made_up_word_gets_in(
    pages: Pages, store: SqlStore, metrics: Metrics
) -> None:
    store.put("daily", Subscriber(address=JANE), NOW)
    port = free_port()
    with metrics.served(HOST, port), answering(metrics.watched(application(pages))) as client:
        for path in ("/you", "/leave", f"/{link()}", f"/you/{link()}", f"/{JANE}"):
            for method in ("GET", "POST", "HEAD", "OPTIONS", "MADEUP", JANE.replace("@", "")):
                client.request(method, path, params={"id": link(), "address": JANE})
        text = httpx.get(f"http://{HOST}:{port}/metrics", verify=False).text
    for secret in (link(), "jane", "MADEUP", "example.org"):
        assert secret not in text
    assert 'method="other"' in text


def test_a_store_that_does_not_answer_leaves_the_rest() -> None:
    def broken() -> dict[str, int]:
        raise StoreError("gone")

    port = free_port()
    with Metrics(readers=broken, deliveries=lambda: {"sent": 1}).served(HOST, port):
        assert "papertide_readers" not in told(port)
        assert told(port)["papertide_deliveries"] == {"sent": 1}


def test_an_address_that_is_taken_is_told(metrics: Metrics) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=f"web.metrics: {HOST}, port {port}"),
            metrics.served(HOST, port),
        ):
            pass


def test_the_address_is_free_again_at_the_end(metrics: Metrics) -> None:
    port = free_port()
    for _ in range(2):
        with metrics.served(HOST, port):
            assert told(port)
        with pytest.raises(httpx.ConnectError):
            told(port)


def test_serving_tells_what_it_mails_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", KEY)
    home, port = Home(tmp_path), free_port()
    (tmp_path / "page.txt").write_text(page(1, 2, 3), encoding="utf-8")
    monkeypatch.setenv("DIGEST_WEB__METRICS", f"{HOST}:{port}")
    with ScriptedSmtp() as server:
        url = configure(home, server)
        home.run(now=AT)
        with serving(home, url) as client:
            assert client.post("/subscribe", data={"address": JANE}).status_code == 200
            until(lambda: told(port)["papertide_links_mailed_total"][""] == 1)
            found = told(port)
    assert [mail.recipient for mail in server.accepted] == [JANE]
    assert found["papertide_sign_ups_total"] == {"": 1}
    assert found["papertide_readers"]["active"] == 0
    assert found["papertide_deliveries"]["sent"] == 0
