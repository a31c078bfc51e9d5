"""A dead-man's switch hears of runs that went well, and of nothing else unless it wants to."""

from __future__ import annotations

import socket

import pytest
from pytest_httpserver import HTTPServer

from tests.alerts.conftest import MORNING, Listener, mornings
from tests.home import Home
from tests.transport.scripted import ScriptedSmtp

KEY = "5e1f-secret-key"


@pytest.fixture
def pinged(home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DIGEST_ALERTS__PING", listener.server.url_for("/ping"))
    return home


def test_each_good_run_is_told_be_it_quiet_or_not(pinged: Home, listener: Listener) -> None:
    assert mornings(pinged, [5, 6]) == [0, 0]
    assert pinged.digest("run", now=MORNING.format(6)).code == 0
    assert listener.pings == ["/ping"] * 3
    pinged.digest("deliver", now=MORNING.format(6))
    pinged.digest("run", "--dry-run", now=MORNING.format(7))
    assert len(listener.pings) == 3


def test_a_poll_is_told_neither_a_switch_nor_a_person(
    pinged: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_ALERTS__NOTIFY", listener.notify)
    assert pinged.digest("run", "--poll", now=MORNING.format(4)).code == 0
    (pinged.folder / "pages" / "1.txt").unlink()
    polls = mornings(pinged, [5, 6, 7, 8], "--poll")
    assert (polls, listener.pings, listener.titles) == ([1] * 4, [], [])


def test_a_run_that_fails_or_is_held_is_not_told(pinged: Home, listener: Listener) -> None:
    (pinged.folder / "site").write_text("in the way")
    assert mornings(pinged, [5]) == [1]
    assert pinged.digest("run", "--date", "2026-01-06", now=MORNING.format(9)).code == 3
    assert listener.pings == []


def test_where_the_url_has_a_place_for_it_each_exit_code_is_told(
    home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = listener.server.url_for("/ping/") + "{code}"
    monkeypatch.setenv("DIGEST_ALERTS__PING", url)
    assert mornings(home, [5]) == [0]
    assert home.digest("run", "--date", "2026-01-06", now=MORNING.format(9)).code == 3
    (home.folder / "state" / "digest.db").write_bytes(b"no database" * 99)
    assert mornings(home, [9]) == [1]
    assert listener.pings == ["/ping/0", "/ping/3", "/ping/1"]


def test_a_switch_with_trouble_of_its_own_is_asked_again(pinged: Home, listener: Listener) -> None:
    listener.statuses = [503]
    assert mornings(pinged, [5]) == [0]
    assert listener.pings == ["/ping"] * 2


def test_a_switch_that_refuses_fails_no_run_and_no_word_tells_its_url(
    home: Home, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_ALERTS__PING", httpserver.url_for(f"/{KEY}"))
    answer = home.digest("-v", "run", now=MORNING.format(5))
    assert answer.code == 0
    assert "alerts.ping: HTTP 500" in answer.err or "alerts.ping: HTTP 404" in answer.err
    assert KEY not in answer.err


def test_mail_is_out_before_a_switch_is_asked(
    home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ScriptedSmtp() as server:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/{KEY}"
        home.configure(
            f'{home.config.read_text()}from = "P <p@example.org>"\ntransport = "{server.url}"\n'
        )
        running = home.start("run", now=MORNING.format(5), DIGEST_ALERTS__PING=url)
        try:
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(4) == b"GET "
                assert len(server.accepted) == 2
        finally:
            running.kill()
            running.communicate()


def test_the_url_comes_from_a_file_or_the_environment_and_never_from_the_configuration(
    home: Home, listener: Listener
) -> None:
    text = home.config.read_text()
    home.configure(f'{text}[alerts]\nping = "https://ping.example.org/{KEY}"\n')
    answer = home.digest("run", now=MORNING.format(5))
    assert answer.code == 2
    assert "DIGEST_ALERTS__PING or ping_file" in answer.err
    assert KEY not in answer.err
    (home.folder / "ping").write_text(listener.server.url_for("/ping") + "\n")
    home.configure(f'{text}[alerts]\nping_file = "ping"\n')
    assert home.digest("run", now=MORNING.format(5)).code == 0
    assert listener.pings == ["/ping"]


@pytest.mark.parametrize("url", ["ping", "ftp://x/y", "http://", "http://[::1", "http://a b/"])
def test_what_is_no_address_is_refused_without_repeating_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DIGEST_ALERTS__PING", url)
    answer = home.digest("run", now=MORNING.format(5))
    assert answer.code == 2
    assert "DIGEST_ALERTS__PING: is no" in answer.err
