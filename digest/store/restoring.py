"""A backup takes a database's place: the old one or the new one is there, whole, at any moment."""

from __future__ import annotations

import datetime as dt
import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import chain, count
from pathlib import Path
from typing import IO, NamedTuple

from digest.errors import Held, StoreError
from digest.failpoint import failpoint
from digest.store import past
from digest.store.backup import copy_out
from digest.store.copying import MAGIC, copy, copy_to_file, is_damage, opened
from digest.store.database import HEAD, SqliteDatabase, database
from digest.store.engine import SqlStore, open_store, schema_version
from digest.store.exporting import newsletters
from digest.store.importing import imported
from digest.store.times import from_seconds
from digest.store.whole import sync, whole_file

Progress = Callable[[str], None]

_BY_FORCE = "`digest restore --force` replaces it all the same, and keeps it beside"


class Restored(NamedTuple):
    """What a restore came to."""

    newsletters: list[str]
    uncertain: int  # deliveries that were open
    ended: int  # readers who had left, or the like, by the database that was replaced
    replaced: Path | None  # what was there before


def restore(
    url: str, file: Path, now: dt.datetime, *, force: bool, progress: Progress = lambda _: None
) -> Restored:
    """Put a backup in the place of the database at a URL.

    Raises Held where that knows more than the backup and it is not forced, StoreError where it is
    in use, or the backup cannot be read.
    """
    place, head = database(url), _head(file)
    if head.startswith(b'{"kind":"head"'):
        return take_in(url, file, now, progress=progress)
    if not head.startswith(MAGIC):
        raise StoreError(f"{file} is no backup: neither a SQLite database nor an export")
    if not isinstance(place, SqliteDatabase):
        raise StoreError(
            f"{file} is a SQLite database; restore it where state.url is one, then move it here by"
            " `digest export` and `digest import`"
        )
    place.make()
    with _alone(place), _workshop(place) as folder:
        return _restored(place, file, folder / place.path.name, now, force=force, progress=progress)


def take_in(
    url: str, file: Path, now: dt.datetime, *, only: str = "", progress: Progress = lambda _: None
) -> Restored:
    """Take in the lines of an export, all or none; see `imported`."""
    uncertain = 0
    with (
        _named(file),
        file.open("rb") as texts,
        closing(open_store(url, progress)) as store,
        store.writing() as connection,
    ):
        told = imported(connection, texts, only, progress)
        for slug in told:
            uncertain += past.doubt_open(connection, slug, now)
    return Restored(list(told), uncertain, 0, None)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error
    except StoreError as error:
        raise StoreError(f"{file}: {error}; nothing was imported") from error


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            return source.read(len(MAGIC))
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error


def _restored(
    place: SqliteDatabase,
    file: Path,
    new: Path,
    now: dt.datetime,
    *,
    force: bool,
    progress: Progress,
) -> Restored:
    with opened(file) as source:
        copy_to_file(source, new, progress)
    with closing(open_store(f"sqlite:///{new}", progress)) as early:
        ended = _learnt(place, early, file, now, force=force)
        slugs = newsletters(early)
        with early.writing() as connection:
            uncertain = sum(past.doubt_open(connection, slug, now) for slug in slugs)
    beside = _beside(place, now)
    if ended is None or not _written_over(place, new, beside, progress):
        _take_place(place, new, beside)
    return Restored(slugs, uncertain, ended or 0, beside if beside.exists() else None)


def _beside(place: SqliteDatabase, now: dt.datetime) -> Path:
    """Where what was there before is kept: a file that is not there yet."""
    stem = f"{place.path.name}.replaced-{now:%Y%m%dT%H%M%SZ}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    files = (place.path.with_name(name) for name in names)
    return next(file for file in files if not file.exists())


def _learnt(
    place: SqliteDatabase, early: SqlStore, file: Path, now: dt.datetime, *, force: bool
) -> int | None:
    """Let the new database know what it must of the old one: how many readers have left since.

    None where there is no old one, or it is damaged. Raises Held.
    """
    if not place.path.exists() or not place.path.stat().st_size:
        return None
    try:
        if (schema_version(place) or "") > HEAD:
            if not force:
                raise Held(f"the database is of a newer program; {_BY_FORCE}")
            return 0
        with closing(open_store(f"sqlite:///{place.path}")) as late:
            newest, known = past.latest(late), past.latest(early)
            if newest > known and not force:
                raise Held(
                    f"the database knows what happened until {_minute(newest)}, and {file} until"
                    f" {_minute(known)} alone; {_BY_FORCE}"
                )
            return past.carry_over(late, early, now)
    except StoreError as error:
        if is_damage(error):
            return None
        raise


def _minute(seconds: int) -> str:
    return f"{from_seconds(seconds):%Y-%m-%d %H:%M} UTC"


def _written_over(place: SqliteDatabase, new: Path, beside: Path, progress: Progress) -> bool:
    """Write the new database into the old one, in one transaction, so that who has it open stays
    right; a copy of what was there is kept. False where it is damaged.
    """
    try:
        with whole_file(beside, replace=False) as part:
            copy_out(place, part, progress)
        with opened(new) as source, closing(place.connect()) as target:
            copy(source, target, progress)
        failpoint("after-restore")
    except place.errors as error:
        raise place.trouble(error) from error
    except StoreError as error:
        if is_damage(error):
            return False
        raise
    return True


def _take_place(place: SqliteDatabase, new: Path, beside: Path) -> None:
    """Let the new database take the place of one that is damaged or gone.

    The journal of that would spoil the new one. Dying here leaves no database, which is noticed.
    """
    for tail in ("", "-wal", "-shm"):
        old = Path(f"{place.path}{tail}")
        if old.exists():
            old.replace(f"{beside}{tail}")
    sync(new)
    failpoint("before-restore")
    new.replace(place.path)
    sync(new.parent.parent)


@contextmanager
def _alone(place: SqliteDatabase) -> Iterator[None]:
    """Hold all locks beside a database: those of runs, of senders and of another restore."""
    with ExitStack() as held:
        mine = place.try_lock(".restore")  # no slug begins so
        names = place.path.parent.glob(f"{place.path.name}.*.lock")
        others = [_lock(name) for name in names if not name.name.endswith("..restore.lock")]
        for lock in (mine, *others):
            if lock:
                held.callback(lock.close)
        if not all((mine, *others)):
            raise StoreError(
                f"{place.name} is in use by a run or a delivery; let it end, or end it, then"
                " restore"
            )
        yield


def _lock(file: Path) -> IO[bytes] | None:
    held = file.open("rb")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        return None
    return held


@contextmanager
def _workshop(place: SqliteDatabase) -> Iterator[Path]:
    """A folder beside a database, for its owner alone, without what a death left in it."""
    folder = place.path.with_name(f"{place.path.name}.restoring")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"nothing can be restored in {folder.parent}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
