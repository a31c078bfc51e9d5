"""What readers want, kept once for all who want the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache

import msgspec

from digest.model.readers import Preferences
from digest.store.session import Connection

ALL = 1  # the id of the default preferences, which the schema brings

_FIND = "SELECT document, id FROM preference WHERE document = ANY (?)"
_ADD = "INSERT INTO preference (document) VALUES (?) ON CONFLICT DO NOTHING"
# It reads as the default, and as no other's.
_FORGET = """
UPDATE preference SET document = '{"forgotten":' || id || '}'
WHERE id <> ? AND id NOT IN (
    SELECT preference FROM reader
    UNION
    SELECT preference FROM sign_up WHERE address IS NOT NULL
    UNION
    SELECT delivery.preference FROM delivery JOIN reader ON reader.id = delivery.reader
    WHERE next_try IS NOT NULL
)
"""


@lru_cache(1_000)
def as_document(preferences: Preferences) -> str:
    """Preferences as canonical JSON: keys and values in order, each once, no defaults."""
    said = {
        name: sorted(set(value)) if isinstance(value, tuple) else value
        for name, value in asdict(preferences).items()
        if value
    }
    return msgspec.json.encode(said, order="sorted").decode()


@lru_cache(1_000)
def from_document(document: str) -> Preferences:
    """The preferences that canonical JSON tells."""
    return msgspec.json.decode(document, type=Preferences)


def forget(connection: Connection) -> None:
    """Blank what nobody wants any more, nor is to get yet. Its id stays, as deliveries have it."""
    connection.execute(_FORGET, ALL)


def intern(connection: Connection, documents: Iterable[str]) -> dict[str, int]:
    """The ids of canonical documents; those that have none get one."""
    wanted = sorted(set(documents))
    found = dict(connection.rows(_FIND, wanted))
    if missing := [(document,) for document in wanted if document not in found]:
        connection.each(_ADD, missing)
        found = dict(connection.rows(_FIND, wanted))
    return found
