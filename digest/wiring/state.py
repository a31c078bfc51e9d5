"""The store, its journal and its lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from digest.config import Config
from digest.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.model.editions import FrozenEdition
    from digest.store.database import Lock
    from digest.store.engine import SqlStore
    from digest.store.journal import SqlJournal

Progress = Callable[[str], None]  # told what takes long, and "" when that is done


def lock(config: Config) -> AbstractContextManager[None]:
    """The newsletter's lock. Raises Busy where another run holds it."""
    from digest.store.lock import newsletter_lock

    return newsletter_lock(config.state_url, config.newsletter.slug)


def try_lead(config: Config) -> Lock | None:
    """The lock of who makes the editions when they are due; None: another has it."""
    from digest.store.lock import try_lead

    return try_lead(config.state_url, config.newsletter.slug)


def journal(config: Config, progress: Progress = lambda _: None) -> SqlJournal:
    """The journal; it makes no database."""
    from digest.store.journal import open_journal

    return open_journal(config.state_url, progress)


def store(config: Config, progress: Progress = lambda _: None) -> SqlStore:
    """The store, made or brought up to date where need be."""
    from digest.store.engine import open_store

    return open_store(config.state_url, progress)


def kept_store(config: Config, progress: Progress = lambda _: None) -> SqlStore:
    """The store of earlier runs. Raises UsageError where there was none: looking makes nothing."""
    must_exist(config)
    return store(config, progress)


def must_exist(config: Config) -> None:
    """Raise UsageError where nothing was run yet."""
    from digest.store.database import database

    if not database(config.state_url).exists():
        raise UsageError("nothing was run yet; `digest run` makes the first edition")


def beside_state(config: Config) -> Path:
    """What stands for the state among files: a SQLite file itself, else the site's folder."""
    from digest.store.database import SqliteDatabase, database

    place = database(config.state_url)
    return place.path if isinstance(place, SqliteDatabase) else config.archive_path


def edition(config: Config, date: dt.date | None = None) -> FrozenEdition:
    """The edition of a date, or the newest. Raises UsageError where there is none."""
    from contextlib import closing

    with closing(kept_store(config)) as opened:
        frozen = opened.edition(config.newsletter.slug, date)
    if frozen is None:
        which, command = (f"of {date}", "backfill") if date else ("yet", "run")
        raise UsageError(f"there is no edition {which}; `digest {command}` makes one")
    return frozen
