"""The tables, the same in SQLite and PostgreSQL.

A million seen papers must stay small: ids are integers, days and instants are stored as integers
(times.py), and tables that are all key are WITHOUT ROWID in SQLite, which keeps one tree, not two.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from digest.store.times import from_day, from_seconds, to_day, to_seconds


class Day(TypeDecorator[dt.date]):
    """A date, stored as days since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: dt.date | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else to_day(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.date | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return None if value is None else from_day(value)


class Instant(TypeDecorator[dt.datetime]):
    """An instant in UTC, stored as whole seconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else to_seconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return None if value is None else from_seconds(value)


metadata = MetaData()

newsletter = Table(
    "newsletter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("newsletter", ForeignKey("newsletter.id"), nullable=False),
    Column("period", Text, nullable=False),
    Column("date", Day, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("newsletter", "period", "date", name="edition_once"),
)

paper = Table(
    "paper",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),  # the canonical one: the strongest when first seen
    Column("version", Integer),  # the highest seen
)

alias = Table(  # every key of a paper, the canonical one too
    "alias",
    metadata,
    Column("key", Text, primary_key=True),
    Column("paper", ForeignKey("paper.id"), nullable=False),
    sqlite_with_rowid=False,
)

seen = Table(  # the one edition of a newsletter that holds the paper
    "seen",
    metadata,
    Column("newsletter", ForeignKey("newsletter.id"), primary_key=True),
    Column("paper", ForeignKey("paper.id"), primary_key=True),
    Column("edition", ForeignKey("edition.id"), nullable=False),
    sqlite_with_rowid=False,
)

sighting = Table(
    "sighting",
    metadata,
    Column("newsletter", ForeignKey("newsletter.id"), primary_key=True),
    Column("paper", ForeignKey("paper.id"), primary_key=True),
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("first", Day, nullable=False),
    Column("last", Day, nullable=False),
    sqlite_with_rowid=False,
)

revision = Table(  # the highest version seen since the paper's edition
    "revision",
    metadata,
    Column("newsletter", ForeignKey("newsletter.id"), primary_key=True),
    Column("paper", ForeignKey("paper.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("edition", ForeignKey("edition.id")),  # which told it; NULL until one does
    Index("revision_told", "newsletter", "edition"),
    sqlite_with_rowid=False,
)

feed = Table(
    "feed",
    metadata,
    Column("newsletter", ForeignKey("newsletter.id"), primary_key=True),
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("sha256", Text),
    sqlite_with_rowid=False,
)

visit = Table(  # what asking a URL has come to, whether or not it brought papers
    "visit",
    metadata,
    Column("newsletter", ForeignKey("newsletter.id"), primary_key=True),
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("read_at", Instant),
    Column("fresh_at", Instant),
    Column("papers", Integer),
    Column("failures", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
    Column("failed_at", Instant),
    Column("not_before", Instant),
    Column("moved_to", Text),
    Column("moves", Integer, nullable=False),
    sqlite_with_rowid=False,
)

pace = Table(  # when a site that wants to be asked slowly was last asked
    "pace",
    metadata,
    Column("site", Text, primary_key=True),
    Column("milliseconds", BigInteger, nullable=False),  # since 1970
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition", ForeignKey("edition.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("next_try", Instant),
    Column("code", Text, nullable=False),
    Column("updated", Instant, nullable=False),
    UniqueConstraint("edition", "address", name="delivery_once"),
    Index("delivery_state", "state", "edition"),  # what is due, without the years that are done
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("newsletter", ForeignKey("newsletter.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("date", Day, nullable=False),
    Column("status", Text, nullable=False),
    Column("report", Text, nullable=False),  # JSON
)
