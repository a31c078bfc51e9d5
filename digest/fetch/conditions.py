"""Conditional requests (RFC 9110, section 13): asking only for what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from digest.model.replies import Validators

LONGEST = 1000  # characters of a validator; a longer one can make requests that sites refuse

_ETAG, _MODIFIED = "If-None-Match", "If-Modified-Since"


def conditions(known: Validators) -> dict[str, str]:
    """The headers that ask for what is not `known` yet."""
    headers = {_ETAG: known.etag, _MODIFIED: known.last_modified}
    return {name: value for name, value in headers.items() if value}


def is_conditional(asked: httpx.Request) -> bool:
    """Whether a request may be answered with "unchanged"."""
    return _ETAG in asked.headers or _MODIFIED in asked.headers


def uncondition(asked: httpx.Request) -> None:
    """Ask for all there is: the validators are of another origin, and only its affair."""
    for name in (_ETAG, _MODIFIED):
        asked.headers.pop(name, None)


def validator(headers: httpx.Headers, name: str) -> str | None:
    """A header's value, if it can be sent back as it came."""
    value = headers.get(name, "")
    fit = value.isascii() and value.isprintable() and len(value) <= LONGEST
    return value if value and fit else None
