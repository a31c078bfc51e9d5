"""A mail server that is not there, or not for long: nobody is charged, nobody is lost (A2)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import trustme

from tests.forks import Fork
from tests.guarantees.receiver import Receiver, Script
from tests.guarantees.scene import Scene, slow
from tests.guarantees.server import USUAL
from tests.home import ended

DOWN: dict[str, Script] = {
    "busy at the greeting": {"connect": ["421 4.3.2 closed", "..."]},
    "refusing at the greeting": {"connect": ["554 5.7.1 go away", "..."]},
    "breaking off before the greeting": {"connect": ["drop", "..."]},
    "breaking off at EHLO": {"EHLO": ["drop", "..."]},
    "refusing EHLO": {"EHLO": ["502 5.5.1 no", "..."], "HELO": ["502 5.5.1 no", "..."]},
    "breaking off at MAIL": {"MAIL": ["drop", "..."]},
    "busy at MAIL": {"MAIL": ["421 4.3.2 closing", "..."]},
    "full at MAIL": {"MAIL": ["452 4.3.1 no room", "..."]},
    "refusing the sender": {"MAIL": ["550 5.7.1 not you", "..."]},
}


def nobody_charged(scene: Scene) -> None:
    """All are as they were, and get their mail once the server is well."""
    assert not scene.receiver.accepted
    assert {(row.state, row.attempts) for row in scene.rows()} == {("pending", 0)}
    assert scene.consents() == {"active": len(scene.readers)}
    scene.receiver.listen()
    answer = scene.deliver(minutes=30)
    assert answer.code == 0, answer.err
    scene.check()


@pytest.mark.parametrize("fault", [*list(DOWN)[:3], *slow(*list(DOWN)[3:])])
def test_a_server_that_is_down_charges_nobody(scene: Scene, fault: str) -> None:
    scene.make()
    scene.receiver.listen(DOWN[fault])
    answer = scene.deliver()
    assert answer.code == 1
    assert answer.err.startswith("digest: ")
    nobody_charged(scene)


def test_a_server_that_refuses_connections_charges_nobody(scene: Scene) -> None:
    scene.make()
    scene.receiver.end()
    answer = scene.deliver()
    assert answer.code == 1
    assert "127.0.0.1" in answer.err
    nobody_charged(scene)


@pytest.mark.slow
def test_a_server_that_never_greets_charges_nobody(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({"connect": ["hang", "..."]})
    begun = time.monotonic()
    assert scene.deliver().code == 1
    assert time.monotonic() - begun < 90
    nobody_charged(scene)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def certified(receiver: Receiver, authority: trustme.CA, host: str = "127.0.0.1") -> None:
    """Let the receiver offer STARTTLS."""
    receiver.certificate = receiver.folder / "receiver.pem"
    authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(receiver.certificate)


def logged_in(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log in, for which even this machine wants TLS."""
    monkeypatch.setenv("DIGEST_MAIL__PASSWORD", "open sesame")
    scene.configure(f'transport = "smtp://jane@127.0.0.1:{scene.receiver.port}"\n')


@pytest.mark.parametrize("fault", ["454 4.7.0 TLS not available", *slow("drop")])
def test_a_server_whose_tls_fails_charges_nobody_and_gets_no_plain_text(
    scene: Scene, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    certified(scene.receiver, authority)
    logged_in(scene, monkeypatch)
    scene.make()
    position = "TLS" if fault == "drop" else "STARTTLS"
    scene.receiver.listen({position: [fault, "..."]})
    assert scene.deliver().code == 1
    nobody_charged(scene)


def test_a_server_with_another_s_certificate_charges_nobody_and_gets_no_plain_text(
    scene: Scene, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified(scene.receiver, trustme.CA())
    logged_in(scene, monkeypatch)
    scene.make()
    scene.receiver.listen()
    answer = scene.deliver()
    assert answer.code == 1
    assert "certificate" in answer.err
    assert not scene.receiver.events("refused")
    certified(scene.receiver, authority)
    nobody_charged(scene)


@pytest.mark.parametrize("answer", ["535 5.7.8 wrong password", *slow("454 4.7.0 try later")])
def test_a_log_in_that_is_refused_charges_nobody(
    scene: Scene, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    certified(scene.receiver, authority)
    logged_in(scene, monkeypatch)
    scene.make()
    scene.receiver.listen({"AUTH": [answer, "..."]})
    told = scene.deliver()
    assert told.code == 1
    assert "sesame" not in told.err
    nobody_charged(scene)


def dies(scene: Scene, position: str) -> Fork:
    """A sender whose server ends at the sixteenth message."""
    scene.make()
    scene.receiver.listen({position: [USUAL[position]] * 15 + ["die"]})
    sender = scene.start("deliver")
    scene.receiver.wait_for("accepted", 10)
    scene.receiver.wait()
    return sender


@pytest.mark.parametrize("position", ["dot", *slow("MAIL", "RCPT", "DATA", "body")])
def test_a_server_that_dies_in_the_middle_loses_nobody(scene: Scene, position: str) -> None:
    sender = dies(scene, position)
    time.sleep(1.0)  # by then it has found that the server is gone, and waits for another chance
    sender.terminate()  # which ends that wait
    assert ended(sender).code == 1
    assert len(scene.receiver.accepted) <= 15
    assert scene.consents() == {"active": len(scene.readers)}
    scene.receiver.listen()
    assert scene.deliver(minutes=30).code == 0
    scene.check(uncertain=scene.connections)


@pytest.mark.slow
@pytest.mark.parametrize("position", ["RCPT", "dot"])
def test_a_server_that_is_back_within_a_minute_loses_nobody(scene: Scene, position: str) -> None:
    sender = dies(scene, position)
    time.sleep(10)
    scene.receiver.listen()
    ended(sender, seconds=120)
    scene.deliver(minutes=30)
    scene.check(uncertain=scene.connections)


@pytest.mark.slow
def test_a_server_that_stays_away_ends_the_round_and_loses_nobody(scene: Scene) -> None:
    sender = dies(scene, "dot")
    answer = ended(sender, seconds=150)
    assert answer.code == 1
    assert "127.0.0.1" in answer.err
    scene.receiver.listen()
    scene.deliver(minutes=30)
    scene.check(uncertain=scene.connections)
