"""DKIM signatures (RFC 6376; with Ed25519, RFC 8463), `relaxed` for the head and the body. Pure.

Relaxed, because mail servers on the way fold and trim lines. There is no time in a signature: the
same message has the same one.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import partial

from digest.errors import ConfigError
from digest.message.fields import field

_BLANKS = rb"[ \t]+"
_SHORTEST_RSA = 2048  # bits (RFC 8301, section 3.2)
_IN_LINE = 72  # characters of the signature
# To name a header once more than it is there keeps others from adding one (section 8.15).
_GUARDED = (
    b"From", b"Sender", b"Reply-To", b"To", b"Cc", b"Subject", b"Date", b"Message-ID",
    b"List-Id", b"List-Unsubscribe", b"List-Unsubscribe-Post",
    b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding",
)  # fmt: skip


class Signer:
    """Signs for a domain with a private key (PEM), whose public half it publishes as `selector`.

    Raises ConfigError where the key cannot be used, and where the package for that is missing.
    """

    def __init__(self, domain: str, selector: str, key: str) -> None:
        self._algorithm, self._sign = _reading(key)
        self._place = f"d={domain}; s={selector};"

    def header(self, head: bytes, body_hash: bytes) -> bytes:
        """The DKIM-Signature over a whole head, in CRLF lines, and the SHA-256 of a body.

        The hash is that of the body as `relaxed_body` has it.
        """
        fields = re.split(rb"\r\n(?![ \t])", head)[:-1]
        names = [line.partition(b":")[0] for line in fields]
        signed = ": ".join(name.decode() for name in (*names, *_GUARDED))
        tags = (
            f"v=1; a={self._algorithm}-sha256; c=relaxed/relaxed; {self._place}"
            f" h={signed}; bh={b64encode(body_hash).decode()}; b="
        )
        unsigned = field("DKIM-Signature", tags).removesuffix(b"\r\n")
        canonical = b"\r\n".join(map(_relaxed, [*fields, unsigned]))
        signature = b64encode(self._sign(canonical)).decode()
        lines = (signature[at : at + _IN_LINE] for at in range(0, len(signature), _IN_LINE))
        return field("DKIM-Signature", tags + " ".join(lines))


def relaxed_body(body: bytes) -> bytes:
    """A body in CRLF lines in the form that is hashed (section 3.4.4)."""
    trimmed = re.sub(_BLANKS + rb"(?=\r\n)", b"", body)
    narrow = re.sub(rb"\t[ \t]*| [ \t]+", b" ", trimmed)
    whole = narrow.rstrip(b"\r\n")
    return whole + b"\r\n" if whole else b""


def sha256(parts: Iterable[bytes]) -> bytes:
    """The SHA-256 of bytes in parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def _relaxed(line: bytes) -> bytes:
    """A header in the form that is signed, without its line end (section 3.4.2)."""
    name, _, value = line.partition(b":")
    return name.lower() + b":" + re.sub(_BLANKS, b" ", value.replace(b"\r\n", b"")).strip()


def _reading(pem: str) -> tuple[str, Callable[[bytes], bytes]]:
    """The name of a key's algorithm, and what signs with the key."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    except ImportError:
        raise ConfigError(
            ["mail.dkim: signing takes one package more: pip install 'papertide[dkim]'"]
        ) from None
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # whose words might tell of the key
        raise ConfigError(["mail.dkim: the key cannot be read; make a new one"]) from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SHORTEST_RSA:
        return "rsa", partial(key.sign, padding=padding.PKCS1v15(), algorithm=hashes.SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        signs = key.sign
        return "ed25519", lambda data: signs(hashlib.sha256(data).digest())
    problem = f"the key must be Ed25519, or RSA with at least {_SHORTEST_RSA} bits"
    raise ConfigError([f"mail.dkim: {problem}; `openssl genrsa 2048` makes one"])
