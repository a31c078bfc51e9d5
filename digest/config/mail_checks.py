"""What makes a value right that says from whom mail comes, to whom, and how; else as `checks`."""

from __future__ import annotations

import re

from digest.addresses import ascii_domain, mailbox
from digest.config.checks import (
    LONGEST_LINK,
    Given,
    Wrong,
    absolute,
    line,
    secret,
    secret_file,
    split,
)

SENDER = "Papertide <papertide@localhost>"
SLOT = "{token}"  # stands for a reader's own part of a link

# What an address list gives a meaning to, so that neither an address nor a bare name may hold it.
_SPECIALS = frozenset('<>()[]@,;:"\\')
_LONGEST_ADDRESS = 320  # characters: 64 @ 255 (RFC 3696, section 3)
_SHORTEST_KEY = 16  # characters
_LINK = r"[!-;=?-~]+"  # ASCII, without blanks and the < > that a header has around it
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_PEM = r"-----BEGIN ((?:RSA )?PRIVATE KEY)-----\s+(.+?)\s+-----END \1-----"
# How the algorithm of a key is named inside (RFC 8017, appendix A.1; RFC 8410, section 3).
_RSA, _ED25519 = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("06032b6570")
_SHORTEST_RSA = 1_100  # bytes: 2048 bits make 1,190 or more, 1536 some 900
_NEW_KEY = "`openssl genrsa 2048` makes one"


def transport(given: Given) -> str:
    """How mail leaves. A Maildir's path is made absolute."""
    scheme, _, rest = line(given).partition(":")
    if scheme == "maildir" and rest and not rest.startswith("//"):
        return f"maildir:{absolute(rest, given.folder)}"
    parts = split(given)
    if scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Wrong("must be maildir:PATH, smtp://USER@HOST:PORT or smtps://USER@HOST:PORT")
    if parts.password is not None:
        raise Wrong("holds a password; set DIGEST_MAIL__PASSWORD or mail.password_file instead")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise Wrong("must end after the host and its port")
    return str(given.value)


def sender(given: Given) -> str:
    """An address as From takes it, with or without a display name."""
    text = line(given).strip()
    name, opening, rest = text.rpartition("<")
    closing = ">" if opening else ""
    address = rest.removesuffix(closing)
    if not (rest.endswith(closing) and _is_address(address) and _is_display_name(name.strip())):
        raise Wrong('must be an address, such as "Daily Papers <papers@example.org>"')
    if fault := address_fault(address):
        raise Wrong(fault)
    return text


def sender_or_none(given: Given) -> str:
    """An address as From takes it, or nothing."""
    return sender(given) if given.value else ""


def address_or_none(given: Given) -> str:
    """A bare address, or nothing."""
    text = sender_or_none(given)
    if text != mailbox(text)[1]:
        raise Wrong("must be the address alone, such as papers@example.org")
    return text


def addresses(given: Given) -> tuple[str, ...]:
    """Bare addresses, each once."""
    seen = set()
    for number, address in enumerate(given.value, start=1):
        if fault := address_fault(address):
            raise Wrong(f"number {number} {fault}")
        if address.casefold() in seen:
            raise Wrong(f"number {number} is there already; take it out")
        seen.add(address.casefold())
    return tuple(given.value)


def address_fault(text: str) -> str:
    """What is wrong with a bare address, or "". More, only its server knows."""
    if not _is_address(text):
        return "is no address; write it as name@example.org"
    try:
        ascii_domain(text.partition("@")[2])
    except ValueError:
        return "has a domain that cannot be; check how it is written"
    return ""


def link_key(given: Given) -> str:
    """The secret that readers' links are made with, from the environment; or nothing."""
    line(given)
    return _long_enough(secret(given))


def link_key_file(given: Given) -> str:
    """The same, from a file."""
    return _long_enough(secret_file(given))


def way_out(given: Given) -> str:
    """A link to leave by, https or mailto, in which {token} may stand; or nothing."""
    scheme, _, rest = line(given).partition(":")
    if scheme != "mailto":
        return page(given)
    if not _is_address(rest.partition("?")[0]) or not _is_link(given.value):
        raise Wrong('must be a link such as "mailto:leave@example.org" or "https://…", all ASCII')
    return str(given.value)


def page(given: Given) -> str:
    """An https link, in which {token} may stand after the host; or nothing."""
    if not given.value:
        return ""
    parts = split(given)
    right = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    if not right or not _is_link(given.value):
        raise Wrong('must be a link such as "https://example.org/readers/{token}", all ASCII')
    if SLOT in parts.netloc or SLOT in parts.fragment:
        raise Wrong("has {token} where a site does not see it; put it after the host, before any #")
    return str(given.value)


def host(given: Given) -> str:
    """A domain in A-labels and lower case, or nothing."""
    try:
        text = ascii_domain(line(given)).lower()
    except ValueError:
        text = "."
    if text and not _is_host(text):
        raise Wrong('must be a domain, such as "example.org"')
    return text


def selector(given: Given) -> str:
    """The name under which a domain publishes a key (RFC 6376, section 3.1), or nothing."""
    text = str(given.value)
    if text and not _is_host(text.lower()):
        raise Wrong('must be a name such as "papers-2026": letters, digits and hyphens')
    return text


def private_key(given: Given) -> str:
    """A private key in PEM, from the environment; or nothing."""
    return _rsa_or_ed25519(secret(given))


def private_key_file(given: Given) -> str:
    """The same, from a file."""
    return _rsa_or_ed25519(secret_file(given))


def _rsa_or_ed25519(text: str) -> str:
    """A key that looks right; whoever signs with it reads it whole, which takes a library."""
    if not text:
        return ""
    found = re.search(_PEM, text, re.DOTALL)
    if not found or "ENCRYPTED" in text:
        raise Wrong(f"is no private key in PEM without a passphrase; {_NEW_KEY}")
    from binascii import a2b_base64

    try:
        inside = a2b_base64(found[2])
    except ValueError:
        raise Wrong(f"is damaged; {_NEW_KEY}") from None
    is_rsa = found[1].startswith("RSA") or _RSA in inside[:32]
    if not is_rsa and _ED25519 not in inside[:32]:
        raise Wrong(f"is a key that is neither RSA nor Ed25519; {_NEW_KEY}")
    if is_rsa and len(inside) < _SHORTEST_RSA:
        raise Wrong(f"is an RSA key of fewer than 2048 bits; {_NEW_KEY}")
    return text


def _long_enough(key: str) -> str:
    if key and len(key) < _SHORTEST_KEY:
        raise Wrong(f"must have at least {_SHORTEST_KEY} characters; `openssl rand -hex 32` is one")
    return key


def _is_address(text: str) -> bool:
    """Whether a text looks like local@domain, and nowhere like an encoded word (RFC 2047)."""
    local, _, domain = text.partition("@")
    return (len(text) <= _LONGEST_ADDRESS and "=?" not in text) and all(
        part.isprintable() and " " not in part and part and not _SPECIALS & set(part)
        for part in (local, domain)
    )


def _is_display_name(text: str) -> bool:
    """Whether a name may stand before an address; quoted, it may hold nearly any sign."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return not set(text[1:-1]) & set('"\\')
    return not set(text) & _SPECIALS


def _is_link(text: str) -> bool:
    return len(text) <= LONGEST_LINK and bool(re.fullmatch(_LINK, text))


def _is_host(text: str) -> bool:
    return len(text) <= 253 and all(re.fullmatch(_LABEL, part) for part in text.split("."))
