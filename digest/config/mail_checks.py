"""What makes a value right that says from whom mail comes, to whom, and how; else as `checks`."""

from __future__ import annotations

import re

from digest.addresses import (
    NO_ADDRESS,
    SPECIALS,
    address_fault,
    ascii_domain,
    mailbox,
    phrase_and_address,
    same_mailbox,
)
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

_QUOTED = '"Papers, Daily" <papers@example.org>'
_SHORTEST_KEY = 16  # characters
_LONGEST_TOKEN = 22  # characters
_LINK = r"([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"  # RFC 3986, appendix A
_MISSPELT = r"(?i)[{}]|%7Btoken%7D"
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
    if (scheme == "sendmail" and rest.strip()) or given.value == "dry:":
        return str(given.value)
    parts = split(given)
    if scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Wrong(
            "must be maildir:PATH, smtp://USER@HOST:PORT, smtps://USER@HOST:PORT,"
            " sendmail:COMMAND or dry:"
        )
    if parts.password is not None:
        raise Wrong("holds a password; set DIGEST_MAIL__PASSWORD or mail.password_file instead")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise Wrong("must end after the host and its port")
    return str(given.value)


def sender(given: Given) -> str:
    """An address as From takes it, with or without a display name."""
    text = line(given).strip()
    phrase, address = phrase_and_address(text)
    fault = address_fault(address)
    if ("<" in text) != text.endswith(">") or fault == NO_ADDRESS:
        raise Wrong('must be an address, such as "Daily Papers <papers@example.org>"')
    if fault:
        raise Wrong(fault)
    if not _is_display_name(phrase):
        raise Wrong(f"needs quotes around the name and none in it, such as '{_QUOTED}'")
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
    """Bare addresses, each once, however it is written."""
    seen: set[str] = set()
    faults = []
    for number, address in enumerate(given.value, start=1):
        same = same_mailbox(address)
        again = "is there already; take it out" if same in seen else ""
        if fault := address_fault(address) or again:
            faults.append(f"number {number} {fault}")
        seen.add(same)
    if faults:
        raise Wrong("; ".join(faults))
    return tuple(given.value)


def link_key(given: Given) -> str:
    """The secret that readers' links are made with, from the environment; or nothing."""
    line(given)
    return _long_enough(secret(given))


def link_key_file(given: Given) -> str:
    """The same, from a file."""
    return _long_enough(secret_file(given))


def old_link_keys(given: Given) -> tuple[str, ...]:
    """The secrets of earlier years, from a file with one on each line."""
    lines = re.split(r"[\r\n]+", secret_file(given))
    return tuple(_long_enough(key) for key in lines if key)


def way_out(given: Given) -> str:
    """A link to leave by, https or mailto, in which {token} may stand; or nothing."""
    example = '"https://example.org/leave?id={token}" or "mailto:leave@example.org"'
    parts = split(given)
    if parts.scheme != "mailto":
        return _page(given, example)
    address = parts.path.replace(SLOT, "-" * _LONGEST_TOKEN)
    return _link(given, example, is_right=not address_fault(address))


def page(given: Given) -> str:
    """An https link, in which {token} may stand after the host; or nothing."""
    return _page(given, '"https://example.org/readers/{token}"')


def _page(given: Given, example: str) -> str:
    if not given.value:
        return ""
    parts = split(given)
    is_right = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    link = _link(given, example, is_right=is_right)
    if SLOT in parts.netloc or SLOT in parts.fragment:
        raise Wrong("has {token} where a site does not see it; put it after the host, before any #")
    return link


def _link(given: Given, example: str, *, is_right: bool) -> str:
    """A link of URL characters beside the slot (RFC 3986), its scheme in lower case."""
    scheme, colon, rest = line(given).partition(":")
    link = f"{scheme.lower()}{colon}{rest}"
    others = link.replace(SLOT, "", 1)
    if re.search(_MISSPELT, others):
        raise Wrong("may have a reader's own part once, spelt {token} and not in another way")
    if not is_right or not re.fullmatch(_LINK, others) or len(link) > LONGEST_LINK:
        raise Wrong(f"must be a link such as {example}, all ASCII, a blank in it as %20")
    return link


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
    if "_domainkey" in text.lower().split("."):
        raise Wrong('is the name alone, such as "papers-2026": take out ._domainkey and the rest')
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
    if r"\n" in text:
        raise Wrong(r"has \n, written out, where its lines should end; use real line breaks")
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


def _is_display_name(text: str) -> bool:
    """Whether a name may stand before an address; quoted, it may hold nearly any sign."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return not set(text[1:-1]) & set('"\\')
    return not set(text) & SPECIALS


def _is_host(text: str) -> bool:
    return len(text) <= 253 and all(re.fullmatch(_LABEL, part) for part in text.split("."))
