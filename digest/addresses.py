"""What is done to mail addresses and hosts wherever one is read or written."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Control characters, line separators, and bytes that are not UTF-8: what no line of a mail's head
# may hold, and so no setting that gets there.
CONTROLS = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"

# What an address list gives a meaning to, so that neither an address nor a bare name may hold it.
SPECIALS = frozenset('<>()[]@,;:"\\')
NO_ADDRESS = "is no address; write it as name@example.org"
_LONGEST_LOCAL = 64  # octets (RFC 5321, section 4.5.3.1)
_LONGEST_DOMAIN = 255  # octets, likewise
_LONGEST = 254  # octets of both and the @ (RFC 5321, section 4.5.3.1.3, less the <>)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, section 3.2.3
_PLAIN = rf"{_ATOM}(\.{_ATOM})*"
_IMPOSSIBLE = "has a domain that cannot be; check how it is written"


def phrase_and_address(text: str) -> tuple[str, str]:
    """What a From header has before an address, quotes and all, or "", and the address."""
    phrase, _, rest = text.rpartition("<")
    return phrase.strip(), rest.strip().removesuffix(">")


def mailbox(text: str) -> tuple[str, str]:
    """The display name, or "", and the address of what a From header says."""
    phrase, address = phrase_and_address(text)
    return phrase.strip('"'), address


def ascii_domain(domain: str) -> str:
    """A domain as DNS has it, in A-labels (RFC 5891). Raises ValueError where it has no such form.

    What is ASCII already stays as it is.
    """
    if domain.isascii():
        return domain
    import idna  # for the few that need it

    return idna.encode(domain, uts46=True).decode()


def wire(address: str) -> str:
    """An address as mail servers take it: its domain in A-labels, where it has that form."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{ascii_domain(domain)}"
    except ValueError:  # then it takes a server that can do without (RFC 6531)
        return address


def same_mailbox(address: str) -> str:
    """The address as it is compared: two of one mailbox, however they are written, are equal.

    What follows a plus makes a mailbox of its own: only its server knows better.
    """
    if address.isascii():
        return address.lower()
    from unicodedata import normalize  # for the few that need it

    return normalize("NFC", wire(normalize("NFC", address)).casefold())


def ascii_host(url: str) -> str:
    """A web address with its host in A-labels, where it has that form."""
    try:
        parts = urlsplit(url)
        host, colon, port = parts.netloc.partition(":")
        ascii_netloc = f"{ascii_domain(host)}{colon}{port}"
    except ValueError:  # percent-encoded, it is an address still (RFC 3986, section 3.2.2)
        return url
    return url.replace(parts.netloc, ascii_netloc, 1)


def address_fault(text: str) -> str:
    """What is wrong with a bare address, or "". More, only its server knows."""
    local, _, domain = text.partition("@")
    # Nothing may look like an encoded word, which a mail reader would decode (RFC 2047).
    if "=?" in text or not (_is_part(local) and _is_part(domain)):
        return NO_ADDRESS
    if len(local.encode()) > _LONGEST_LOCAL:
        return f"has more than {_LONGEST_LOCAL} bytes before its @; no mail server takes that"
    try:
        fits = len(ascii_domain(domain)) <= _LONGEST_DOMAIN
    except ValueError:
        fits = False
    return "" if fits else _IMPOSSIBLE


def reader_fault(text: str) -> str:
    """What is wrong with an address that is to get mail from outside its own network, or ""."""
    if fault := address_fault(text):
        return fault
    local, _, domain = text.partition("@")
    if len(wire(text).encode()) > _LONGEST:
        return f"has more than {_LONGEST} bytes; no mail server takes that"
    if not (re.fullmatch(_PLAIN, local) or _is_valid(f"{local}@example.org")):
        return "has something before its @ that cannot be; check how it is written"
    return _domain_fault(domain)


@lru_cache(10_000)  # many readers share few domains
def _domain_fault(domain: str) -> str:
    """What is wrong with a domain that mail is to reach from anywhere, or ""."""
    if _is_valid(f"reader@{domain}"):
        return ""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    end = domain.lower().rpartition(".")[2]
    if end == domain.lower():
        return "has a domain without a dot, which only its own network knows"
    if end in SPECIAL_USE_DOMAIN_NAMES:
        return f"has a domain that ends in .{end}, where no mail arrives"
    return _IMPOSSIBLE


def _is_valid(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email  # slow to load

    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _is_part(text: str) -> bool:
    """Whether a text may stand on one side of an address's @."""
    return bool(text) and text.isprintable() and " " not in text and not SPECIALS & set(text)
