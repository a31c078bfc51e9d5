"""What one more reader's message costs, beside building each with `email.message`.

`python -m benchmarks.letters` also measures signing, where the packages for that are installed.
"""

from __future__ import annotations

import base64
import email
import sys
import tempfile
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path

from benchmarks import invented
from benchmarks.measure import call, line
from digest import wiring
from digest.config import Config, DkimConfig, load
from digest.document import freeze

READERS = 100
ENVIRON = {"DIGEST_MAIL__LINK_KEY": "the key of a benchmark"}
SETTINGS = """\
[newsletter]
title = "Tägliche Papiere"
base_url = "https://papers.example.org"
[[source]]
kind = "arxiv"
categories = ["cs.CL"]
[mail]
from = "Tägliche Papiere <papers@example.org>"
unsubscribe = "https://papers.example.org/readers/leave?reader={token}"
preferences = "https://papers.example.org/readers/{token}"
"""
POLICY = policy.SMTP.clone(max_line_length=76)


def measure(folder: Path) -> bool:
    """Print the share of the other's time; whether it keeps its limit, a fiftieth."""
    config, frozen = _config(folder), freeze(invented.edition(50))
    build = wiring.letters(config, frozen)
    ours = build("reader@example.net")
    theirs = _rebuilt(ours)
    _assert_same(ours, theirs())
    rounds = [f"reader{number}@example.net" for number in range(READERS)]
    mine = call(lambda: [build(address) for address in rounds]) / READERS
    other = call(theirs)
    print(
        f"a message of {len(ours):,} bytes: {other:.1f} ms with email.message, {mine:.3f} ms here"
    )
    return line("one more reader's message", 100 * mine / other, 2, "% of theirs")


def sign(folder: Path) -> None:
    """Print what signing adds, and what it costs with dkimpy."""
    config, frozen = _config(folder), freeze(invented.edition(50))
    plain = wiring.letters(config, frozen)
    for kind, key in _keys().items():
        mail = config.mail._replace(dkim=DkimConfig("example.org", "papers", key))
        build = wiring.letters(config._replace(mail=mail), frozen)
        print(f"{kind:10} {_each(build) - _each(plain):8.2f} ms more to sign")
        if find_spec("dkim"):
            taken = _with_dkimpy(plain("reader@example.net"), key)
            print(f"{kind:10} {taken:8.2f} ms with dkimpy")


def _each(build: Callable[[str], bytes]) -> float:
    addresses = [f"reader{number}@example.net" for number in range(20)]
    return call(lambda: [build(address) for address in addresses]) / len(addresses)


def _config(folder: Path) -> Config:
    file = folder / "letters.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    return load(file, ENVIRON)


def _rebuilt(message: bytes) -> Callable[[], bytes]:
    """What builds the same message from scratch: its headers, its two parts."""
    read = _parsed(message)
    headers = [(name, str(value)) for name, value in read.items()]
    text, html = (part.get_content() for part in read.iter_parts())

    def build() -> bytes:
        made = EmailMessage(policy=POLICY)
        for name, value in headers:
            if name not in ("MIME-Version", "Content-Type"):
                made[name] = value
        made.set_content(text, cte="quoted-printable")
        made.add_alternative(html, subtype="html", cte="quoted-printable")
        return made.as_bytes()

    return build


def _assert_same(ours: bytes, theirs: bytes) -> None:
    """That both read alike: the same headers in the same order, and the same two parts.

    Theirs folds headers elsewhere, breaks lines of just 76 characters later, has a boundary of its
    own, repeats MIME-Version in the second part, and ends a part with a line break.
    """
    mine, other = _parsed(ours), _parsed(theirs)
    for name in set(mine) - {"Content-Type"}:
        assert str(mine[name]) == str(other[name]).strip(), name
    assert list(mine) == list(other)
    assert _parts(mine) == _parts(other)


def _parts(message: EmailMessage) -> list[str]:
    return [part.get_content().rstrip() for part in message.iter_parts()]


def _parsed(message: bytes) -> EmailMessage:
    read = email.message_from_bytes(message, policy=policy.SMTP)
    assert isinstance(read, EmailMessage)
    return read


def _keys() -> dict[str, str]:
    """A new private key of each kind, in PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    made = {
        "RSA-2048": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return {
        kind: key.private_bytes(serialization.Encoding.PEM, *form).decode()
        for kind, key in made.items()
    }


def _with_dkimpy(message: bytes, key: str) -> float:
    import dkim

    inside = base64.b64decode("".join(key.splitlines()[1:-1]))
    if len(inside) < 100:  # Ed25519, of which it wants the seed alone
        key, algorithm = base64.b64encode(inside[-32:]).decode(), b"ed25519-sha256"
    else:
        algorithm = b"rsa-sha256"
    return call(
        lambda: dkim.sign(
            message,
            b"papers",
            b"example.org",
            key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=algorithm,
        )
    )


def main() -> int:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as name:
        kept = measure(Path(name))
        if find_spec("cryptography"):
            sign(Path(name))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
