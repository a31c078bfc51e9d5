"""Text as quoted-printable."""

from __future__ import annotations

from binascii import b2a_qp
from functools import lru_cache


@lru_cache(maxsize=2)  # of a mail's HTML the length is asked first
def quoted(text: str) -> bytes:
    """A text in UTF-8 as quoted-printable, in CRLF lines of at most 76 (RFC 2045, section 6.7)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
