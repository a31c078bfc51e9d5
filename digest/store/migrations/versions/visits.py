"""What asking a URL has come to, and when a site was last asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "visit",
        Column("newsletter", sa.Integer, ForeignKey("newsletter.id"), primary_key=True),
        Column("source", sa.Integer, ForeignKey("source.id"), primary_key=True),
        Column("url", sa.Text, primary_key=True),
        Column("read_at", sa.BigInteger),
        Column("fresh_at", sa.BigInteger),
        Column("papers", sa.Integer),
        Column("failures", sa.Integer, nullable=False),
        Column("gone", sa.Integer, nullable=False),
        Column("failed_at", sa.BigInteger),
        Column("not_before", sa.BigInteger),
        Column("moved_to", sa.Text),
        Column("moves", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pace",
        Column("site", sa.Text, primary_key=True),
        Column("milliseconds", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
