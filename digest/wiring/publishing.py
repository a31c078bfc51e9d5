"""What publishes the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.addresses import mailbox
from digest.config import Config

if TYPE_CHECKING:
    from digest.archive.publishing import Publisher


def publisher(config: Config) -> Publisher | None:
    """Who brings the site to where `archive.publish` says; None where it says nothing."""
    if config.publish is None:
        return None
    from digest.archive.publishing import Publisher

    who = (config.newsletter.title, mailbox(config.mail.sender)[1])
    return Publisher(config.archive_path, _folder(config), config.publish, who=who)


def _folder(config: Config) -> Path:
    """Where is kept what was published: beside a SQLite file, else beside the site."""
    from digest.store.database import SqliteDatabase, database

    place = database(config.state_url)
    beside = place.path if isinstance(place, SqliteDatabase) else config.archive_path
    return Path(f"{beside}.{config.newsletter.slug}.publishing")
