"""The way mail leaves: tried up to the log-in, and no further."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import trustme

from digest.doctor.findings import State
from tests.doctor.conftest import NOW, looked_at, server_tls
from tests.home import Home
from tests.transport.scripted import HANG, ScriptedSmtp

LOG_IN = ("AUTH PLAIN",)
PASSWORD = {"DIGEST_MAIL__PASSWORD": "sesame"}


def mail(transport: str) -> str:
    return f'[mail]\nfrom = "papers@example.org"\ntransport = "{transport}"\n'


def test_a_log_in_is_tried_and_nothing_is_sent(home: Home, trusted: trustme.CA) -> None:
    with ScriptedSmtp(tls=server_tls(trusted), extensions=LOG_IN) as server:
        settings = mail(f"smtp://me@localhost:{server.port}")
        [found] = looked_at(home, settings, "transport", environ=PASSWORD)
    assert (found.state, "TLSv1.3, and takes the log-in" in found.found) == (State.OK, True)
    verbs = [line.split(" ")[0].upper() for line in server.commands]
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "QUIT"]


def test_a_refused_log_in_is_told_without_the_password(home: Home, trusted: trustme.CA) -> None:
    refusal = {"AUTH": ["535 5.7.8 me@localhost is not known"] * 3}
    with ScriptedSmtp(refusal, tls=server_tls(trusted), extensions=LOG_IN) as server:
        settings = mail(f"smtp://me@localhost:{server.port}")
        [found] = looked_at(home, settings, "transport", environ=PASSWORD)
    assert found.state is State.PROBLEM
    assert "refuses the log-in: 535" in found.found
    assert found.do == "check the user in mail.transport and DIGEST_MAIL__PASSWORD"
    assert "sesame" not in str(found)
    assert "me@" not in str(found)


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (-1, State.PROBLEM, "certificate has expired"),
        (1, State.PROBLEM, "the certificate of localhost ends on"),
        (7, State.WARNING, "the certificate of localhost ends on"),
        (60, State.OK, "speaks TLS"),
    ],
)
def test_a_certificate_that_ends_is_told_in_time(
    home: Home, trusted: trustme.CA, days: int, state: State, words: str
) -> None:
    now = dt.datetime.now(dt.UTC)
    tls = server_tls(trusted, not_after=now + dt.timedelta(days=days))
    with ScriptedSmtp(tls=tls, tls_at_once=True) as server:
        settings = mail(f"smtps://localhost:{server.port}")
        *_, found = looked_at(home, settings, "transport", now=now)
    assert (found.state, words in found.found) == (state, True), found


def test_a_server_that_is_not_there_says_where_to_look(home: Home) -> None:
    with ScriptedSmtp() as server:
        gone = server.port
    [found] = looked_at(home, mail(f"smtp://127.0.0.1:{gone}"), "transport")
    assert (found.state, found.do) == (State.PROBLEM, "check mail.transport")


def test_a_server_that_never_greets_holds_nothing_up(home: Home) -> None:
    with ScriptedSmtp({"connect": [HANG]}) as server:
        settings = mail(f"smtp://127.0.0.1:{server.port}")
        [found] = looked_at(home, settings, "transport", seconds=0.3)
    assert (found.state, found.found) == (State.PROBLEM, "no end within 0.3 s")


def test_a_command_must_be_one_that_can_be_run(home: Home, tmp_path: Path) -> None:
    for command, state in (
        ("/bin/true -x", State.OK),
        (f"{tmp_path}/sendmail", State.PROBLEM),
        ("'open", State.PROBLEM),
    ):
        [found] = looked_at(home, mail(f"sendmail:{command}"), "transport")
        assert found.state is state
        assert bool(found.do) == found.wrong


def test_a_folder_is_all_right_and_nowhere_is_told(home: Home) -> None:
    assert looked_at(home, "", "transport")[0].state is State.OK
    [found] = looked_at(home, mail("dry:"), "transport", now=NOW)
    assert (found.state, "the books say sent" in found.found) == (State.WARNING, True)


def test_offline_no_server_is_asked(home: Home) -> None:
    with ScriptedSmtp() as server:
        settings = mail(f"smtp://127.0.0.1:{server.port}")
        [found] = looked_at(home, settings, "transport", offline=True)
    assert (found.state, server.connections) == (State.SKIPPED, 0)
