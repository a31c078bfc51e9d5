"""What one run leaves, written within one transaction (G3, G4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.failpoint import failpoint
from digest.model.readers import Frequency
from digest.store import keeping, searches, visiting
from digest.store.addressing import address
from digest.store.channels import enrol
from digest.store.entering import enter, source_ids, tell
from digest.store.readers import sync_fixed
from digest.store.session import Connection
from digest.store.times import to_day, to_seconds

if TYPE_CHECKING:
    from digest.model.editions import FrozenEdition
    from digest.model.replies import FeedState
    from digest.model.runs import RunRecord

_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_ADD_EDITION = """
INSERT INTO edition (newsletter, period, date, published_at, document, sha256)
VALUES (?, ?, ?, ?, '', ?) ON CONFLICT DO NOTHING RETURNING id
"""
_FORGET_FEEDS = "DELETE FROM feed WHERE newsletter = ? AND source = ? AND NOT url = ANY (?)"
_KEEP_FEED = """
INSERT INTO feed (newsletter, source, url, fingerprint, etag, last_modified, sha256)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (newsletter, source, url) DO UPDATE SET fingerprint = excluded.fingerprint,
etag = excluded.etag, last_modified = excluded.last_modified, sha256 = excluded.sha256
"""


def save(connection: Connection, record: RunRecord, now: dt.datetime) -> bool:
    """Write all of a record; False, and nothing is written, where its edition exists."""
    connection.alone()
    slug = record.newsletter
    connection.execute(_ADD_NEWSLETTER, slug)
    newsletter_id = connection.value("SELECT id FROM newsletter WHERE slug = ?", slug)
    edition_id = None
    if record.edition:
        edition_id = _add_edition(connection, newsletter_id, record.edition)
        if edition_id is None:
            return False
    failpoint("mid-commit")
    enter(connection, newsletter_id, slug, edition_id, record.decision)
    if record.edition and edition_id is not None:
        edition = record.edition.edition
        if edition.period == Frequency.DAILY:  # those of other periods tell it to other readers
            tell(connection, newsletter_id, edition_id, edition)
            searches.add(connection, newsletter_id, edition)
        if record.readers is not None:
            sync_fixed(connection, newsletter_id, slug, record.readers, now)
            address(connection, newsletter_id, edition_id, edition, zone=record.zone, now=now)
            enrol(connection, newsletter_id, edition_id, record.channels, now)
    _keep_validators(connection, newsletter_id, record.feeds, record.requested)
    visiting.keep(connection.execute, slug, record.visits)
    if record.kept is not None:
        names = source_ids(connection, {one.sighting.source for one in record.kept})
        keeping.replace(connection, newsletter_id, names, record.kept)
    return True


def _add_edition(connection: Connection, newsletter_id: int, frozen: FrozenEdition) -> int | None:
    edition = frozen.edition
    added: int | None = connection.value(
        _ADD_EDITION,
        newsletter_id,
        edition.period,
        to_day(edition.date),
        to_seconds(edition.published_at),
        frozen.sha256,
    )
    if added is not None:
        connection.place.put_document(connection.raw, added, frozen.document)
    return added


def _keep_validators(
    connection: Connection,
    newsletter_id: int,
    feeds: Sequence[FeedState],
    requested: Sequence[tuple[str, str]],
) -> None:
    """Keep the validators of these feeds, and forget URLs that their source asks for no more."""
    asked = {name for name, _ in requested}
    sources = source_ids(connection, asked | {one.source for one in feeds})
    for name in sorted(asked):
        urls = [url for of, url in requested if of == name]
        connection.execute(_FORGET_FEEDS, newsletter_id, sources[name], urls)
    rows = [
        (
            newsletter_id,
            sources[one.source],
            one.url,
            one.fingerprint,
            one.validators.etag,
            one.validators.last_modified,
            one.validators.sha256,
        )
        for one in feeds
    ]
    connection.each(_KEEP_FEED, rows)
