"""A backup of all that a database has: a SQLite file, or the lines of an export.

A copy of a SQLite file is the quickest to make and to put back. PostgreSQL has no such file; what
its own programs copy only the same version of them reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from digest.errors import StoreError
from digest.store.copying import copy_to_file
from digest.store.database import Database, SqliteDatabase, database
from digest.store.engine import open_store
from digest.store.exporting import exported, newsletters
from digest.store.whole import whole_file


def back_up(
    url: str,
    file: Path,
    at: dt.datetime,
    *,
    replace: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write a backup of the database at a URL, as it is at one moment; its size in bytes.

    Raises StoreError where the database or the copy of it is damaged, or where there is no room;
    then there is no such file, or the one that was there before.
    """
    place = database(url)
    with whole_file(file, replace=replace) as part:
        if isinstance(place, SqliteDatabase):
            copy_out(place, part, progress)
        else:
            _write_lines(url, part, at, progress)
        return part.stat().st_size


def copy_out(place: SqliteDatabase, part: Path, progress: Callable[[str], None]) -> None:
    """Copy a SQLite database, whichever program's version it is, into an empty file."""
    try:
        with closing(place.connect()) as source:
            if place.version(source) is None:
                raise StoreError(f"{place.name} is empty: there is nothing to back up")
            copy_to_file(source, part, progress)
    except place.errors as error:
        raise _trouble(place, part, error) from error


def _trouble(place: Database, part: Path, error: BaseException) -> StoreError:
    if "disk is full" in str(error):
        return StoreError(f"{part} cannot be written: there is no room for it")
    return place.trouble(error)


def _write_lines(url: str, part: Path, at: dt.datetime, progress: Callable[[str], None]) -> None:
    with closing(open_store(url, progress)) as store:
        write_lines(part, exported(store, newsletters(store), at, progress))


def write_lines(file: Path, texts: Iterable[bytes]) -> None:
    """Write lines to a file, one after another."""
    with file.open("wb") as target:
        target.writelines(texts)
