"""Bring the schema to HEAD. Loaded only when it is not there: Alembic is slow to import."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from digest.errors import StoreError
from digest.store.database import RESTORE


def configuration() -> Config:
    """Alembic's configuration; it needs no file."""
    config = Config()
    config.set_main_option("script_location", "digest.store:migrations")
    return config


def migrate(connection: Connection) -> None:
    """Apply every migration that is missing, within the connection's transaction.

    Raises StoreError where no migration leads on from the schema that is there.
    """
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the tables cannot be brought up to date: {error}; {RESTORE}") from error
