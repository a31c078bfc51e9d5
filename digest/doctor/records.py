"""What a domain publishes of its signatures and of mail that fails: DKIM and DMARC. Pure."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from digest.config.mail import registered
from digest.doctor.findings import Finding, ok, problem, warning
from digest.errors import ConfigError

_POLICIES = ("none", "quarantine", "reject")


class Senders(NamedTuple):
    """The domains that a mail names: in From, of its envelope, and of its signature or ""."""

    author: str
    envelope: str
    signer: str


def tags(text: str) -> dict[str, str]:
    """The tags of a record (RFC 6376, section 3.2), without blanks in their values."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in pairs if name.strip()}


def public_half(pem: str) -> tuple[str, list[str]]:
    """The kind of a private key, and the forms in which its public half may be published.

    RSA: SubjectPublicKeyInfo, or RSAPublicKey (RFC 6376, section 3.6.1); Ed25519: bare (RFC 8463).
    Raises ConfigError.
    """
    try:
        from cryptography.hazmat.primitives import serialization as forms
        from cryptography.hazmat.primitives.asymmetric import rsa
    except ImportError:
        words = "mail.dkim: signing takes one package more: pip install 'papertide[dkim]'"
        raise ConfigError([words]) from None
    try:
        key = forms.load_pem_private_key(pem.encode(), password=None).public_key()
    except (ValueError, TypeError):  # whose words might tell of the key
        raise ConfigError(["mail.dkim: the key cannot be read; make a new one"]) from None
    if isinstance(key, rsa.RSAPublicKey):
        kinds = (forms.PublicFormat.SubjectPublicKeyInfo, forms.PublicFormat.PKCS1)
        wire = [key.public_bytes(forms.Encoding.DER, kind) for kind in kinds]
    else:
        wire = [key.public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)]
    kind = "rsa" if len(wire) > 1 else "ed25519"
    return kind, [b64encode(one).decode() for one in wire]


def dkim(name: str, texts: Sequence[str], kind: str, published: Sequence[str]) -> Finding:
    """The record at SELECTOR._domainkey.DOMAIN, beside our key (RFC 6376, section 3.6.1)."""
    right = f"v=DKIM1; k={kind}; p={published[0]}"
    if len(texts) != 1:
        found = f"{name} has {len(texts)} TXT records, where one must be" if texts else ""
        return problem("dkim", found or f"{name} is not published", f"publish as TXT: {right}")
    told = tags(texts[0])
    key = told.get("p")
    if key == "":
        return problem("dkim", f"{name} is revoked: its p= is empty", f"publish as TXT: {right}")
    if told.get("k", "rsa") != kind or not _is_one_of(key or "", published):
        found = f"{name} has another key than mail.dkim"
        return problem("dkim", found, f"set the key that is published, or publish: {right}")
    if "y" in told.get("t", "").split(":"):
        return warning("dkim", f"{name} says that it is a test (t=y)", "take t=y out of it")
    return ok("dkim", f"{name} has the {kind.upper()} key that signs")


def _is_one_of(key: str, published: Sequence[str]) -> bool:
    try:
        return b64decode(key, validate=True) in [b64decode(one) for one in published]
    except ValueError:
        return False


def dmarc(name: str, texts: Sequence[str], senders: Senders) -> Finding:
    """The policy at _dmarc.DOMAIN, and whether what is known of our mail passes (RFC 7489)."""
    if len(texts) > 1:
        found = f"{name} has {len(texts)} DMARC records, which are as good as none"
        return problem("dmarc", found, "leave one of them")
    told = tags(texts[0])
    policy = told.get("p", "").lower()
    if policy not in _POLICIES:
        do = "write v=DMARC1; p=none; rua=mailto:you@example.org"
        return problem("dmarc", f"{name} has no p= that receivers know", do)
    ways = [
        way
        for way, domain, strict in (
            ("SPF", senders.envelope, told.get("aspf") == "s"),
            ("DKIM", senders.signer, told.get("adkim") == "s"),
        )
        if domain and aligned(senders.author, domain, strict=strict)
    ]
    found = f"{name} says p={policy}"
    if not ways:
        why = f"neither the envelope ({senders.envelope}) nor a signature of ours is of its domain"
        do = "set mail.return_path or mail.dkim within the domain of mail.from, unless your mail"
        return warning("dmarc", f"{found}; {why}", f"{do} server signs for it")
    return ok("dmarc", f"{found}; mail can pass by {' and '.join(ways)}")


def aligned(author: str, domain: str, *, strict: bool) -> bool:
    """Whether a domain counts for that of From (RFC 7489, section 3.1)."""
    return domain == author if strict else registered(domain) == registered(author)
