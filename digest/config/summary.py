"""The section on machine-written summaries: its checks, else as `checks`, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from digest.config.checks import Given, Wrong, secret, secret_file
from digest.config.nouns import SummaryConfig


def key(given: Given) -> str:
    """The secret that an endpoint wants to see, from the environment; or nothing."""
    return _bearer(secret(given))


def key_file(given: Given) -> str:
    """The same, from a file."""
    return _bearer(secret_file(given))


def _bearer(text: str) -> str:
    """A text that fits into an Authorization header (RFC 6750, section 2.1)."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Wrong("is no key: one has neither blanks nor letters beyond ASCII")
    return text


def seconds(given: Given) -> int:
    """For how long a run may wait for summaries: it keeps other runs out meanwhile."""
    number: int = given.value
    if not 1 <= number <= 3600:
        raise Wrong("must be a number of seconds from 1 to 3600")
    return number


def summary_config(summary: Mapping[str, Any]) -> SummaryConfig:
    """The configuration that a right section makes."""
    values = dict(summary)
    from_file = values.pop("key_file")
    return SummaryConfig(**values | {"key": values["key"] or from_file})


def summary_clashes(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the section as a whole: a key and words. Keys that are wrong are missing.

    Readers are told which model wrote, so a server that has only one needs its name too.
    """
    if summary.get("endpoint") and summary.get("model") == "":
        yield "summary.endpoint", "needs a model; name it as summary.model"
