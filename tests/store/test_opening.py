"""A store is made, migrated or refused, and every refusal says what to do."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.store.database import HEAD, database
from digest.store.engine import SqlStore, open_store
from digest.store.journal import open_journal
from digest.store.schema import STEPS
from tests.store.records import a_paper, day, publish, rows


def test_head_is_where_the_last_step_leads() -> None:
    assert list(STEPS) == sorted(STEPS)
    assert max(STEPS) == HEAD


def test_tables_that_are_all_key_have_no_row_ids(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    made = rows(sqlite_url, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    made = [(name, sql) for name, sql in made if not name.startswith("listed_words")]  # FTS5's
    small = {name for name, sql in made if "WITHOUT ROWID" in sql}
    assert small == {
        *("alias", "seen", "sighting", "revision", "feed", "visit", "pace", "machine_summary"),
        *("suppression", "delivery", "account", "sending", "heard", "link", "linked"),
    }


def test_a_store_opened_again_holds_what_it_held(url: str) -> None:
    with closing(open_store(url)) as store:
        publish(store, a_paper(1))
    with closing(open_store(url)) as store:
        assert store.edition_dates("daily") == [day(1)]


def test_stores_opened_at_once_make_the_tables_once(url: str) -> None:
    together = threading.Barrier(4, timeout=30)
    answers: list[object] = []

    def work() -> None:
        together.wait()
        try:
            with closing(open_store(url)) as store:
                answers.append(store.edition_dates("daily"))
        except StoreError as error:
            answers.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[]] * 4


def test_a_sqlite_store_keeps_what_it_committed_through_a_power_cut(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store, store.reading() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        answers = [connection.value(f"PRAGMA {name}") for name in pragmas]
    assert answers == ["wal", 2, 1]


def test_a_newer_schema_is_refused(store: SqlStore, url: str) -> None:
    with store.writing() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"schema 9999, newer than .*upgrade Papertide"):
        open_store(url)


def test_a_schema_that_no_migration_knows_is_refused(store: SqlStore, url: str) -> None:
    with store.writing() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreError, match=r"cannot be brought up to date.*backup"):
        open_store(url)


def test_the_tables_of_another_program_are_left_alone(url: str) -> None:
    database(url).make()
    with closing(database(url).connect(autocommit=True)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(StoreError, match="newsletter"):
        open_store(url)
    assert rows(url, "SELECT version_num FROM alembic_version") == [("0001",)]


@pytest.mark.parametrize("damage", ["garbage", "cut", "flipped"])
def test_a_damaged_file_is_refused_and_left_as_it_is(sqlite_url: str, damage: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        publish(store, a_paper(1))
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    broken = {
        "garbage": b"this is no database" * 99,
        "cut": whole[: len(whole) // 2],
        "flipped": bytes(255 - byte for byte in whole[:4096]) + whole[4096:],
    }[damage]
    file.write_bytes(broken)
    for door in (open_store, lambda url: open_journal(url).has_edition("daily", day(1))):
        with pytest.raises(StoreError, match=r"digest\.db is damaged.*restore it from a backup"):
            door(sqlite_url)
    assert file.read_bytes() == broken


def test_a_folder_in_the_place_of_the_file_is_refused(sqlite_url: str) -> None:
    Path(sqlite_url.removeprefix("sqlite:///")).mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(sqlite_url)


def test_a_file_in_the_place_of_the_folder_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(sqlite_url)


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "mysql://me:hush@host/db", "x"])
def test_a_url_of_no_known_kind_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"state\.url: must be sqlite:///PATH or postgresql://"):
        database(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush@127.0.0.1:1/db",
        "postgresql://me@127.0.0.1:1/db?password=hush",
        "postgresql://me:hush@[bad/db",
        "postgresql://me:hush@127.0.0.1:port/db",
        "postgresql+psycopg://me:hush@nowhere.invalid/db",
        "mysql://me:hush@127.0.0.1/db",
    ],
)
def test_no_error_shows_a_password(url: str) -> None:
    for door in (open_store, lambda url: open_journal(url).unfinished("daily")):
        with pytest.raises(StoreError) as caught:
            door(url)
        assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_postgresql_without_its_driver_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from digest.errors import StoreError\n"
        "from digest.store.engine import open_store\n"
        "try: open_store('postgresql://localhost/digest')\n"
        "except StoreError as error: print(error)"
    )
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "papertide[postgresql]" in child.stdout
