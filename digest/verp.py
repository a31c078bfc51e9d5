"""An envelope sender for each reader, so that what bounces tells whose mail it was. Pure.

    bounces+{reader}@example.org  ->  bounces+1234-0123456789abcdef@example.org

After the reader's number stand the first 16 hexadecimal digits of

    HMAC-SHA256(key, newsletter + NUL + "bounce" + NUL + number)

so that nobody makes up the bounce of a reader whose mail they have not seen. All of it is in lower
case, as some servers change the case of what they return. (The way of it is known as VERP.)
"""

from __future__ import annotations

import hashlib
import hmac
import re

from digest.config.sending import WHOSE

_DIGITS = 16  # hexadecimal ones, 64 bits
_FILLED = re.compile(rf"([1-9][0-9]{{0,18}})-([0-9a-f]{{{_DIGITS}}})")


def return_path(pattern: str, key: str, newsletter: str, reader: int) -> str:
    """The address that is told where mail to a reader, by their number, cannot be delivered."""
    return pattern.replace(WHOSE, f"{reader}-{_proof(key, newsletter, reader)}")


def reader_of(address: str, pattern: str, key: str, newsletter: str) -> int | None:
    """The number of the reader whose return path an address is; None where it is nobody's."""
    before, slot, after = pattern.lower().partition(WHOSE)
    text = address.lower()
    if not slot or not (text.startswith(before) and text.endswith(after)):
        return None
    found = _FILLED.fullmatch(text.removeprefix(before).removesuffix(after))
    if not found:
        return None
    reader = int(found[1])
    is_ours = hmac.compare_digest(found[2], _proof(key, newsletter, reader))
    return reader if is_ours else None


def _proof(key: str, newsletter: str, reader: int) -> str:
    message = f"{newsletter}\0bounce\0{reader}".encode()
    return hmac.digest(key.encode(), message, hashlib.sha256).hex()[:_DIGITS]
