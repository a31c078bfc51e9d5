"""[[channel]]: where editions go besides to readers; its checks, else as `checks`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from digest.config.checks import Given, Wrong, secret, secret_file, slug, split
from digest.config.nouns import ChannelConfig

_PREFIX = "whsec_"
_DAILY, _WEEKLY = "daily", "weekly"  # of model.Frequency, which takes long to import
_SIZES = range(24, 65)  # bytes of a secret


class Entry(NamedTuple):
    """One of a list of tables, its keys right."""

    kind: str
    name: str
    values: dict[str, Any]


def name(given: Given) -> str:
    """A name that fits into a variable's, or nothing: then the kind is one."""
    return slug(given) if given.value else ""


def hook(given: Given) -> str:
    """The address of a webhook, from the environment; or nothing. It may hold a key."""
    return _web(given, secret(given))


def hook_file(given: Given) -> str:
    """The same, from a file."""
    return _web(given, secret_file(given))


def chat(given: Given) -> str:
    """A place as Apprise writes it, from the environment; or nothing. It holds keys, mostly."""
    return _place(secret(given))


def chat_file(given: Given) -> str:
    """The same, from a file."""
    return _place(secret_file(given))


def signing(given: Given) -> bytes:
    """What a webhook is signed with, from the environment; or nothing."""
    return _secret(secret(given))


def signing_file(given: Given) -> bytes:
    """The same, from a file."""
    return _secret(secret_file(given))


def period(given: Given) -> str:
    """Which editions a channel gets."""
    if given.value not in (_DAILY, _WEEKLY):
        raise Wrong('must be "daily" or "weekly"')
    return str(given.value)


def channel_configs(entries: Iterable[Entry]) -> tuple[ChannelConfig, ...]:
    """The channels that right tables make."""
    return tuple(
        ChannelConfig(
            kind=kind,
            name=name,
            url=values["url"] or values["url_file"],
            period=values["period"],
            themes=values["themes"],
            secret=values.get("secret") or values.get("secret_file") or b"",
            max_papers=values.get("max_papers", 0),
        )
        for kind, name, values in entries
    )


def channel_clashes(
    channels: Iterable[ChannelConfig], newsletter: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What is wrong with channels as a whole: a key and words."""
    for one in channels:
        variable = f"DIGEST_CHANNEL__{one.name.upper().replace('-', '_')}__"
        for key, value in (("url", one.url), ("secret", one.secret)):
            if not value and (key == "url" or one.kind == "webhook"):
                words = f"is missing; set {variable}{key.upper()} or {key}_file"
                yield f"channel.{one.name}.{key}", words
        if one.period == _WEEKLY and newsletter.get("weekly", 0) is None:
            words = "there are no weekly editions; set newsletter.weekly"
            yield f"channel.{one.name}.period", words


def _web(given: Given, text: str) -> str:
    if not text:
        return ""
    parts = split(given._replace(value=text))
    if parts.scheme not in ("http", "https") or not parts.hostname or not _is_plain(text):
        raise Wrong('must be an address such as "https://example.org/hook"')
    return text


def _place(text: str) -> str:
    if text and not (re.match("[A-Za-z0-9]+://.", text) and _is_plain(text)):
        raise Wrong('must be a place as Apprise writes it, such as "ntfys://ntfy.sh/TOPIC"')
    return text


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _secret(text: str) -> bytes:
    """The bytes of a secret of Standard Webhooks ("whsec_" and base64)."""
    if not text:
        return b""
    from base64 import b64decode

    try:
        found = b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:
        found = b""
    if len(found) not in _SIZES:
        raise Wrong("must be 24 to 64 bytes in base64: `openssl rand -base64 32` makes them")
    return found
