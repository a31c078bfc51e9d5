"""What every fetcher does alike: name a request in an error, and tell an unchanged body."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.model.replies import Reply, Validators

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.model.replies import Request

MAX_UNPACKED = 50_000_000  # bytes of a body or a file; a day's feed has a few million
LONGEST_QUOTE = 300  # characters


def shown(url: str) -> str:
    """A URL as an error may show it: without log-in and query."""
    try:
        parts = urlsplit(without_login(url))
    except ValueError:  # such as half an IPv6 address
        return "the url"
    return brief(parts._replace(query="", fragment="").geturl())


def without_login(url: str) -> str:
    """A URL without the user and password that it may hold. Raises ValueError."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def brief(text: str) -> str:
    """What a site says, no longer than an error should be."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def named(request: Request) -> str:
    """The URL of a request as an error may show it, with its day."""
    url = shown(request.url)
    return f"{url} (for {request.day})" if request.day else url


def reply_with(
    request: Request,
    url: str,
    body: bytes,
    known: Mapping[str, Validators],
    *,
    content_type: str = "",
    etag: str | None = None,
    last_modified: str | None = None,
    final_url: str = "",
    moved_to: str | None = None,
) -> Reply:
    """The reply that holds `body`, or says that it is the body already known for `url`."""
    sha256 = hashlib.sha256(body).hexdigest()
    unchanged = known.get(url, Validators()).sha256 == sha256
    return Reply(
        request=request,
        url=url,
        body=b"" if unchanged else body,
        content_type=content_type,
        validators=Validators(etag=etag, last_modified=last_modified, sha256=sha256),
        unchanged=unchanged,
        final_url=final_url,
        moved_to=moved_to,
    )
