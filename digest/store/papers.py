"""Papers as the store knows them, found by any of their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from digest.model.decisions import Known
from digest.store.session import Connection
from digest.store.times import from_day

if TYPE_CHECKING:
    from digest.model.editions import Revision

NEWSLETTER = "(SELECT id FROM newsletter WHERE slug = ?)"

_FIND = f"""
SELECT alias.key, paper.id, paper.key, paper.version, edition.date FROM alias
JOIN paper ON paper.id = alias.paper
LEFT JOIN seen ON seen.paper = paper.id AND seen.newsletter = {NEWSLETTER}
LEFT JOIN edition ON edition.id = seen.edition
WHERE alias.key = ANY (?)
"""  # noqa: S608 - our own words, here and below
_UNTOLD = f"""
SELECT paper.key, revision.title, revision.version, revision.url FROM revision
JOIN paper ON paper.id = revision.paper
WHERE revision.newsletter = {NEWSLETTER} AND revision.edition IS NULL
ORDER BY paper.id
"""  # noqa: S608
_SIGHTINGS = f"""
SELECT source.name, sighting.first, sighting.last FROM sighting
JOIN source ON source.id = sighting.source
WHERE sighting.newsletter = {NEWSLETTER} AND sighting.paper = ?
ORDER BY sighting.first, source.id
"""  # noqa: S608


def find(connection: Connection, slug: str, keys: Iterable[str]) -> dict[str, Known]:
    """The known paper behind each of the keys that has one, in one query."""
    return {
        key: Known(
            id=id_,
            key=canonical,
            version=version,
            edition=None if date is None else from_day(date),
        )
        for key, id_, canonical, version, date in connection.rows(_FIND, slug, list(keys))
    }


def untold(connection: Connection, slug: str) -> list[Revision]:
    """The revisions of a newsletter that no edition has told, the papers in order of entry."""
    from digest.model.editions import Revision

    return [
        Revision(key=key, title=title, version=version, url=url)
        for key, title, version, url in connection.rows(_UNTOLD, slug)
    ]


def explain(connection: Connection, slug: str, key: str) -> dict[str, Any] | None:
    """What is known of a paper, as JSON holds it. Reads all keys: no index pays for this."""
    known = find(connection, slug, [key]).get(key)
    if not known:
        return None
    keys = connection.rows("SELECT key FROM alias WHERE paper = ?", known.id)
    return {
        "key": known.key,
        "aliases": sorted(key for (key,) in keys),
        "version": known.version,
        "edition": known.edition.isoformat() if known.edition else None,
        "sightings": [
            {
                "source": name,
                "first": from_day(first).isoformat(),
                "last": from_day(last).isoformat(),
            }
            for name, first, last in connection.rows(_SIGHTINGS, slug, known.id)
        ],
    }
