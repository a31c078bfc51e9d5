"""Papers as the store knows them, found by any of their keys."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, ScalarSelect, select

from digest.model.decisions import Known
from digest.model.editions import Revision
from digest.store.session import among
from digest.store.tables import alias, edition, newsletter, paper, revision, seen, sighting, source


def newsletter_id(slug: str) -> ScalarSelect[int]:
    """The id of a newsletter, as a subquery."""
    return select(newsletter.c.id).where(newsletter.c.slug == slug).scalar_subquery()


def find(connection: Connection, slug: str, keys: Collection[str]) -> dict[str, Known]:
    """The known paper behind each of the keys that has one, in one query."""
    in_newsletter = (seen.c.paper == paper.c.id) & (seen.c.newsletter == newsletter_id(slug))
    rows = connection.execute(
        select(alias.c.key, paper.c.id, paper.c.key, paper.c.version, edition.c.date)
        .select_from(alias)
        .join(paper, paper.c.id == alias.c.paper)
        .outerjoin(seen, in_newsletter)
        .outerjoin(edition, edition.c.id == seen.c.edition)
        .where(among(connection, alias.c.key, keys))
    )
    return {
        key: Known(id=id_, key=canonical, version=version, edition=date)
        for key, id_, canonical, version, date in rows
    }


def untold(connection: Connection, slug: str) -> list[Revision]:
    """The revisions of a newsletter that no edition has told, the papers in order of entry."""
    rows = connection.execute(
        select(paper.c.key, revision.c.title, revision.c.version, revision.c.url)
        .join(paper, paper.c.id == revision.c.paper)
        .where(revision.c.newsletter == newsletter_id(slug), revision.c.edition.is_(None))
        .order_by(paper.c.id)
    )
    return [
        Revision(key=key, title=title, version=version, url=url)
        for key, title, version, url in rows
    ]


def explain(connection: Connection, slug: str, key: str) -> dict[str, Any] | None:
    """What is known of a paper, as JSON holds it. Reads all keys: no index pays for this."""
    known = find(connection, slug, [key]).get(key)
    if not known:
        return None
    keys = select(alias.c.key).where(alias.c.paper == known.id)
    sightings = connection.execute(
        select(source.c.name, sighting.c.first, sighting.c.last)
        .join(source, source.c.id == sighting.c.source)
        .where(sighting.c.newsletter == newsletter_id(slug), sighting.c.paper == known.id)
        .order_by(sighting.c.first, source.c.id)
    )
    return {
        "key": known.key,
        "aliases": sorted(connection.scalars(keys)),
        "version": known.version,
        "edition": known.edition.isoformat() if known.edition else None,
        "sightings": [
            {"source": name, "first": first.isoformat(), "last": last.isoformat()}
            for name, first, last in sightings
        ],
    }
