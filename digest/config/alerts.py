"""The section on alerts: its checks, else as `checks`, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from digest.config.checks import Given, Wrong, secret, secret_file, split
from digest.config.nouns import AlertsConfig

CODE = "{code}"  # stands for a run's exit code

_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9]*://\S")
_LONGEST_URL = 2_000  # characters


def ping(given: Given) -> str:
    """Where is asked after a run, from the environment; or nothing. It is a secret."""
    return _address(given, secret(given))


def ping_file(given: Given) -> str:
    """The same, from a file."""
    return _address(given, secret_file(given).strip())


def notify(given: Given) -> tuple[str, ...]:
    """URLs as Apprise has them, from the environment; they are secrets."""
    if given.value and not given.environment:
        raise Wrong(f"does not belong in this file; set {given.variable} or notify_file")
    return _services(given.value)


def notify_file(given: Given) -> tuple[str, ...]:
    """The same, one on each line of a file; those that begin with # count for nothing."""
    lines = (line.strip() for line in secret_file(given).splitlines())
    return _services(line for line in lines if line and not line.startswith("#"))


def alerts_config(alerts: Mapping[str, Any], operator: str) -> AlertsConfig:
    """The configuration that a right section makes, beside `mail.operator`."""
    return AlertsConfig(
        ping=alerts["ping"] or alerts["ping_file"],
        notify=alerts["notify"] or alerts["notify_file"],
        operator=operator,
    )


def alerts_clashes(alerts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the section as a whole: a key and words. Keys that are wrong are missing.

    That Apprise is there is seen without loading it, which takes longer than a run.
    """
    from importlib.util import find_spec

    for key in ("notify", "notify_file"):
        if alerts.get(key) and not find_spec("apprise"):
            yield f"alerts.{key}", "needs Apprise: pip install 'papertide[alerts]'"


def _address(given: Given, text: str) -> str:
    """An http(s) address, or nothing. No problem with it repeats it."""
    if not text:
        return ""
    parts = split(given._replace(value=text))
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise Wrong('is no address such as "https://ping.example.org/KEY"')
    if len(text) > _LONGEST_URL:
        raise Wrong(f"is an address of over {_LONGEST_URL:,} characters")
    return text


def _services(texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(texts))
    for number, text in enumerate(found, start=1):
        if not _SERVICE.match(text) or not text.isprintable():
            raise Wrong(f"has no URL of Apprise's, such as mailto://…, at its place {number}")
    return found
