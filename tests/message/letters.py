"""Letters to test with, and the keys that sign them."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from digest.message import Letter, Masthead, Signer, compose
from digest.model.editions import Edition, FrozenEdition
from digest.tokens import nobody, token
from tests.render.specimen import EDITION, SENDER, SITE

READER = "Reader.One@example.net"
SHA256 = "0" * 64  # of the edition
SLOT = nobody(SHA256)
TOKEN = token("a key of some length", "daily-papers", READER)
PLAIN = Masthead(author=SENDER)
FULL = Masthead(
    author=SENDER,
    agent="Press <press@example.org>",
    reply_to="Éditeurs <editors@example.org>",
    owner="owner@example.org",
    unsubscribe=f"https://example.org/leave?id={SLOT}",
    site=SITE,
)
PARTS = {
    "subject": "Ten papers",
    "html": f'<p>x</p>\n<a href="{FULL.unsubscribe}">Leave</a>\n',
    "text": f"x\n{FULL.unsubscribe}\n",
}


def frozen(edition: Edition = EDITION) -> FrozenEdition:
    """An edition as `compose` takes it, whatever texts it has, under one hash."""
    return FrozenEdition(edition=edition, document=b"", sha256=SHA256)


def compose_with(masthead: Masthead = FULL, **changes: Any) -> Letter:
    """A small letter of the edition."""
    edition = frozen(changes.pop("edition", EDITION))
    return compose(edition, masthead, **{**PARTS, "slot": SLOT, **changes})


def message(recipient: str = READER, masthead: Masthead = FULL, **changes: Any) -> bytes:
    """A small message, from scratch."""
    return compose_with(masthead, **changes).to(recipient, TOKEN)


def from_scratch(recipient: str, token: str, masthead: Masthead = FULL, **parts: Any) -> bytes:
    """The message as it is where the reader's token was there before anything was encoded."""
    texts = {name: text.replace(SLOT, token) for name, text in {**PARTS, **parts}.items()}
    own = replace(masthead, unsubscribe=masthead.unsubscribe.replace(SLOT, token))
    return compose(frozen(), own, **texts, slot=token).to(recipient, token)


def parsed(raw: bytes) -> EmailMessage:
    """A message as the standard library reads it."""
    read = email.message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(read, EmailMessage)
    return read


def part(read: EmailMessage, number: int) -> str:
    content = read.get_payload()[number].get_content()  # type: ignore[union-attr,index] # a list
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def as_sent(text: str) -> str:
    """A text after its way through line ends and UTF-8."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


KEYS = {"rsa": rsa_key, "ed25519": ed25519_key}


def signer(kind: str) -> Signer:
    return Signer("example.org", "papers-2026", pem(KEYS[kind]()))
