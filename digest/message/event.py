"""An edition as a webhook's message, by Standard Webhooks. Pure.

    {"type": "edition.published", "timestamp": "…", "data": {"url": "…", "edition": {…}}}

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from base64 import b64encode

from digest.model.editions import FrozenEdition

PUBLISHED, TEST = "edition.published", "edition.test"


def event(frozen: FrozenEdition, url: str, kind: str = PUBLISHED) -> bytes:
    """The body: the frozen edition, byte for byte, in a JSON object.

    `url` is that of its page, or "". The same edition has the same body.
    """
    made = frozen.edition.published_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = f'{{"type":"{kind}","timestamp":"{made}","data":{{"url":{json.dumps(url)},"edition":'
    return b"".join([head.encode(), frozen.document, b"}}"])


def event_id(frozen: FrozenEdition, channel: str, copy: str = "") -> str:
    """What tells a receiver that it has had an edition: the same whenever it is sent.

    `copy`, if not "", makes it another.
    """
    edition = frozen.edition
    told = "\0".join([edition.newsletter, edition.period, frozen.sha256, channel, copy])
    return f"msg_{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def signed(secret: bytes, id_: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt at an instant, with the signature of the scheme v1."""
    seconds = int(at.timestamp())
    signature = hmac.digest(secret, f"{id_}.{seconds}.".encode() + body, hashlib.sha256)
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }
