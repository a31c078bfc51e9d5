"""The SMTP transport: whom it trusts, and what it never says in the clear."""

from __future__ import annotations

import ssl
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from digest.errors import ConfigError, TransportDown
from digest.model.deliveries import Ending
from digest.transport import transport_for
from digest.transport.smtp import Smtp
from tests.transport.conftest import MESSAGE, Books, give
from tests.transport.scripted import DROP, HANG, ScriptedSmtp


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """A server's TLS settings, with a certificate that this process trusts."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return server_tls(authority)


def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(autouse=True)
def _no_authority_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)


def test_starttls_and_the_log_in_come_before_the_message(
    trusted: ssl.SSLContext, books: Books
) -> None:
    with ScriptedSmtp(tls=trusted, extensions=("AUTH PLAIN",)) as server:
        smtp = Smtp(f"smtp://me%40example.org@localhost:{server.port}", "secret")
        assert give(smtp, books).ending is Ending.ACCEPTED
        smtp.close()
    verbs = [line.split(" ")[0].upper() for line in server.commands]
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    assert server.commands[3] == "AUTH PLAIN AG1lQGV4YW1wbGUub3JnAHNlY3JldA=="


def test_smtps_speaks_tls_from_the_start(trusted: ssl.SSLContext, books: Books) -> None:
    with ScriptedSmtp(tls=trusted, tls_at_once=True) as server:
        smtp = Smtp(f"smtps://localhost:{server.port}", None)
        assert give(smtp, books).ending is Ending.ACCEPTED
        smtp.close()


@pytest.mark.parametrize(("scheme", "user"), [("smtps", ""), ("smtp", "me@")])
def test_several_connections_carry_long_messages_over_tls(
    scheme: str, user: str, way: tuple[str, ...], trusted: ssl.SSLContext, books: Books
) -> None:
    readers = [f"reader{number}@example.org" for number in range(12)]
    message = (
        MESSAGE + b"a line of seventy characters or about as much as that comes to\r\n" * 9_000
    )
    script = {f"RCPT {readers[3]}": ["550 5.1.1 unknown"], f"dot {readers[5]}": [DROP]}
    with (
        ScriptedSmtp(
            script, tls=trusted, tls_at_once=scheme == "smtps", extensions=(*way, "AUTH PLAIN")
        ) as server,
        closing(Smtp(f"{scheme}://{user}localhost:{server.port}", "secret", connections=4)) as smtp,
    ):
        smtp.carry(books.parcels(readers, message), books.turn)
    taken = set(readers) - {readers[3], readers[5]}
    assert {mail.recipient for mail in server.accepted} == books.those(Ending.ACCEPTED) == taken
    assert books.those(Ending.LOST) == {readers[5]}
    assert {mail.message for mail in server.accepted} == {message}


def test_a_server_that_keeps_silent_in_its_handshake_is_left_after_the_timeout(
    authority: trustme.CA, books: Books
) -> None:
    with (
        ScriptedSmtp({"connect": [HANG]}) as server,
        closing(Smtp(f"smtps://localhost:{server.port}", None, timeout=0.3)) as smtp,
        pytest.raises(TransportDown, match=r"^localhost"),
    ):
        give(smtp, books)


@pytest.mark.parametrize(("scheme", "user"), [("smtps", ""), ("smtp", "me@")])
def test_a_certificate_nobody_vouches_for_stops_everything(
    scheme: str, user: str, authority: trustme.CA, books: Books
) -> None:
    at_once = scheme == "smtps"
    with ScriptedSmtp(tls=server_tls(authority), tls_at_once=at_once) as server:
        smtp = Smtp(f"{scheme}://{user}localhost:{server.port}", "secret")
        with pytest.raises(TransportDown, match="certificate verify failed"):
            give(smtp, books)
    assert not [line for line in server.commands if "AUTH" in line or "MAIL" in line]


def test_a_password_is_never_said_in_the_clear(books: Books) -> None:
    with ScriptedSmtp(extensions=("AUTH PLAIN",)) as server:
        smtp = Smtp(f"smtp://me@localhost:{server.port}", "secret")
        with pytest.raises(TransportDown, match="over TLS only"):
            give(smtp, books)
    assert [line.split(" ")[0] for line in server.commands] == ["ehlo"]


def test_a_refused_log_in_is_told_without_secrets(trusted: ssl.SSLContext, books: Books) -> None:
    script = {"AUTH": ["535 5.7.8 bad log-in of me@example.org"]}
    with ScriptedSmtp(script, tls=trusted, extensions=("AUTH PLAIN",)) as server:
        smtp = Smtp(f"smtp://me%40example.org@localhost:{server.port}", "secret")
        with pytest.raises(TransportDown, match="535") as caught:
            give(smtp, books)
    assert "secret" not in str(caught.value)
    assert "me@example.org" not in str(caught.value)
    assert "DIGEST_MAIL__PASSWORD" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://me:secret@localhost",
        "smtp://localhost:x",
        "smtp://localhost?starttls=no",
        "smtp://me@localhost",
        "sendmail:",
        "sendmail: ",
        "sendmail:/usr/sbin/sendmail 'x",
        "dry:run",
        "uucp:host",
        "maildir:",
    ],
)
def test_a_setting_that_cannot_be_is_told_with_its_key(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^mail\.") as caught:
        transport_for(url, None)
    assert "secret" not in str(caught.value)
