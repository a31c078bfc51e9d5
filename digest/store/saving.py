"""What one run leaves, written within one transaction (G3, G4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, not_

from digest.failpoint import failpoint
from digest.model.deliveries import DeliveryState
from digest.model.editions import FrozenEdition, RunRecord
from digest.model.replies import FeedState
from digest.store.entering import enter, ids, tell
from digest.store.session import alone, among, insert
from digest.store.tables import delivery, edition, feed, newsletter, source


def save(connection: Connection, record: RunRecord, now: dt.datetime) -> bool:
    """Write all of a record; False, and nothing is written, where its edition exists."""
    alone(connection)
    slug = record.newsletter
    newsletter_id = ids(connection, newsletter, "slug", [slug])[slug]
    edition_id = None
    if record.edition:
        edition_id = _add_edition(connection, newsletter_id, record.edition)
        if edition_id is None:
            return False
    failpoint("mid-commit")
    enter(connection, newsletter_id, slug, edition_id, record.decision)
    if record.edition and edition_id is not None:
        tell(connection, newsletter_id, edition_id, record.edition.edition)
        _add_deliveries(connection, edition_id, record.readers, now)
    _keep_validators(connection, newsletter_id, record.feeds, record.requested)
    return True


def _add_edition(connection: Connection, newsletter_id: int, frozen: FrozenEdition) -> int | None:
    row = insert(connection, edition).values(
        newsletter=newsletter_id,
        period=frozen.edition.period,
        date=frozen.edition.date,
        published_at=frozen.edition.published_at,
        document=frozen.document,
        sha256=frozen.sha256,
    )
    added: int | None = connection.scalar(row.on_conflict_do_nothing().returning(edition.c.id))
    return added


def _add_deliveries(
    connection: Connection, edition_id: int, readers: Iterable[str], now: dt.datetime
) -> None:
    rows = [
        {
            "edition": edition_id,
            "address": address,
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "token": 0,
            "code": "",
            "updated": now,
        }
        for address in dict.fromkeys(readers)
    ]
    if rows:
        connection.execute(delivery.insert(), rows)


def _keep_validators(
    connection: Connection,
    newsletter_id: int,
    feeds: Sequence[FeedState],
    requested: Sequence[tuple[str, str]],
) -> None:
    """Keep the validators of these feeds, and forget URLs that their source asks for no more."""
    names = {name for name, _ in requested} | {one.source for one in feeds}
    sources = ids(connection, source, "name", names)
    for name in sorted({name for name, _ in requested}):
        urls = [url for of, url in requested if of == name]
        connection.execute(
            feed.delete()
            .where(feed.c.newsletter == newsletter_id, feed.c.source == sources[name])
            .where(not_(among(connection, feed.c.url, urls)))
        )
    rows = [
        {
            "newsletter": newsletter_id,
            "source": sources[one.source],
            "url": one.url,
            "fingerprint": one.fingerprint,
            "etag": one.validators.etag,
            "last_modified": one.validators.last_modified,
            "sha256": one.validators.sha256,
        }
        for one in feeds
    ]
    if not rows:
        return
    statement = insert(connection, feed)
    values = ("fingerprint", "etag", "last_modified", "sha256")
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["newsletter", "source", "url"],
            set_={name: statement.excluded[name] for name in values},
        ),
        rows,
    )
