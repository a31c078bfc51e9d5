"""What every fetcher does alike: name a request in an error, and tell an unchanged body."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from digest.model.replies import Reply, Validators
from digest.urls import public

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.model.replies import Request

MAX_UNPACKED = 50_000_000  # bytes of a body or a file; a day's feed has a few million
LONGEST_QUOTE = 300  # characters


def shown(url: str) -> str:
    """A URL as an error may show it: public, and not too long."""
    return brief(public(url))


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
    dated: tuple[str, str] = ("", ""),
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
        dated=dated,
    )
