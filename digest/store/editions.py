"""Frozen editions, read back as they were frozen (G7)."""

from __future__ import annotations

import datetime as dt

from msgspec import MsgspecError
from sqlalchemy import ColumnElement, Connection, and_, select

from digest.document import thaw
from digest.errors import StoreError
from digest.model.editions import FrozenEdition
from digest.store.database import RESTORE
from digest.store.papers import newsletter_id
from digest.store.tables import edition


def read(connection: Connection, slug: str, date: dt.date | None) -> FrozenEdition | None:
    """The daily edition of a date, or the newest. Raises StoreError where it was changed."""
    query = select(edition.c.date, edition.c.document, edition.c.sha256).where(daily(slug))
    if date:
        query = query.where(edition.c.date == date)
    row = connection.execute(query.order_by(edition.c.date.desc()).limit(1)).one_or_none()
    if not row:
        return None
    damaged = StoreError(f"the stored edition of {slug} of {row.date} is damaged: {RESTORE}")
    try:
        frozen = thaw(row.document)
    except MsgspecError as error:
        raise damaged from error
    if frozen.sha256 != row.sha256:
        raise damaged
    return frozen


def dates(connection: Connection, slug: str) -> list[dt.date]:
    """The dates of all daily editions, oldest first."""
    return list(
        connection.scalars(select(edition.c.date).where(daily(slug)).order_by(edition.c.date))
    )


def daily(slug: str) -> ColumnElement[bool]:
    """Whether a row of `edition` is a daily one of the newsletter."""
    return and_(edition.c.newsletter == newsletter_id(slug), edition.c.period == "daily")
