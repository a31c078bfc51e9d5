"""The faults that need a real process and real mail (FIELD.md's list, by its letters)."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.home import Home
from tests.message import strict
from tests.transport.scripted import Accepted, ScriptedSmtp
from tests.web.scanner import buttons, press
from tests.web.test_serving import KEY, answers, configure, home, links, until

__all__ = ["home"]

JANE, JOE = "jane@example.org", "joe@example.org"
NOW = "2026-01-05T07:30:00Z"
LATER = "2027-02-10T07:30:00Z"  # 401 days


@contextmanager
def serving(home: Home, url: str, told: list[str], now: str = NOW) -> Iterator[httpx.Client]:
    """The pages as a process of their own, which tells all it can."""
    process = home.start("-v", "serve", "--web-only", now=now)
    try:
        with httpx.Client(base_url=url, verify=False) as client:
            until(lambda: answers(client))
            yield client
    finally:
        process.terminate()
        out, err = process.communicate(timeout=15)
        told += [out.decode(), err.decode()]
    assert process.returncode == 0, told


def state(home: Home, address: str) -> str:
    found: str = home.digest("subscribers", "show", address, "--json").json["state"]
    return found


def link(mail: Accepted, path: str) -> str:
    return next(link for link in links(mail) if f"/{path}?" in link)


@pytest.mark.slow
def test_a_scanner_may_subscribe_somebody_who_then_is_told_how_to_leave(home: Home) -> None:
    """E1: it presses the button to confirm, too; the mail that welcomes brings the way out."""
    with ScriptedSmtp() as server:
        url = configure(home, server)
        with serving(home, url, []) as client:
            client.post("/subscribe", data={"address": JANE})
            until(lambda: server.accepted)
            for button in buttons(client.get(link(server.accepted[0], "confirm")).text):
                assert press(client, button).status_code == 200
            until(lambda: server.accepted[1:])
            leave = link(server.accepted[1], "leave")
            assert "undone" in strict.read(server.accepted[1].message).text
            assert [state(home, JANE), client.post(leave).status_code] == ["active", 200]
            assert state(home, JANE) == "left"


@pytest.mark.slow
def test_old_mail_has_the_way_out_for_years_and_after_its_key_is_gone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E3."""
    with ScriptedSmtp() as server:
        url = configure(home, server)
        for address in (JANE, JOE):
            home.digest("subscribers", "add", address, "--consent", "by hand", now=NOW)
        home.run(now=NOW)
        old = {mail.recipient: link(mail, "leave") for mail in server.accepted}
        monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", "another key of more than sixteen letters")
        (home.folder / "old_keys").write_text(f"{KEY}\n")
        (home.folder / "old_keys").chmod(0o600)
        text = home.config.read_text()
        home.configure(text.replace("[mail]\n", '[mail]\nold_link_keys_file = "old_keys"\n'))
        with serving(home, url, [], now=LATER) as client:
            assert client.get(old[JANE]).status_code == 200
            assert state(home, JANE) == "active"
            answer = client.post(old[JANE], files={"List-Unsubscribe": (None, "One-Click")})
            assert (answer.status_code, "location" in answer.headers) == (200, False)
            assert client.post(old[JOE]).status_code == 200
    assert [state(home, JANE), state(home, JOE)] == ["left", "left"]


@pytest.mark.slow
def test_nothing_that_a_visitor_wrote_is_in_the_mail_to_confirm(home: Home) -> None:
    """E5: or it would carry what spammers write. All that differs is whose it is, and its link."""
    with ScriptedSmtp() as server:
        url = configure(home, server)
        with serving(home, url, []) as client:
            client.post("/subscribe", data={"address": JANE})
            spam = "Buy-Now-At.example.org@example.org"
            said = {"name": "BUY NOW", "subject": "BUY NOW", "frequency": "daily"}
            headers = {"User-Agent": "BUY NOW", "Referer": "BUY NOW", "From": JOE}
            answer = client.post("/subscribe", data={"address": spam, **said}, headers=headers)
            assert answer.status_code == 200
            until(lambda: server.accepted[1:])
        one, other = (_without_whose(mail) for mail in server.accepted)
    assert one == other


def _without_whose(mail: Accepted) -> str:
    text = mail.message.decode().replace(mail.recipient, "")
    text = re.sub(r"(?m)^(Message-ID|Date):.*", "", text)
    for boundary in re.findall(r'boundary="([^"]+)', text):
        text = text.replace(boundary, "")
    return re.sub(r"\?id=[\w=\r\n-]{22,30}", "", text)


@pytest.mark.slow
def test_limits_outlive_the_process(home: Home) -> None:
    """E5: of an address, and of all together."""
    with ScriptedSmtp() as server:
        url = configure(home, server)
        home.configure(home.config.read_text() + "sign_ups_per_hour = 2\n")
        with serving(home, url, []) as client:
            client.post("/subscribe", data={"address": JANE})
            until(lambda: server.accepted)
        for now, mails in ((NOW, 2), ("2026-01-05T09:00:00Z", 3)):
            with serving(home, url, [], now) as client:
                for address in (JANE, JOE, "ann@example.org"):
                    client.post("/subscribe", data={"address": address})
                until(lambda mails=mails: len(server.accepted) == mails)
    wanted = [JANE, JOE, "ann@example.org"]
    assert [mail.recipient for mail in server.accepted] == wanted


def test_no_output_tells_a_link_or_an_address_and_no_file_a_link(home: Home) -> None:
    """E6: whatever is asked, and however badly."""
    told: list[str] = []
    with ScriptedSmtp({"MAIL": [f"451 4.7.1 {JANE} later"]}) as server:
        url = configure(home, server)
        with serving(home, url, told) as client:
            client.post("/subscribe", data={"address": JANE})
            until(lambda: server.accepted)
            confirm = link(server.accepted[0], "confirm")
            _use(client, httpx.URL(confirm).params["id"])
            until(lambda: server.accepted[1:])
            leave = link(server.accepted[1], "leave")
            _use(client, httpx.URL(leave).params["id"])
    secrets = [httpx.URL(one).params["id"] for one in (confirm, leave)]
    for secret in (*secrets, JANE):
        assert secret not in "".join(told)
    for file in _state(home):
        for secret in secrets:
            assert secret.encode() not in file.read_bytes()
        assert JANE.encode() not in file.read_bytes(), "was erased at last"


def _state(home: Home) -> list[Path]:
    found = [path for path in (home.folder / "state").rglob("*") if path.is_file()]
    assert found
    return found


def _use(client: httpx.Client, token: str) -> None:
    """Do all there is to do with a link, and much that cannot be done."""
    for path in ("confirm", "you", "you/data", "leave", "you/erase", "nowhere", f"x/{token}"):
        client.get(f"/{path}", params={"id": token, "address": JANE})
    kinds = ("multipart/form-data; boundary=b; charset=undefined", "application/json", "\xff")
    for path in ("/confirm", "/subscribe", "/api/subscribe", "/you", "/leave", "/return"):
        said = {"id": token, "address": JANE, "hour": "99", "zone": JANE, "themes": JANE}
        client.post(path, data=said, params={"id": token})
        client.post(path, data=said, headers={"Origin": f"https://{token}.example"})
        for kind in kinds:
            body = f"--b\r\n\r\nid={token}&address={JANE}"
            client.post(path, content=body, headers={"Content-Type": kind.encode("latin-1")})
        _break_off(client, f"POST {path}?id={token} HTTP/1.1\r\nHost: x\r\nContent-Length: 99")
        _break_off(client, f"POST {path}?id={token} HTTP/9.9\r\nX: {JANE}\r\nContent-Length: x")
    client.post("/you/erase", data={"id": token})


def _break_off(client: httpx.Client, head: str) -> None:
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as connection:
        connection.sendall(head.encode() + b"\r\n\r\nid=")
