"""DKIM: what we sign, an independent verifier finds signed, and nothing else."""

from __future__ import annotations

import base64
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.message import Signer
from digest.message.dkim import relaxed_body
from digest.model.deliveries import Ending
from digest.transport.smtp import Smtp
from tests.message.letters import (
    FULL,
    KEYS,
    PLAIN,
    READER,
    SLOT,
    TOKEN,
    compose_with,
    ed25519_key,
    message,
    pem,
    rsa_key,
    signer,
)
from tests.render.test_hostile_text import TEXT
from tests.transport.conftest import Books

KINDS = sorted(KEYS)


def published(kind: str) -> bytes:
    """The public key as the domain's DNS has it."""
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    public = KEYS[kind]().public_key().public_bytes(*(raw if kind == "ed25519" else der))
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}".encode()


def verifies(raw: bytes, kind: str) -> bool:
    def look_up(name: bytes, **_: Any) -> bytes:
        assert name == b"papers-2026._domainkey.example.org."
        return published(kind)

    verdict: bool = dkim.verify(raw, dnsfunc=look_up, minkey=2048)
    return verdict


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("masthead", [FULL, PLAIN])
def test_a_signed_message_verifies(kind: str, masthead: Any) -> None:
    raw = message(masthead=masthead, signer=signer(kind))
    assert raw.startswith(f"DKIM-Signature: v=1; a={kind}-sha256; c=relaxed/relaxed;".encode())
    assert verifies(raw, kind)


@given(text=TEXT, html=TEXT, subject=TEXT)
def test_every_readers_message_verifies_whatever_it_says(
    text: str, html: str, subject: str
) -> None:
    letter = compose_with(
        subject=subject, text=text + SLOT, html=SLOT + html, signer=signer("ed25519")
    )
    for reader in (READER, "jürgen@exämple.org"):
        assert verifies(letter.to(reader, TOKEN), "ed25519")


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_covers_the_headers_that_readers_and_providers_go_by(kind: str) -> None:
    raw = message(signer=signer(kind))
    found = re.search(r"h=([^;]*);", re.sub(r"\s", "", raw.decode().partition("\r\nFrom:")[0]))
    assert found
    signed = found[1].split(":")
    assert set(signed) == {
        "From", "Sender", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id",
        "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive",
        "Archived-At", "List-Post", "Feedback-ID", "Precedence", "Auto-Submitted",
        "MIME-Version", "Content-Type", "Cc", "Content-Transfer-Encoding",
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Ten", b"Subject: Two"),
        (b"<https://example.org/leave", b"<https://example.com/leave"),
        (b"=One-Click", b"=Two-Clicks"),
        (f"To: {READER}".encode(), b"To: joe@example.org"),
        (b"Date: Tue, 16", b"Date: Wed, 17"),
        (b"<p>x</p>", b"<p>y</p>"),
        (f"id=3D{TOKEN}".encode(), b"id=3D" + b"x" * len(TOKEN)),
        (b"From: ", b"From: Somebody <x@example.com>\r\nFrom: "),
        (b"Subject: ", b"Subject: Another\r\nSubject: "),
        (b"\r\nTo: ", b"\r\nTo: x@example.com\r\nTo: "),
    ],
)
def test_what_is_changed_on_the_way_does_not_verify(kind: str, old: bytes, new: bytes) -> None:
    raw = message(signer=signer(kind))
    assert raw.count(old)
    assert not verifies(raw.replace(old, new, 1), kind)


@pytest.mark.parametrize(
    "added",
    [
        "From: x@example.com",
        "Sender: x@example.com",
        "Reply-To: x@example.com",
        "To: x@example.com",
        "Cc: x@example.com",
        "Subject: Another",
        "Date: Wed, 17 Jun 2026 07:30:00 +0000",
        "Message-ID: <x@example.com>",
        "List-Id: <x.example.com>",
        "List-Unsubscribe: <https://example.com/>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: base64",
    ],
)
@pytest.mark.parametrize("masthead", [FULL, PLAIN])
def test_a_header_that_is_added_on_the_way_does_not_verify(masthead: Any, added: str) -> None:
    raw = message(masthead=masthead, signer=signer("ed25519"))
    assert not verifies(f"{added}\r\n".encode() + raw, "ed25519")


@pytest.mark.parametrize("kind", KINDS)
def test_what_servers_fold_and_trim_still_verifies(kind: str) -> None:
    raw = message(signer=signer(kind), text="a  b\n\nc\n")
    folded = raw.replace(b"Subject: Ten papers", b"subject:  Ten\r\n\tpapers ")
    spaced = folded.replace(b"a  b\r\n", b"a b \r\n") + b"\r\n\r\n"
    assert spaced != raw
    assert verifies(spaced, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_message_has_the_same_signature(kind: str) -> None:
    assert message(signer=signer(kind)) == message(signer=signer(kind))


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b"=", b"\xc3\xa9"])).map(b"".join))
def test_a_body_is_hashed_in_the_form_that_others_hash(body: bytes) -> None:
    assert relaxed_body(body) == dkim.CanonicalizationPolicy.from_c_value(
        b"relaxed/relaxed"
    ).canonicalize_body(body)


@contextmanager
def inbox() -> Iterator[tuple[Smtp, list[bytes]]]:
    """A transport to an independent server, and the messages that it takes."""
    taken: list[bytes] = []

    class Handler:
        async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
            taken.append(envelope.original_content)
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    smtp = Smtp(f"smtp://127.0.0.1:{port}", None)
    try:
        yield smtp, taken
    finally:
        smtp.close()
        controller.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_still_verifies_where_it_arrives(kind: str) -> None:
    dots = ".\n..\n.dot " + "é. " * 60 + "\n" + "." * 200 + "\n"
    letter = compose_with(text=dots + SLOT, html=dots, signer=signer(kind))
    readers = (READER, "jürgen@example.org")
    with inbox() as (smtp, taken):
        for reader in readers:
            books = Books()
            smtp.carry(books.parcels([reader], letter.to(reader, TOKEN)), books.turn)
            assert books.endings() == {reader: Ending.ACCEPTED}
    assert taken == [letter.to(reader, TOKEN) for reader in readers]
    assert all(verifies(raw, kind) for raw in taken)


def test_a_key_in_the_older_form_of_pem_signs_as_well() -> None:
    old = rsa_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    raw = message(signer=Signer("example.org", "papers-2026", old.decode()))
    assert verifies(raw, "rsa")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (lambda: pem(rsa_key(1024)), "must be Ed25519, or RSA with at least 2048 bits"),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "must be Ed25519, or RSA"),  # type: ignore[arg-type]
        (lambda: pem(ed25519_key()).replace("M", "N", 1), "cannot be read"),
        (lambda: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be"),
    ],
)
def test_a_key_that_cannot_sign_is_told_and_never_shown(key: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        Signer("example.org", "s", key())
    assert caught.value.problems[0].startswith("mail.dkim: ")
    assert key().splitlines()[1] not in str(caught.value)


def test_without_its_package_signing_says_how_to_get_it(tmp_path: Any) -> None:
    code = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from digest.errors import ConfigError\n"
        "from digest.message import Signer\n"
        "try: Signer('example.org', 's', 'x')\n"
        "except ConfigError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "mail.dkim: signing takes one package more: pip install 'papertide[dkim]'\n"
    )
