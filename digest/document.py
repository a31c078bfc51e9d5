"""The canonical JSON of an edition: sorted keys, no spaces, UTF-8, the same bytes for ever."""

from __future__ import annotations

import hashlib

import msgspec

from digest.model.editions import Edition, FrozenEdition


def freeze(edition: Edition) -> FrozenEdition:
    """Fix an edition as canonical JSON with its SHA-256."""
    document = msgspec.json.encode(edition, order="sorted")
    return FrozenEdition(
        edition=edition,
        document=document.decode(),
        sha256=hashlib.sha256(document).hexdigest(),
    )


def thaw(document: str) -> FrozenEdition:
    """Read an edition back from its canonical JSON. Raises msgspec.ValidationError."""
    edition = msgspec.json.decode(document, type=Edition)
    digest = hashlib.sha256(document.encode()).hexdigest()
    return FrozenEdition(edition=edition, document=document, sha256=digest)
