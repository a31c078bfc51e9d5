"""`digest serve` as a process, with a real mail server beside it."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.home import Answer, Home
from tests.message import strict
from tests.pages import page
from tests.transport.scripted import Accepted, ScriptedSmtp

KEY = "a key of more than sixteen letters"
JANE = "jane@example.org"
NOW = "2026-01-05T07:30:00Z"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", KEY)
    home = Home(tmp_path)
    (tmp_path / "page.txt").write_text(page(1, 2, 3), encoding="utf-8")
    return home


def configure(home: Home, server: ScriptedSmtp) -> str:
    """Write a configuration; where its pages are."""
    url = f"http://127.0.0.1:{free_port()}"
    home.configure(
        '[[source]]\nkind = "saved-page"\npath = "page.txt"\n'
        f'[mail]\nfrom = "Papers <papers@example.org>"\ntransport = "{server.url}"\n'
        f'[web]\nurl = "{url}"\nlisten = "{url[7:]}"\n'
    )
    return url


@contextmanager
def serving(home: Home, url: str) -> Iterator[httpx.Client]:
    """The pages in a process of their own, which ends well when asked to."""
    process = home.start("serve", "--web-only", now=NOW)
    try:
        with httpx.Client(base_url=url, verify=False) as client:
            until(lambda: answers(client))
            yield client
    finally:
        process.terminate()
        out, err = process.communicate(timeout=15)
    assert (process.returncode, err.decode()) == (0, "")
    assert url in out.decode()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def until(true: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def links(mail: Accepted) -> list[str]:
    return re.findall(r"http://127[^\s<>\"]+", strict.read(mail.message).text)


def test_somebody_subscribes_gets_an_edition_and_leaves(home: Home) -> None:
    with ScriptedSmtp() as server:
        url = configure(home, server)
        with serving(home, url) as client:
            assert client.post("/subscribe", data={"address": JANE}).status_code == 200
            until(lambda: server.accepted)
            [link] = links(server.accepted[0])
            assert "One click more" in client.get(link).text
            token = httpx.URL(link).params["id"]
            assert "Welcome" in client.post("/confirm", data={"id": token}).text
            until(lambda: server.accepted[1:])
            home.run(now=NOW)
            _, welcome, edition = server.accepted
            assert {mail.recipient for mail in server.accepted} == {JANE}
            leave = next(link for link in links(edition) if "/leave" in link)
            assert leave in links(welcome)
            assert client.get(leave).status_code == 200
            assert standing(home) == "active"
            assert client.post(leave).status_code == 200
            assert standing(home) == "left"


def standing(home: Home) -> str:
    state: str = home.digest("subscribers", "show", JANE, "--json").json["state"]
    return state


def test_a_mail_is_sent_once_the_server_is_back_and_by_another_process(home: Home) -> None:
    with ScriptedSmtp() as server:
        url = configure(home, server)
        with serving(home, url) as client:
            server.script["MAIL"] = ["421 4.3.2 closing"] * 50
            client.post("/subscribe", data={"address": JANE})
        server.script.clear()
        with serving(home, url):
            until(lambda: server.accepted)
    assert [mail.recipient for mail in server.accepted] == [JANE]


def test_pages_need_an_address_and_a_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.configure('[[source]]\nkind = "saved-page"\npath = "page.txt"\n')
    told: Answer = home.digest("serve")
    assert (told.code, "web.url" in told.err) == (2, True)
    monkeypatch.delenv("DIGEST_MAIL__LINK_KEY")
    home.configure(home.config.read_text() + '[web]\nurl = "https://papers.example.org"\n')
    told = home.digest("serve")
    assert (told.code, "web.url: readers' links" in told.err) == (2, True)
