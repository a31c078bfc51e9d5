"""The section on logs, which counts before all others are right: errors are lines of a log, too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digest.config.checks import Given, Wrong
from digest.config.nouns import Config
from digest.config.reading import TEXT, parsed, read
from digest.errors import ConfigError
from digest.logs import FORMS, WORDS

_VARIABLE = "DIGEST_LOGS__FORMAT"


def form(given: Given) -> str:
    """How events are told."""
    if given.value not in FORMS:
        raise Wrong(f"must be one of: {', '.join(FORMS)}")
    return str(given.value)


def wanted_form(path: Path, environ: Mapping[str, str]) -> str:
    """The form that a configuration wants which may be wrong elsewhere; words, if that is wrong."""
    found: Any = environ.get(_VARIABLE)
    if found is None:
        try:
            found = parsed(path, environ.get(TEXT) or read(path))["logs"]["format"]
        except (ConfigError, KeyError, TypeError):
            return WORDS
    return found if found in FORMS else WORDS


def secrets(config: Config) -> set[str]:
    """What no log may hold: every secret of a configuration, as it is and as it travels."""
    from base64 import b64encode
    from urllib.parse import parse_qsl, unquote, urlsplit

    mail, alerts = config.mail, config.alerts
    found = {mail.password or "", mail.link_key, *mail.old_link_keys, config.summary.key}
    found |= {alerts.ping, urlsplit(alerts.ping).path, *alerts.notify}
    urls = [str(value) for source in config.sources for value in source.settings.values()]
    urls += [config.state_url, *alerts.notify, *(channel.url for channel in config.channels)]
    for url in urls:
        try:
            parts = urlsplit(url)
            found |= {value for _, value in parse_qsl(parts.query)} | {parts.password or ""}
        except ValueError:  # a pattern of files, say
            continue
    for channel in config.channels:
        found |= {channel.url, urlsplit(channel.url).path, b64encode(channel.secret).decode()}
    if config.publish:
        found.add(config.publish.remote.partition("://")[2].rpartition("@")[0].partition(":")[2])
    user = urlsplit(mail.transport).username or ""
    return _as_they_travel(found | {unquote(one) for one in found}, unquote(user), mail.password)


def _as_they_travel(found: set[str], user: str, password: str | None) -> set[str]:
    """Those long enough to be told from other words, and what a log-in makes of a password."""
    from base64 import b64encode

    long = {one for one in found if len(one) >= _SHORTEST}
    if password:
        log_in = f"\0{user}\0{password}"
        long |= {b64encode(text.encode()).decode() for text in (password, log_in)}
    return long


_SHORTEST = 6  # letters
