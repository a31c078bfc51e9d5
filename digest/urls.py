"""What is done to URLs (RFC 3986) wherever one is asked for, shown or built upon."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


def public(url: str) -> str:
    """A URL without what may be secret in it: log-in, query and fragment; "the url" for no URL."""
    try:
        return urlsplit(without_login(url))._replace(query="", fragment="").geturl()
    except ValueError:  # such as half an IPv6 address
        return "the url"


def without_login(url: str) -> str:
    """A URL without the user and password that it may hold. Raises ValueError."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def extended(url: str, query: Mapping[str, str], path: str = "") -> str:
    """A URL with more query, which wins over its own, and with more path, which begins with `/`."""
    parts = urlsplit(url)
    kept = dict(parse_qsl(parts.query, keep_blank_values=True))
    whole = f"{parts.path.rstrip('/')}{path}" if path else parts.path
    return parts._replace(path=whole, query=urlencode(kept | dict(query))).geturl()
