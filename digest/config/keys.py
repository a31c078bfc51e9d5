"""Every key there is, with its default, whose type is the key's, and its check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from digest.config import (
    alerts,
    channels,
    checks,
    logs,
    mail_checks,
    publishing,
    sending,
    source_checks,
    summary,
    web_checks,
)


class Key(NamedTuple):
    """A key. `default` goes through `check` as a given value does."""

    default: str | int | bool | list[str]
    check: Callable[[checks.Given], Any]


Keys = Mapping[str, Key]

# A section inside another has the other's name and a dot before its own.
SECTIONS: Mapping[str, Keys] = {
    "newsletter": {
        "slug": Key("daily-papers", checks.slug),
        "title": Key("Daily Papers", checks.words),
        "timezone": Key("UTC", checks.zone),
        "send_at": Key("07:30", checks.time_of_day),
        "days": Key(list(checks.DAYS), checks.days),
        "base_url": Key("", checks.base_url),
        "max_papers": Key(50, checks.positive),
        "weekly": Key("", checks.day_or_none),
        "intro": Key("", checks.any_text),
    },
    "state": {"url": Key("sqlite:///state/digest.db", checks.state_url)},
    "archive": {"path": Key("site", checks.path), "publish": Key("", publishing.publish)},
    "mail": {
        "from": Key(mail_checks.SENDER, mail_checks.sender),
        "to": Key([], mail_checks.addresses),
        "transport": Key("maildir:outbox", mail_checks.transport),
        "password": Key("", checks.secret),
        "password_file": Key("", checks.secret_file),
        "sender": Key("", mail_checks.sender_or_none),
        "reply_to": Key("", mail_checks.sender_or_none),
        "owner": Key("", mail_checks.address_or_none),
        "unsubscribe": Key("", mail_checks.way_out),
        "preferences": Key("", mail_checks.page),
        "postal_address": Key("", checks.line),
        "operator": Key("", mail_checks.address_or_none),
        "return_path": Key("", sending.return_path),
        "connections": Key(4, sending.connections),
        "messages_per_connection": Key(100, checks.positive),
        "rate": Key([], sending.rates),
        "domain_rate": Key([], sending.rates),
        "link_key": Key("", mail_checks.link_key),
        "link_key_file": Key("", mail_checks.link_key_file),
        "old_link_keys_file": Key("", mail_checks.old_link_keys),
    },
    "mail.dkim": {
        "domain": Key("", mail_checks.host),
        "selector": Key("", mail_checks.selector),
        "key": Key("", mail_checks.private_key),
        "key_file": Key("", mail_checks.private_key_file),
    },
    "fetch": {
        "contact": Key("", checks.contact),
        "allow_private": Key(False, checks.flag),
    },
    "web": {
        "url": Key("", web_checks.home),
        "listen": Key("127.0.0.1:8025", web_checks.listen),
        "metrics": Key("", web_checks.metrics),
        "origins": Key([], web_checks.origins),
        "trusted_proxies": Key([], web_checks.networks),
        "sign_ups_per_hour": Key(1_000, checks.positive),
    },
    "logs": {"format": Key("words", logs.form)},
    "alerts": {
        "ping": Key("", alerts.ping),
        "ping_file": Key("", alerts.ping_file),
        "notify": Key([], alerts.notify),
        "notify_file": Key("", alerts.notify_file),
    },
    "retention": {
        "deliveries": Key(365, checks.days_kept),
        "former_readers": Key(0, checks.days_kept),
        "runs": Key(365, checks.days_kept),
    },
    "templates": {"path": Key("", checks.own_folder)},
    "themes": {
        "path": Key("", checks.own_file),
        "use": Key(["ai"], checks.names),
        "follow": Key([], checks.names),
    },
    "summary": {
        "endpoint": Key("", checks.base_url),
        "model": Key("", checks.line),
        "language": Key("", checks.line),
        "key": Key("", summary.key),
        "key_file": Key("", summary.key_file),
        "max_papers": Key(50, checks.positive),
        "max_seconds": Key(60, summary.seconds),
        "max_tokens": Key(100_000, checks.positive),
    },
}

ANY_SOURCE: Keys = {"name": Key("", checks.line)}

# The keys of each of our kinds of source, besides `kind` itself.
KINDS: Mapping[str, Keys] = {
    "huggingface": {
        **ANY_SOURCE,
        "url": Key("https://huggingface.co/api/daily_papers", checks.web_url),
        "look_back_days": Key(3, checks.day_count),
    },
    "arxiv": {
        **ANY_SOURCE,
        "url": Key("https://rss.arxiv.org/atom/", checks.web_url),
        "api_url": Key("https://export.arxiv.org/api/query", checks.web_url),
        "categories": Key([], source_checks.arxiv_categories),
        "include": Key(["new", "cross"], source_checks.announcements),
    },
    "biorxiv": {
        **ANY_SOURCE,
        "server": Key("biorxiv", source_checks.preprint_server),
        "url": Key("https://api.biorxiv.org/details/", checks.web_url),
        "feed_url": Key("", source_checks.web_url_or_none),
        "categories": Key([], source_checks.subjects),
        "look_back_days": Key(3, checks.day_count),
    },
    "feed": {**ANY_SOURCE, "url": Key("", checks.web_url)},
    "saved-page": {**ANY_SOURCE, "path": Key("", checks.path_text)},
}

_ANY_CHANNEL: Keys = {
    "name": Key("", channels.name),
    "period": Key("daily", channels.period),
    "themes": Key([], checks.names),
}

# The keys of each kind of channel, besides `kind` itself.
CHANNELS: Mapping[str, Keys] = {
    "webhook": {
        **_ANY_CHANNEL,
        "url": Key("", channels.hook),
        "url_file": Key("", channels.hook_file),
        "secret": Key("", channels.signing),
        "secret_file": Key("", channels.signing_file),
    },
    "chat": {
        **_ANY_CHANNEL,
        "url": Key("", channels.chat),
        "url_file": Key("", channels.chat_file),
        "max_papers": Key(5, checks.positive),
    },
}
