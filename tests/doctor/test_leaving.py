"""The address to leave by with one click, asked over TLS as mail programs ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
import uvicorn
from pytest_httpserver import HTTPServer

from digest.doctor.findings import Finding, State
from digest.model.readers import Consent, Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages, application
from tests.doctor.conftest import NOW, looked_at, server_tls
from tests.home import Home
from tests.web.conftest import pages, state, store

__all__ = ["pages", "store"]

KEY = {"DIGEST_MAIL__LINK_KEY": "a secret of some length"}
MAIL = '[mail]\nfrom = "papers@example.org"\ntransport = "sendmail:/bin/true"\n'


@pytest.fixture
def site(trusted: trustme.CA) -> Iterator[HTTPServer]:
    with HTTPServer(ssl_context=server_tls(trusted)) as server:
        yield server


def asked(home: Home, url: str) -> Finding:
    settings = f'{MAIL}unsubscribe = "{url}?id={{token}}"\n'
    [found] = looked_at(home, settings, "one-click", environ=KEY)
    return found


@contextmanager
def answering(pages: Pages, authority: trustme.CA, folder: Path) -> Iterator[str]:
    """The address of the pages behind TLS."""
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "pages.pem"))
    settings = uvicorn.Config(
        application(pages), "127.0.0.1", 0, ssl_certfile=folder / "pages.pem", log_level="warning"
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"https://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_our_own_pages_are_asked_as_if_somebody_left_and_nobody_does(
    home: Home,
    trusted: trustme.CA,
    tmp_path: Path,
    pages: Pages,
    store: SqlStore,
) -> None:
    store.put("daily", Subscriber(address="jane@example.org"), NOW)
    pages.desk.know_links()
    with answering(pages, trusted, tmp_path) as url:
        settings = f'{MAIL}[web]\nurl = "{url}"\n'
        [found] = looked_at(home, settings, "one-click", environ=KEY)
    assert found.state is State.OK
    assert found.found == f"{url}/leave answers GET and POST with 200, without a redirect"
    assert state(store) is Consent.ACTIVE


@pytest.mark.parametrize(
    ("status", "result", "words"),
    [
        (200, State.OK, "answers GET with 200"),
        (302, State.PROBLEM, "with a redirect to www.example.org"),
        (404, State.WARNING, "with HTTP 404"),
        (405, State.PROBLEM, "with HTTP 405"),
        (503, State.PROBLEM, "with HTTP 503"),
    ],
)
def test_a_page_of_somebody_else_s_is_only_looked_at(
    home: Home, site: HTTPServer, status: int, result: State, words: str
) -> None:
    headers = {"Location": "https://www.example.org/leave?to=secret"} if status == 302 else {}
    site.expect_request("/leave").respond_with_data("x", status=status, headers=headers)
    found = asked(home, site.url_for("/leave"))
    assert (found.state, words in found.found) == (result, True)
    assert "secret" not in str(found)
    [(request, _)] = site.log
    assert (request.method, len(request.args["id"])) == ("GET", 22)
    assert request.args["id"] not in str(found)


def test_a_certificate_that_nobody_trusts_is_told(
    home: Home, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with HTTPServer(ssl_context=server_tls(authority)) as server:
        found = asked(home, server.url_for("/leave"))
    assert (found.state, "certificate" in found.found.lower()) == (State.PROBLEM, True)


def test_nobody_at_the_address_is_a_problem(home: Home, site: HTTPServer) -> None:
    url = site.url_for("/leave")
    site.stop()
    found = asked(home, url)
    assert (found.state, "refused" in found.found) == (State.PROBLEM, True)
    assert found.do


def test_a_link_without_tls_offers_no_one_click(home: Home) -> None:
    settings = f'{MAIL}[web]\nurl = "http://papers.example.org"\n'
    [found] = looked_at(home, settings, "one-click", environ=KEY)
    assert (found.state, "is no https" in found.found) == (State.PROBLEM, True)


def test_mail_that_leaves_without_a_way_out_is_told(home: Home) -> None:
    [found] = looked_at(home, MAIL, "one-click")
    assert found.state is State.WARNING
    [found] = looked_at(home, "", "one-click")
    assert found.state is State.SKIPPED
