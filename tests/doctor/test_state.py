"""The database, looked at as it stands."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.doctor import judging
from digest.doctor.findings import Finding, State
from digest.store.database import database
from digest.store.engine import SqlStore, open_store, schema_version
from tests.doctor.conftest import NOW, looked_at
from tests.home import Home
from tests.store.old import make_old

MONDAY = "2026-03-02T07:30:00Z"


@pytest.fixture
def kept(home: Home) -> Iterator[SqlStore]:
    """The store of a newsletter without editions."""
    with closing(open_store(f"sqlite:///{home.folder}/state/digest.db")) as store:
        yield store


def states(found: list[Finding]) -> list[tuple[str, State]]:
    return [(one.check, one.state) for one in found]


def test_a_database_that_is_not_there_is_not_made(home: Home) -> None:
    assert states(looked_at(home, "", "database")) == [("database", State.SKIPPED)]
    assert not (home.folder / "state").exists()


@pytest.mark.usefixtures("kept")
def test_a_database_that_is_whole_is_told_so(home: Home) -> None:
    found = looked_at(home, "", "database")
    assert states(found) == [("database", State.OK)] * 2
    assert "MB and schema" in found[0].found


def test_damage_is_found_and_how_to_mend_it_is_said(home: Home) -> None:
    home.run(now=MONDAY)
    file = home.folder / "state" / "digest.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(file.read_bytes())
    for page in range(3, len(content) // size, 4):
        content[page * size : page * size + 64] = b"\xff" * 64
    file.write_bytes(content)
    damaged = [one for one in looked_at(home, "", "database") if one.state is State.PROBLEM]
    assert damaged
    assert "damaged" in damaged[0].found
    file.write_bytes(b"no database" * 1000)
    [found] = looked_at(home, "", "database")
    assert (found.state, "damaged" in found.found) == (State.PROBLEM, True)
    assert "restore it from a backup" in found.found + found.do


def test_an_older_database_is_told_and_left_as_it_is(home: Home) -> None:
    url = f"sqlite:///{home.folder}/state/digest.db"
    make_old(url, "0003")
    for check in ("database", "letter", "sources"):
        found = looked_at(home, "", check)
        assert all(one.state is not State.PROBLEM for one in found)
        assert schema_version(database(url)) == "0003"
    [first, *_] = looked_at(home, "", "database")
    assert (first.state, "has schema 0003" in first.found) == (State.WARNING, True)


@pytest.mark.usefixtures("kept")
def test_a_newer_database_wants_a_newer_program(home: Home) -> None:
    with closing(sqlite3.connect(home.folder / "state" / "digest.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    [first, *_] = looked_at(home, "", "database")
    assert (first.state, first.do.startswith("upgrade")) == (State.PROBLEM, True)


def test_delivery_that_is_stopped_is_a_problem(home: Home, kept: SqlStore) -> None:
    kept.pause("daily-papers", "our content is refused", NOW)
    *_, found = looked_at(home, "", "database")
    assert (found.check, found.state) == ("delivery", State.PROBLEM)
    assert "our content is refused" in found.found


def test_a_day_without_a_run_is_a_problem(home: Home) -> None:
    assert states(looked_at(home, "", "runs")) == [("runs", State.SKIPPED)]
    home.run(now=MONDAY)
    tuesday = NOW + dt.timedelta(hours=26)
    assert states(looked_at(home, "", "runs", now=tuesday)) == [("runs", State.OK)]
    late = tuesday + dt.timedelta(minutes=1)
    [found] = looked_at(home, "", "runs", now=late)
    assert (found.state, found.do) == (State.PROBLEM, "digest run")
    assert found.found.startswith("no run since 2026-03-02 07:30 UTC: is cron, ")
    home.run("--poll", now=tuesday.isoformat())
    assert states(looked_at(home, "", "runs", now=late)) == [("runs", State.OK)]


def test_days_without_editions_need_no_run() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    friday = dt.datetime(2026, 3, 6, 7, 30, tzinfo=zone)
    for hours, state in [(73, State.OK), (75, State.PROBLEM), (-1, State.OK)]:
        now = friday + dt.timedelta(hours=hours)
        assert judging.runs(friday, now, zone, range(5)).state is state
    assert judging.runs(friday, friday + dt.timedelta(hours=73), zone, range(7)).wrong


def test_a_server_s_database_is_asked_for_its_version(
    home: Home, postgresql_url: str, tmp_path: Path
) -> None:
    environ = {"DIGEST_STATE__URL": postgresql_url}
    empty, version = looked_at(home, "", "database", environ=environ)
    assert (empty.state, "is empty" in empty.found) == (State.OK, True)
    assert version.found.startswith("PostgreSQL ")
    nowhere = f'[state]\nurl = "postgresql:///papers?host={tmp_path}"\n'
    [found] = looked_at(home, nowhere, "database")
    assert (found.state, "cannot be used" in found.found) == (State.PROBLEM, True)
