"""The database: whether it can be reached, is whole, of this version, delivers, and gets runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from digest import wiring
from digest.config import Config
from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem, skipped, warning
from digest.errors import StoreError
from digest.store.database import HEAD, RESTORE, Database, SqliteDatabase, database
from digest.store.engine import schema_version

_FAULTS = 3  # that are told of a damaged file
_LONG_WAL = 100_000_000  # bytes; SQLite begins anew at 4 MB where it can


def state(case: Case) -> Iterator[Finding]:
    """The database, as it stands: it is neither made nor brought up to date."""
    place = database(case.config.state_url)
    if not place.exists():
        yield skipped("database", "there is none yet", "digest run makes it")
        return
    try:
        with closing(place.connect(autocommit=True)) as connection:
            size = f"{place.size(connection) / 1e6:,.1f} MB"
            yield _version(place, place.version(connection), size)
            if isinstance(place, SqliteDatabase):
                yield from _file(place, connection)
            else:
                (version,) = connection.execute("SHOW server_version").fetchone()
                yield ok("database", f"PostgreSQL {version} answers")
    except place.errors as error:
        raise place.trouble(error) from None
    if is_ready(case.config):
        yield from _delivery(case.config)


def runs(case: Case) -> Iterator[Finding]:
    """Whether something begins the runs, as the newest of them tells, be it a poll."""
    newsletter = case.config.newsletter
    told = _overview(case.config)["runs"] if is_ready(case.config) else []
    if told:
        last = dt.datetime.fromisoformat(told[0]["at"])
        yield judging.runs(last, case.now, newsletter.timezone, newsletter.days)
    else:
        yield skipped("runs", "none is known of", "digest run")


def is_ready(config: Config) -> bool:
    """Whether there is a database that can be asked without changing it."""
    place = database(config.state_url)
    with suppress(StoreError):
        return place.exists() and schema_version(place) == HEAD
    return False


def _version(place: Database, version: str | None, size: str) -> Finding:
    if version is None:
        return ok("database", f"{place.name} is empty; digest run makes its tables")
    if version > HEAD:
        found = f"{place.name} has schema {version}, newer than this program's {HEAD}"
        return problem("database", found, "upgrade Papertide, or restore an older backup")
    if version < HEAD:
        found = f"{place.name} has schema {version}; the next command brings it to {HEAD}"
        return warning("database", found, "make a backup before that")
    return ok("database", f"{place.name} has {size} and schema {version}")


def _file(place: SqliteDatabase, connection: Any) -> Iterator[Finding]:
    """A SQLite file: all its pages are read. https://sqlite.org/pragma.html#pragma_quick_check."""
    told = [row[0] for row in connection.execute(f"PRAGMA quick_check({_FAULTS})").fetchall()]
    if told == ["ok"]:
        yield ok("database", "its file is whole")
    else:
        yield problem("database", f"{place.name} is damaged: {', '.join(told)}", RESTORE)
    wal = Path(f"{place.path}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > _LONG_WAL:
        found = f"{wal} has {size / 1e6:,.0f} MB: some program reads the database without end"
        yield warning("database", found, "end that program, or restart digest serve")


def _delivery(config: Config) -> Iterator[Finding]:
    if paused := _overview(config)["paused"]:
        found = f"delivery is stopped: {paused}"
        yield problem("delivery", found, "mend it, then: digest deliver --force")


def _overview(config: Config) -> dict[str, Any]:
    with closing(wiring.journal(config)) as journal:
        return journal.overview(config.newsletter.slug, runs=1)
