"""The lines of a message's head: ASCII, folded, one header each (RFC 5322, section 2.2). Pure.

Only an address whose local part is not ASCII stays as it is: it has no other form (RFC 6532).
"""

from __future__ import annotations

import re
from email.header import Header
from functools import lru_cache
from urllib.parse import quote

from digest.addresses import CONTROLS, ascii_host, mailbox, wire

_LINE = 76  # characters, a line with an encoded word can have no more (RFC 2047, section 2)
_WORD = 64  # characters of an encoded word, so that it fits beside the header's name
_CONTROLS = re.compile(f"{CONTROLS}+")


def field(name: str, value: str) -> bytes:
    """A header, folded where its lines get long. It breaks no word, whatever its length."""
    first, *others = re.findall(" *[^ ]+", value) or [""]
    lines = [f"{name}: {first}"]
    for word in others:
        if len(lines[-1]) + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] += word
    return "\r\n".join([*lines, ""]).encode()


def words(name: str, text: str) -> bytes:
    """A header that is text."""
    clean = _clean(text)
    return field(name, clean if _is_plain(clean) else _encoded(clean))


def mailboxes(name: str, sender: str) -> bytes:
    """A header that is an address, with or without a display name before it."""
    display, address = mailbox(_clean(sender))
    return field(name, named(display, f"<{wire(address)}>") if display else wire(address))


def to(recipient: str) -> bytes:
    """The To header: a bare address."""
    return field("To", wire(_clean(recipient)))


def named(phrase: str, rest: str) -> str:
    """A phrase before what it names (RFC 5322, section 3.2.5)."""
    clean = _clean(phrase)
    if not _is_plain(clean):
        return f"{_encoded(clean)} {rest}"
    escaped = re.sub(r'(["\\])', r"\\\1", clean)
    return f'"{escaped}" {rest}'


def mailto(address: str, subject: str = "") -> str:
    """A link to write a mail, with a subject or without (RFC 6068)."""
    query = f"?subject={quote(subject)}" if subject else ""
    return f"mailto:{quote(wire(address), safe='@!$*+')}{query}"


def link(url: str) -> str:
    """A web address in ASCII."""
    return quote(ascii_host(url), safe="%:/@!$&'()*+,;=~[]")


def _clean(text: str) -> str:
    """A text that ends no header, and holds nothing that would be decoded (RFC 2047)."""
    return _CONTROLS.sub(" ", text).replace("=?", "= ?").strip()


def _is_plain(text: str) -> bool:
    """Whether a text can stand as it is and be folded."""
    return text.isascii() and all(len(word) < _WORD for word in text.split(" "))


@lru_cache(maxsize=16)  # names, which stand in every letter
def _encoded(text: str) -> str:
    """A text in encoded words."""
    return " ".join(Header(text, "utf-8", maxlinelen=_WORD).encode().split())
