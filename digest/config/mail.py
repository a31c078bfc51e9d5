"""The mail sections as a whole: what their keys come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from digest.addresses import ascii_domain, mailbox
from digest.config.mail_checks import SENDER, SLOT
from digest.config.nouns import DkimConfig, MailConfig
from digest.config.sending import WHOSE

Values = Mapping[str, Any]

# What countries call a kind of body, as in co.uk: nobody's own domain, but the end of many.
_KINDS = frozenset(["ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"])


def mail_config(mail: Values, dkim: Values, home: str) -> MailConfig:
    """The configuration that two right sections make.

    `home` is where readers serve themselves, without a trailing slash, or "": mails lead there
    where nothing else is said.
    """
    key = dkim["key"] or dkim["key_file"]
    domain = dkim["domain"] or _domain(mail["from"])
    way_out = mail["unsubscribe"]
    by_mail = way_out if way_out.startswith("mailto:") else ""
    by_page = "" if by_mail else way_out
    return MailConfig(
        sender=mail["from"],
        to=mail["to"],
        transport=mail["transport"],
        password=mail["password"] or mail["password_file"] or None,
        agent=mail["sender"],
        reply_to=mail["reply_to"],
        owner=mail["owner"] or _who_answers(mail),
        unsubscribe=by_page or (home and f"{home}/leave?id={SLOT}"),
        unsubscribe_by_mail=by_mail,
        preferences=mail["preferences"] or (home and f"{home}/you?id={SLOT}"),
        postal_address=mail["postal_address"],
        link_key=mail["link_key"] or mail["link_key_file"],
        old_link_keys=mail["old_link_keys_file"],
        dkim=DkimConfig(domain, dkim["selector"], key) if key else None,
        return_path=mail["return_path"],
        connections=mail["connections"],
        messages_per_connection=mail["messages_per_connection"],
        rate=mail["rate"],
        domain_rate=mail["domain_rate"],
    )


def clashes(mail: Values, dkim: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with both together: a key and words. Keys that are wrong are missing."""
    transport = urlsplit(mail.get("transport", ""))
    if transport.scheme in ("smtp", "smtps") and mail.get("from") == SENDER:
        yield (
            "mail.from",
            'SMTP needs to know who sends; set it, such as "Daily Papers <papers@example.org>"',
        )
    if transport.username and _lacks(mail, "password"):
        yield "mail.transport", f"has a user, whose password is missing; {_give('password')}"
    for key in ("unsubscribe", "preferences"):
        if SLOT in mail.get(key, "") and _lacks(mail, "link_key"):
            yield f"mail.{key}", f"{SLOT} is made with a secret; {_give('link_key')}"
    if WHOSE in mail.get("return_path", "") and _lacks(mail, "link_key"):
        yield "mail.return_path", f"{WHOSE} is made with a secret; {_give('link_key')}"
    yield from _dkim_clashes(mail, dkim)


def web_clashes(web: Values, mail: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with the pages' section beside the mail's; as `clashes`."""
    if web.get("url") and _lacks(mail, "link_key"):
        yield "web.url", f"readers' links to it are made with a secret; {_give('link_key')}"
    if web.get("metrics") and web["metrics"] == web.get("listen"):
        yield "web.metrics", "is where the pages answer; choose another port"


def _lacks(mail: Values, secret: str) -> bool:
    """Whether a secret is not given, in neither of its two ways."""
    ways = {secret, f"{secret}_file"}
    return ways <= mail.keys() and not any(mail[way] for way in ways)


def _give(secret: str) -> str:
    return f"set DIGEST_MAIL__{secret.upper()}, in this shell too, or mail.{secret}_file"


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
    # DMARC takes no other signature (RFC 7489, section 3.1.1).
    name = registered(_domain(mail["from"]))
    if dkim["domain"] and registered(dkim["domain"]) != name:
        yield "mail.dkim.domain", f"must end in {name}, as mail.from does; else DMARC fails"


def registered(domain: str) -> str:
    """The end of a domain that somebody registered, as far as that shows without a list of them.

    It is the last two labels, or three where those are a country's for a kind of body: co.uk.
    """
    labels = domain.split(".")
    is_kind = len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _KINDS
    return ".".join(labels[-3 if is_kind else -2 :])


def _who_answers(mail: Values) -> str:
    """Where replies go, if that is somebody."""
    given = mail["reply_to"] or mail["from"]
    return "" if given == SENDER else mailbox(given)[1]


def _domain(sender: str) -> str:
    return ascii_domain(mailbox(sender)[1].rpartition("@")[2]).lower()
