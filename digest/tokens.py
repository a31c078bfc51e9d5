"""A reader's own part of links: it says whose they are to who has the key, and nothing else. Pure.

    base64url(HMAC-SHA256(key, newsletter + NUL + address))[:22]

with the newsletter's slug, the address in lower case, and all texts in UTF-8. So a page that has
the key and the list of readers can tell whose token it was given.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

LENGTH = 22  # characters of 6 bits, 132 in all


def token(key: str, newsletter: str, address: str) -> str:
    """The token of one reader of a newsletter: 22 of A-Z, a-z, 0-9, - and _."""
    message = f"{newsletter}\0{address.lower()}".encode()
    return urlsafe_b64encode(hmac.digest(key.encode(), message, hashlib.sha256))[:LENGTH].decode()


def key_name(key: str) -> str:
    """What a key is known by where it is not kept: 16 hexadecimal digits."""
    return hmac.digest(key.encode(), b"the name of this key", hashlib.sha256).hex()[:16]


def nobody(sha256: str) -> str:
    """What stands for any reader's token while an edition is rendered, known by its SHA-256.

    No paper can contain it, as it would have to tell the hash of its own edition.
    """
    return hashlib.sha256(f"token\0{sha256}".encode()).hexdigest()[:LENGTH]
