"""The machine: its time zones, where it may write, and how much room there is."""

from __future__ import annotations

import os
import shutil
import tempfile
import zoneinfo
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem
from digest.store.database import SqliteDatabase, database

_PROBE = b"\0" * 4096


def zone(case: Case) -> Iterator[Finding]:
    """The newsletter's time zone, how old the rules for it are, and the zone that cron goes by."""
    here = case.config.newsletter.timezone
    yield judging.zones(case.now, here, case.now.astimezone(), _zone_data())


def _zone_data() -> str:
    """The version of the time zones in use, such as 2026b; "" where it is not told."""
    for folder in zoneinfo.TZPATH:
        if (Path(folder) / "UTC").exists():
            try:
                with (Path(folder) / "tzdata.zi").open(encoding="ascii") as file:
                    return file.readline().removeprefix("# version").strip()
            except (OSError, UnicodeDecodeError):
                return ""
    from importlib.metadata import version

    return version("tzdata")


def access(case: Case) -> Iterator[Finding]:
    """Whether what is to be written can be."""
    places = _places(case)
    faults = [finding for place in places for finding in _faults(place)]
    yield from faults or [ok("access", f"can be written: {', '.join(one.key for one in places)}")]


def disk(case: Case) -> Iterator[Finding]:
    """Whether there is room on each disk that is written to."""
    folders = [_there(place.folder) for place in _places(case)]
    for folder in {one.stat().st_dev: one for one in reversed(folders)}.values():
        yield judging.room(str(folder), shutil.disk_usage(folder).free, _size(case))


def _size(case: Case) -> int:
    """The bytes of a SQLite file; 0 for a database of another machine, and for none."""
    place = database(case.config.state_url)
    is_file = isinstance(place, SqliteDatabase) and place.exists()
    return place.path.stat().st_size if isinstance(place, SqliteDatabase) and is_file else 0


class _Place(NamedTuple):
    """Where something is written, and the key that names it."""

    key: str
    folder: Path
    files: tuple[Path, ...] = ()  # in it, that are written again and again


def _places(case: Case) -> list[_Place]:
    config = case.config
    places = [_Place("archive.path", config.archive_path)]
    place = database(config.state_url)
    if isinstance(place, SqliteDatabase):
        files = (place.path, Path(f"{place.path}.sent.json"))
        places.append(_Place("state.url", place.path.parent, files))
    scheme, _, rest = config.mail.transport.partition(":")
    if scheme == "maildir":
        places.append(_Place("mail.transport", Path(rest)))
    return places


def _there(folder: Path) -> Path:
    """The nearest folder that is there: itself, or that in which it will be made."""
    return next(one for one in (folder, *folder.parents) if _is_dir(one))


def _is_dir(place: Path) -> bool:
    with suppress(OSError):  # of a folder that this user may not look into
        return place.is_dir()
    return False


def _faults(place: _Place) -> Iterator[Finding]:
    """What keeps a place from being written, tried without leaving anything behind."""
    do = "make it writable for this user, or name another"
    if fault := _fault(place.folder):
        yield problem("access", f"{place.key}: {place.folder} cannot be written: {fault}", do)
        return
    for file in place.files:
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            yield problem("access", f"{place.key}: {file} cannot be written", do)


def _fault(folder: Path) -> str:
    there = _there(folder)
    beside = there if there == folder else there / folder.relative_to(there).parts[0]
    try:
        if beside.exists() and beside != there:
            return f"{beside} is a file"
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(_PROBE)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""
