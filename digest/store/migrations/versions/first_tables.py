"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _make_papers()
    _make_sightings()
    _make_runs()


def _make_papers() -> None:
    op.create_table(
        "newsletter",
        Column("id", sa.Integer, primary_key=True),
        Column("slug", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "source",
        Column("id", sa.Integer, primary_key=True),
        Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "edition",
        Column("id", sa.Integer, primary_key=True),
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), nullable=False),
        Column("period", sa.Text, nullable=False),
        Column("date", sa.Integer, nullable=False),
        Column("published_at", sa.BigInteger, nullable=False),
        Column("sha256", sa.Text, nullable=False),
        Column("document", sa.Text, nullable=False),
        sa.UniqueConstraint("newsletter", "period", "date", name="edition_once"),
    )
    op.create_table(
        "paper",
        Column("id", sa.Integer, primary_key=True, autoincrement=False),
        Column("key", sa.Text, nullable=False),
        Column("version", sa.Integer),
    )
    op.create_table(
        "alias",
        Column("key", sa.Text, primary_key=True),
        Column("paper", sa.Integer, ForeignKey("paper.id"), nullable=False),
        sqlite_with_rowid=False,
    )


def _make_sightings() -> None:
    op.create_table(
        "seen",
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), primary_key=True),
        Column("paper", sa.Integer, ForeignKey("paper.id"), primary_key=True),
        Column("edition", sa.Integer, ForeignKey("edition.id"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sighting",
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), primary_key=True),
        Column("paper", sa.Integer, ForeignKey("paper.id"), primary_key=True),
        Column("source", sa.Integer, ForeignKey("source.id"), primary_key=True),
        Column("first", sa.Integer, nullable=False),
        Column("last", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), primary_key=True),
        Column("paper", sa.Integer, ForeignKey("paper.id"), primary_key=True),
        Column("version", sa.Integer, nullable=False),
        Column("title", sa.Text, nullable=False),
        Column("url", sa.Text),
        Column("edition", sa.Integer, ForeignKey("edition.id")),
        sqlite_with_rowid=False,
    )
    op.create_index("revision_told", "revision", ["newsletter", "edition"])


def _make_runs() -> None:
    op.create_table(
        "feed",
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), primary_key=True),
        Column("source", sa.Integer, ForeignKey("source.id"), primary_key=True),
        Column("url", sa.Text, primary_key=True),
        Column("fingerprint", sa.Text, nullable=False),
        Column("etag", sa.Text),
        Column("last_modified", sa.Text),
        Column("sha256", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        Column("id", sa.Integer, primary_key=True),
        Column("edition", sa.Integer, ForeignKey("edition.id"), nullable=False),
        Column("address", sa.Text, nullable=False),
        Column("state", sa.Text, nullable=False),
        Column("attempts", sa.Integer, nullable=False),
        Column("token", sa.Integer, nullable=False),
        Column("lease_until", sa.BigInteger),
        Column("next_try", sa.BigInteger),
        Column("code", sa.Text, nullable=False),
        Column("updated", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("edition", "address", name="delivery_once"),
    )
    op.create_index("delivery_state", "delivery", ["state", "edition"])
    op.create_table(
        "run",
        Column("id", sa.Integer, primary_key=True),
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), nullable=False),
        Column("at", sa.BigInteger, nullable=False),
        Column("date", sa.Integer, nullable=False),
        Column("status", sa.Text, nullable=False),
        Column("report", sa.Text, nullable=False),
    )
