"""A mail as bytes: multipart/alternative, text first (RFC 5322, RFC 2046 section 5.1.4). Pure.

The same edition to the same address is the same message, byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from email import policy
from email.utils import format_datetime, quote, unquote

from digest.model.editions import Edition

# Words in other scripts are encoded in pieces of at most 75 characters (RFC 2047, section 2),
# which a narrow line enforces. A narrow line would encode addresses and identifiers of ASCII
# too, once they are long, and then no longer are any.
_NARROW = policy.SMTP.clone(max_line_length=76)
_WIDE = policy.SMTP.clone(max_line_length=998)
_INTERNATIONAL = _WIDE.clone(utf8=True)  # an address beyond ASCII has no other form (RFC 6532)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def build(
    edition: Edition, recipient: str, *, html: str, text: str, subject: str, sender: str
) -> bytes:
    """The message that brings an edition to one reader, in CRLF lines of at most 998 octets.

    `sender` is a From header: a display name and an address, or an address alone.
    """
    name, address = _mailbox(sender)
    domain = address.rpartition("@")[2]
    identifier = message_id(edition, recipient, domain)
    # "=_" never occurs in quoted-printable text (RFC 2045, section 6.7).
    boundary = f"=_{hashlib.sha256(identifier.encode()).hexdigest()[:32]}"
    headers = {
        "From": f'"{quote(name)}" <{address}>' if name else address,
        "To": recipient,
        "Subject": subject,
        "Date": format_datetime(edition.published_at),
        "Message-ID": identifier,
        "List-Id": f"<{edition.newsletter}.{domain}>",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    international = not (address + recipient).isascii()
    return b"\r\n".join(
        [
            b"".join(_header(name, value, international) for name, value in headers.items()),
            f"--{boundary}".encode(),
            _part("plain", text),
            f"--{boundary}".encode(),
            _part("html", html),
            f"--{boundary}--".encode(),
            b"",
        ]
    )


def message_id(edition: Edition, recipient: str, domain: str) -> str:
    """The Message-ID of an edition to a reader, which does not tell the address."""
    parts = (edition.newsletter, edition.period, edition.date.isoformat(), recipient.lower())
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest[:40]}@{domain}>"


def _mailbox(sender: str) -> tuple[str, str]:
    """The display name and the address of a From header."""
    name, _, rest = _header_text(sender).rpartition("<")
    return unquote(name.strip()), rest.removesuffix(">")


def _header(name: str, value: str, international: bool) -> bytes:
    clean = _header_text(value)
    folding = _WIDE if clean.isascii() else _INTERNATIONAL if international else _NARROW
    return folding.fold_binary(*folding.header_store_parse(name, clean))


def _header_text(value: str) -> str:
    """A value that ends no header, and holds nothing that would be decoded (RFC 2047)."""
    return _CONTROL.sub(" ", value).replace("=?", "= ?").strip()


def _part(subtype: str, content: str) -> bytes:
    lines = content.replace("\r\n", "\n").replace("\r", "\n")
    body = b2a_qp(lines.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "",
    )
    return "\r\n".join(head).encode() + body
