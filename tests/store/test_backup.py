"""Backups are whole and of one moment, and take a database's place whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import Held, StoreError, UsageError
from digest.model.deliveries import DeliveryState
from digest.model.readers import Consent
from digest.store.backup import back_up
from digest.store.database import HEAD
from digest.store.engine import open_store
from digest.store.exporting import exported
from digest.store.lock import newsletter_lock
from digest.store.restoring import Restored, restore
from digest.store.senders import sender_slot
from digest.store.witness import witness
from digest.subscribe import rules
from tests.store.full import fill
from tests.store.old import write
from tests.store.records import NOW, a_paper, at, claim, day, publish, rows, settle, subscribe


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def content(url: str) -> bytes:
    with closing(open_store(url)) as store:
        return b"".join(exported(store, ["daily"], NOW))


def put_back(url: str, file: Path, *, force: bool = False) -> Restored:
    return restore(url, file, at(days=9), force=force)


def test_a_backup_is_of_one_moment_however_much_is_written_meanwhile(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Readers come in pairs, so that half a transaction would show."""
    stopped, written = threading.Event(), threading.Event()
    with closing(open_store(sqlite_url)) as store:
        subscribe(store, *(f"early{number}@example.org" for number in range(2_000)))

    def work() -> None:
        with closing(open_store(sqlite_url)) as store:
            number = 0
            while not stopped.is_set():
                number += 1
                with store.writing() as connection:
                    for side in "ab":
                        connection.execute(
                            "INSERT INTO heard (report, day) VALUES (?, 1)", f"{number}{side}"
                        )
                written.set()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for number in range(4):
            written.clear()
            assert written.wait(30)
            file = tmp_path / f"{number}.db"
            back_up(sqlite_url, file, NOW, progress=lambda _: written.wait(1) and None)
            with closing(sqlite3.connect(file)) as connection:
                assert connection.execute("SELECT count(*) % 2 FROM heard").fetchone() == (0,)
    finally:
        stopped.set()
        writer.join()


def test_a_backup_is_one_file_that_its_owner_alone_reads(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    size = back_up(sqlite_url, folder / "today", NOW)
    assert [file.name for file in folder.iterdir()] == ["today"]
    told = (folder / "today").stat()
    assert (told.st_size, stat.S_IMODE(told.st_mode)) == (size, 0o600)
    folder.chmod(0o500)  # nothing needs to be written beside it
    assert content(f"sqlite:///{folder}/today") == content(sqlite_url)
    folder.chmod(0o700)


def test_a_backup_replaces_no_file_unless_asked(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    file = tmp_path / "backup"
    file.write_text("something else")
    with pytest.raises(UsageError, match=r"backup exists: name another, or replace it by --force"):
        back_up(sqlite_url, file, NOW)
    assert file.read_text() == "something else"
    back_up(sqlite_url, file, NOW, replace=True)
    assert file.read_bytes().startswith(b"SQLite")
    with pytest.raises(UsageError, match="is a folder"):
        back_up(sqlite_url, tmp_path, NOW)
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        back_up(sqlite_url, tmp_path / "none" / "backup", NOW)


def test_a_damaged_database_makes_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    damage(path_of(sqlite_url))
    file = tmp_path / "backup"
    file.write_text("the last good one")
    with pytest.raises(StoreError, match="damaged"):
        back_up(sqlite_url, file, NOW, replace=True)
    assert file.read_text() == "the last good one"
    assert not list(tmp_path.glob("*.part"))


def damage(file: Path) -> None:
    """Write over all pages of a table."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'reader'"
        ).fetchone()[0]
    with file.open("r+b") as target:
        target.seek((page - 1) * 4096)
        target.write(b"\xff" * 4096)


def test_a_backup_brings_everything_back(url: str, sqlite_url: str, tmp_path: Path) -> None:
    fill(url)
    with closing(open_store(url)) as store:
        for number in (1, 2):
            for edition in store.editions_of("daily", day(number)):
                store.skip(edition, None, "", NOW)  # so that nothing is in doubt
        with store.writing() as connection:
            connection.execute(
                "UPDATE delivery SET state = 'sent', next_try = NULL, lease_until = NULL"
            )
            connection.execute("UPDATE sign_up SET next_try = NULL")
    before = content(url)
    file = tmp_path / "backup"
    back_up(url, file, NOW)
    fresh = f"sqlite:///{tmp_path}/fresh/digest.db"
    done = put_back(fresh, file)
    assert done == Restored(["daily"], 0, 0, None)
    assert content(fresh) == before


def two_days(url: str, tmp_path: Path) -> Path:
    """A backup of the first day, and a second day that it does not know."""
    with closing(open_store(url)) as store:
        subscribe(store, "leaves@example.org", "is-erased@example.org", "stays@example.org")
        publish(store, a_paper(1), readers=["fixed@example.org"])
        settle(store, *claim(store, limit=1))
        file = tmp_path / "backup"
        back_up(url, file, NOW)
        settle(store, *claim(store))
        publish(store, a_paper(2), date=day(2))
        left = ("leaves@example.org", rules.left)
        erased = ("is-erased@example.org", rules.erased)
        store.revise("daily", [left, erased], at(days=1))
        witness(url).note("daily", store.closed("daily"))
    return file


def test_a_database_that_knows_more_is_replaced_by_force_alone_and_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = two_days(sqlite_url, tmp_path)
    before = content(sqlite_url)
    with pytest.raises(Held, match=r"until 2026-03-03 07:30 UTC, .* --force"):
        put_back(sqlite_url, file)
    assert content(sqlite_url) == before
    done = put_back(sqlite_url, file, force=True)
    assert done.replaced
    assert done.replaced.name == "digest.db.replaced-20260311T073000Z"
    assert content(f"sqlite:///{done.replaced}") == before
    assert not list(path_of(sqlite_url).parent.glob("*restoring*"))
    with closing(open_store(sqlite_url)) as store:
        assert store.edition_dates("daily") == [day(1)]


def test_what_was_open_in_a_backup_is_never_sent_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    file = two_days(sqlite_url, tmp_path)
    done = put_back(sqlite_url, file, force=True)
    assert done.uncertain == 3
    with closing(open_store(sqlite_url)) as store:
        assert not store.due("daily", at(days=9))
        [edition] = store.uncertain("daily")
        assert store.reopen(edition, DeliveryState.UNCERTAIN) == 3


def test_what_was_open_to_a_channel_is_never_posted_by_itself(
    sqlite_url: str, tmp_path: Path
) -> None:
    with closing(open_store(sqlite_url)) as store:
        publish(store, a_paper(1), channels=["lab"])
        number = store.channels("daily")["lab"]
        file = tmp_path / "backup"
        back_up(sqlite_url, file, NOW)
        settle(store, *claim(store, channel=number), now=at(days=1))
    done = put_back(sqlite_url, file, force=True)
    assert done.uncertain == 1
    with closing(open_store(sqlite_url)) as store:
        assert store.channels("daily") == {"lab": number}
        assert not store.due("daily", at(days=9), channel=number)
        [edition] = store.uncertain("daily")
        assert store.reopen(edition, DeliveryState.UNCERTAIN) == 1
        assert store.due("daily", at(days=9), channel=number) == [edition]


def test_who_left_or_was_erased_since_a_backup_stays_so(sqlite_url: str, tmp_path: Path) -> None:
    file = two_days(sqlite_url, tmp_path)
    assert put_back(sqlite_url, file, force=True).ended == 2
    with closing(open_store(sqlite_url)) as store:
        left = store.find("daily", "leaves@example.org")
        assert left
        assert left.state is Consent.LEFT
        assert store.find("daily", "is-erased@example.org") is None
        assert store.is_suppressed("daily", "is-erased@example.org")
        stays = store.find("daily", "stays@example.org")
        assert stays
        assert stays.state is Consent.ACTIVE


def test_who_has_the_database_open_sees_what_was_restored(sqlite_url: str, tmp_path: Path) -> None:
    with closing(open_store(sqlite_url)) as store:
        file = two_days(sqlite_url, tmp_path)
        assert len(store.edition_dates("daily")) == 2
        put_back(sqlite_url, file, force=True)
        assert len(store.edition_dates("daily")) == 1
        publish(store, a_paper(3), date=day(3))
    assert len(rows(sqlite_url, "SELECT 1 FROM edition")) == 2


def test_two_restores_of_one_second_keep_both_that_they_replace(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = two_days(sqlite_url, tmp_path)
    before = content(sqlite_url)
    first = put_back(sqlite_url, file, force=True).replaced
    between = content(sqlite_url)
    second = put_back(sqlite_url, file, force=True).replaced
    assert (content(f"sqlite:///{first}"), content(f"sqlite:///{second}")) == (before, between)


@pytest.mark.parametrize("lock", [newsletter_lock, sender_slot])
def test_a_database_at_work_is_not_replaced(
    sqlite_url: str, tmp_path: Path, lock: Callable[..., object]
) -> None:
    file = two_days(sqlite_url, tmp_path)
    with (
        lock(sqlite_url, "daily"),  # type: ignore[attr-defined] # both are context managers
        pytest.raises(StoreError, match="is in use by a run or a delivery"),
    ):
        put_back(sqlite_url, file, force=True)
    put_back(sqlite_url, file, force=True)


def nothing(file: Path) -> None:
    file.unlink()


def no_database(file: Path) -> None:
    file.write_bytes(b"nonsense" * 10_000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [damage, nothing, no_database, empty])
def test_what_is_damaged_or_gone_is_replaced_without_a_question(
    sqlite_url: str, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = two_days(sqlite_url, tmp_path)
    spoil(path_of(sqlite_url))
    spoilt = path_of(sqlite_url).read_bytes() if path_of(sqlite_url).exists() else None
    done = put_back(sqlite_url, file)
    kept = done.replaced.read_bytes() if done.replaced else None
    assert (kept and kept[100:]) == (spoilt and spoilt[100:])  # its head says who opened it last
    with closing(open_store(sqlite_url)) as store:
        assert store.edition_dates("daily") == [day(1)]


def test_a_database_of_a_newer_program_is_replaced_by_force(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = two_days(sqlite_url, tmp_path)
    write(sqlite_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Held, match=r"of a newer program; .* --force"):
        put_back(sqlite_url, file)
    put_back(sqlite_url, file, force=True)
    assert rows(sqlite_url, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_backup_of_a_newer_program_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    file = two_days(sqlite_url, tmp_path)
    write(f"sqlite:///{file}", "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this program's"):
        put_back(sqlite_url, file, force=True)
    assert len(rows(sqlite_url, "SELECT 1 FROM edition")) == 2


@pytest.mark.parametrize("text", [b"", b"no backup at all", b"SQLite format 3\0" + b"x" * 9_000])
def test_what_is_no_backup_is_refused(sqlite_url: str, tmp_path: Path, text: bytes) -> None:
    two_days(sqlite_url, tmp_path)
    before = content(sqlite_url)
    file = tmp_path / "no backup"
    file.write_bytes(text)
    with pytest.raises(StoreError, match="no backup"):
        put_back(sqlite_url, file, force=True)
    assert content(sqlite_url) == before


def test_a_damaged_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    file = two_days(sqlite_url, tmp_path)
    before = content(sqlite_url)
    damage(file)
    with pytest.raises(StoreError, match="damaged"):
        put_back(sqlite_url, file, force=True)
    assert content(sqlite_url) == before


def test_a_server_s_backup_goes_into_a_database_without_its_newsletters(
    postgresql_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    fill(postgresql_url)
    fill_other = "second"
    with closing(open_store(postgresql_url)) as store:
        publish(store, a_paper(7), newsletter=fill_other)
    file = tmp_path / "backup"
    back_up(postgresql_url, file, NOW)
    with pytest.raises(StoreError, match="has the newsletter daily already"):
        put_back(postgresql_url, file, force=True)
    done = put_back(sqlite_url, file)
    assert done.newsletters == ["daily", "second"]
    assert done.uncertain == 5  # one of them to a channel


def test_a_sqlite_backup_is_not_for_a_server(
    postgresql_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    file = two_days(sqlite_url, tmp_path)
    with pytest.raises(StoreError, match="`digest export` and `digest import`"):
        put_back(postgresql_url, file)
