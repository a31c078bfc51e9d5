"""What goes wrong beneath the pages, and what strangers may cost."""

from __future__ import annotations

import datetime as dt
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from digest import wiring
from digest.config import load
from digest.delivery.stopping import Stop
from digest.model.readers import Subscriber
from digest.web.serving import service
from tests.home import Home
from tests.render.specimen import EDITION
from tests.transport.scripted import ScriptedSmtp
from tests.web.conftest import JANE, answering, link
from tests.web.reading import save
from tests.web.test_any_request import no_faults
from tests.web.test_serving import KEY, configure, home, until

__all__ = ["home"]


def test_without_a_store_visitors_are_told_to_come_again_and_the_log_has_a_line(
    client: httpx.Client, jane: Subscriber, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "digest.db") as other:
        other.execute("DROP TABLE link")
    with no_faults():
        answer = client.post(f"/leave?id={link()}")
    assert (answer.status_code, "Try again" in answer.text) == (503, True)
    [line] = capsys.readouterr().err.splitlines()
    assert "no such table" in line
    assert link() not in line


def test_a_sign_up_with_thousands_of_unknown_themes_costs_no_more_than_a_few(
    home: Home,
) -> None:
    with ScriptedSmtp() as server:
        configure(home, server)
    config = load(home.config, {"DIGEST_MAIL__LINK_KEY": KEY})
    stop = Stop(time.monotonic)
    with service(config, lambda: dt.datetime.now(dt.UTC), stop, print) as app, answering(app) as to:
        many = [f"speech {number:04x}" for number in range(1_000)]
        answer = to.post("/api/subscribe", json={"address": JANE, "themes": many})
    assert answer.status_code == 422
    assert answer.json()["error"].count("there is no") == 10


def test_an_address_that_is_taken_is_told_before_anything_is_announced(home: Home) -> None:
    with ScriptedSmtp() as server:
        url = configure(home, server)
    port = int(url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        told = home.process("serve", "--web-only")
    assert (told.code, told.out) == (2, "")
    assert told.err.strip() == (
        f"digest: web.listen: 127.0.0.1, port {port} cannot be used: Address already in use"
    )


def test_mail_goes_on_once_a_file_of_themes_that_was_broken_is_mended(home: Home) -> None:
    with ScriptedSmtp() as server:
        configure(home, server)
        more = '[themes]\npath = "themes.toml"\n[newsletter]\nslug = "daily"\n'
        home.configure(home.config.read_text() + more)
        themes = home.folder / "themes.toml"
        themes.write_text("")
        config = load(home.config, {"DIGEST_MAIL__LINK_KEY": KEY})
        told: list[str] = []
        stop = Stop(time.monotonic)
        with service(config, lambda: dt.datetime.now(dt.UTC), stop, told.append) as app:
            themes.write_text("[[")
            with closing(wiring.store(config)) as store:
                save(store, EDITION)
            until(lambda: told, 20)
            themes.write_text("")
            with answering(app) as client:
                client.post("/subscribe", data={"address": JANE})
            until(lambda: server.accepted, 20)
    assert "themes.toml" in told[0]
