"""The canonical JSON of an edition: sorted keys, no spaces, UTF-8, the same bytes for ever."""

from __future__ import annotations

import hashlib

import msgspec

from digest.model.editions import Edition, FrozenEdition, Outline


def freeze(edition: Edition) -> FrozenEdition:
    """Fix an edition as canonical JSON with its SHA-256."""
    return _frozen(edition, msgspec.json.encode(edition, order="sorted"))


def thaw(document: bytes) -> FrozenEdition:
    """Read an edition back from its canonical JSON. Raises ValueError where it is none."""
    return _frozen(msgspec.json.decode(document, type=Edition), document)


def outline(document: bytes) -> Outline:
    """The outline of an edition's canonical JSON. Raises ValueError where it is none."""
    return msgspec.json.decode(document, type=Outline)


def _frozen(edition: Edition, document: bytes) -> FrozenEdition:
    digest = hashlib.sha256(document).hexdigest()
    return FrozenEdition(edition=edition, document=document, sha256=digest)
