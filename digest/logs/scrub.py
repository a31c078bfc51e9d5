"""Text without what no log may hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

GONE = "…"  # stands where something was taken out

_LOOKED_AT = 4_000  # characters: what follows is left out
_LONGEST = 1_000  # characters that are told
_LOG_IN = re.compile(r"(?<=://)\S*@")
_QUERY = re.compile(r"(://[^\s?#]*)[?#]\S*")
_OUTSIDE = r"\s<>()\[\],;:\"'|"  # what ends an address that stands in a text
_ADDRESS = re.compile(rf"(\"[^\"]*\"|[^{_OUTSIDE}]+)(@|%40)[^{_OUTSIDE}]+", re.IGNORECASE)
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])")


class Scrub:
    """Takes out mail addresses, hashes, what URLs have of log-ins and queries, and `secrets`."""

    def __init__(self, secrets: Callable[[], Iterable[str]] = tuple) -> None:
        self._find = secrets

    def __call__(self, text: str) -> str:
        """A text as it may be told, at most a thousand characters of it."""
        text = self.without_secrets(text[:_LOOKED_AT])
        if "://" in text:
            text = _QUERY.sub(rf"\1?{GONE}", _LOG_IN.sub("", text))
        if "@" in text or "%40" in text:
            text = _ADDRESS.sub(GONE, text)
        text = _HASH.sub(GONE, text)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + GONE

    def without_secrets(self, text: str) -> str:
        """A text that may hold addresses, but none of the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, GONE)
        return text

    @cached_property
    def _secrets(self) -> list[str]:
        return sorted(filter(None, self._find()), key=len, reverse=True)
