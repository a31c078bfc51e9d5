"""The mail sections as a whole: what their keys come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from digest.addresses import ascii_domain, mailbox
from digest.config.mail_checks import SENDER, SLOT
from digest.config.nouns import DkimConfig, MailConfig

Values = Mapping[str, Any]


def mail_config(mail: Values, dkim: Values) -> MailConfig:
    """The configuration that two right sections make."""
    key = dkim["key"] or dkim["key_file"]
    domain = dkim["domain"] or _domain(mail["from"])
    return MailConfig(
        sender=mail["from"],
        to=mail["to"],
        transport=mail["transport"],
        password=mail["password"] or mail["password_file"] or None,
        agent=mail["sender"],
        reply_to=mail["reply_to"],
        owner=mail["owner"] or _who_answers(mail),
        unsubscribe=mail["unsubscribe"],
        preferences=mail["preferences"],
        postal_address=mail["postal_address"],
        link_key=mail["link_key"] or mail["link_key_file"],
        dkim=DkimConfig(domain, dkim["selector"], key) if key else None,
    )


def clashes(mail: Values, dkim: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with both together: a key and words. Keys that are wrong are missing."""
    leaves = mail.get("transport", "").startswith("smtp")
    if leaves and mail.get("to") and mail.get("from") == SENDER:
        yield (
            "mail.from",
            'SMTP needs to know who sends; set it, such as "Daily Papers <papers@example.org>"',
        )
    if {"link_key", "link_key_file"} <= mail.keys() and not any(
        mail[name] for name in ("link_key", "link_key_file")
    ):
        for key in ("unsubscribe", "preferences"):
            if SLOT in mail.get(key, ""):
                words = f"{SLOT} is made with a secret; set DIGEST_MAIL__LINK_KEY or link_key_file"
                yield f"mail.{key}", words
    yield from _dkim_clashes(mail, dkim)


def _dkim_clashes(mail: Values, dkim: Values) -> Iterator[tuple[str, str]]:
    if not {"key", "key_file", "selector", "domain"} <= dkim.keys() or "from" not in mail:
        return
    if not (dkim["key"] or dkim["key_file"]):
        for key in ("selector", "domain"):
            if dkim[key]:
                yield f"mail.dkim.{key}", "signs nothing without a key; set key_file"
        return
    if not dkim["selector"]:
        yield "mail.dkim.selector", "is empty; name the one your domain publishes the key under"
    author = _domain(mail["from"])
    if dkim["domain"] and not _aligned(dkim["domain"], author):
        words = f"must be {author}, the domain of mail.from, or share its end; else DMARC fails"
        yield "mail.dkim.domain", words


def _aligned(domain: str, author: str) -> bool:
    """Whether one is the other or above it, as far as that shows without a list of suffixes.

    DMARC asks no less of the signature that it takes (RFC 7489, section 3.1.1).
    """
    short, long = sorted((domain, author), key=len)
    return domain == author or (long.endswith(f".{short}") and "." in short)


def _who_answers(mail: Values) -> str:
    """Where replies go, if that is somebody."""
    given = mail["reply_to"] or mail["from"]
    return "" if given == SENDER else mailbox(given)[1]


def _domain(sender: str) -> str:
    return ascii_domain(mailbox(sender)[1].rpartition("@")[2]).lower()
