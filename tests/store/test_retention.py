"""What is kept for some time is forgotten then, and what a guarantee needs is not."""

from __future__ import annotations

from contextlib import closing

from digest.config import RetentionConfig
from digest.model.deliveries import DeliveryState
from digest.model.readers import Consent
from digest.model.runs import RunReport, RunStatus
from digest.store import retention
from digest.store.database import database
from digest.store.engine import SqlStore, open_store
from digest.store.journal import open_journal
from digest.subscribe import rules
from tests.store.full import fill
from tests.store.old import write
from tests.store.records import (
    NOW,
    a_paper,
    at,
    claim,
    day,
    decision_on,
    publish,
    rows,
    settle,
    subscribe,
    the_edition,
)

MONTH = RetentionConfig(deliveries=30, former_readers=30, runs=30)
FOR_EVER = RetentionConfig(deliveries=0, former_readers=0, runs=0)
READERS = ["one@example.org", "two@example.org", "three@example.org"]


def forget(store: SqlStore, kept: RetentionConfig = MONTH, **later: float) -> dict[str, int]:
    forgotten = retention.forget(store, "daily", kept, at(**later))
    return {what: count for what, count in forgotten.items() if count}


def test_deliveries_go_and_the_books_stay(url: str, store: SqlStore) -> None:
    for number, date in enumerate((day(1), day(20))):
        publish(store, a_paper(number), readers=READERS, date=date, channels=["lab"])
        edition = the_edition(store, date=date)
        settle(store, *claim(store, edition))
        settle(store, *claim(store, edition, channel=store.channels("daily")["lab"]))
    with closing(open_journal(url)) as journal:
        before = journal.overview("daily")
        assert forget(store, days=30) == {}
        assert forget(store, days=31) == {"deliveries": 4}
        assert forget(store, days=31) == {}
        after = journal.overview("daily")
    assert {**after, "bytes": 0} == {**before, "bytes": 0}
    assert before["books"]["sent"] == 8
    assert before["channels"]["lab"]["date"] == f"{day(20)}"
    assert rows(url, "SELECT DISTINCT edition FROM delivery") == [(2,)]
    assert store.close_books(the_edition(store))["sent"] == 4
    assert [one.deliveries for one in store.closed("daily")] == [4, 4]


def test_a_channel_outlives_what_it_got(url: str, store: SqlStore) -> None:
    publish(store, a_paper(1), channels=["lab", "open"])
    numbers = store.channels("daily")
    settle(store, *claim(store, channel=numbers["lab"]))
    assert forget(store, days=400) == {}, "one is still to be delivered"
    settle(store, *claim(store, channel=numbers["open"]))
    assert forget(store, days=400) == {"deliveries": 2}
    assert store.channels("daily") == numbers
    with closing(open_journal(url)) as journal:
        assert journal.overview("daily")["channels"] == {}
    publish(store, a_paper(2), date=day(400), channels=["lab"])
    later = the_edition(store, date=day(400))
    assert len(claim(store, later, channel=numbers["lab"])) == 1


def test_what_is_still_to_be_delivered_stays_however_old(store: SqlStore) -> None:
    publish(store, a_paper(1), readers=READERS)
    settle(store, *claim(store, limit=2))
    assert forget(store, days=400) == {}
    assert len(claim(store, now=at(days=400))) == 1


def test_books_whose_deliveries_went_are_not_opened_again(url: str, store: SqlStore) -> None:
    publish(store, a_paper(1), readers=READERS)
    taken = claim(store)
    store.turn([], taken, NOW)
    store.recover("daily", at(days=1), sender=1, repeatable=False)
    first = the_edition(store)
    assert store.uncertain("daily") == {first: 3}
    assert forget(store, days=31) == {"deliveries": 3}
    assert store.uncertain("daily") == {}
    assert store.reopen(first, DeliveryState.UNCERTAIN) == 0
    with closing(open_journal(url)) as journal:
        assert journal.books("daily")["uncertain"] == 3


def test_former_readers_go_and_are_never_mailed_again(store: SqlStore) -> None:
    subscribe(store, *READERS)
    for number, address in enumerate(READERS[:2]):
        store.revise("daily", [(address, rules.left)], at(days=number * 10))
    assert forget(store, days=35) == {"readers": 1}
    assert store.find("daily", READERS[0]) is None
    assert store.is_suppressed("daily", READERS[0])
    left = store.find("daily", READERS[1])
    assert left
    assert left.state is Consent.LEFT
    assert forget(store, days=50) == {"readers": 1}
    assert store.reader_counts("daily")[Consent.ACTIVE] == 1
    store.keep_fixed("daily", READERS, NOW)
    assert sum(store.reader_counts("daily").values()) == 1


def test_old_runs_go(url: str, store: SqlStore) -> None:
    publish(store, a_paper(1))
    with closing(open_journal(url)) as journal:
        for number in (0, 20):
            report = RunReport(edition=None, status=RunStatus.QUIET, reason=f"{number}")
            journal.note_run("daily", at(days=number), day(1), report)
        assert forget(store, days=31) == {"runs": 1}
        assert [run["report"]["reason"] for run in journal.overview("daily")["runs"]] == ["20"]


def test_what_guarantees_need_is_kept_for_ever(url: str, store: SqlStore) -> None:
    fill(url)
    lasting = ("edition", "paper", "alias", "seen", "sighting", "revision", "suppression")
    before = [sorted(rows(url, f"SELECT * FROM {table}")) for table in lasting]
    accounts = rows(url, "SELECT * FROM account")
    forgotten = forget(store, days=4_000)
    assert forgotten.keys() == {
        *("deliveries", "readers", "runs", "sign_ups", "links", "reports", "summaries")
    }
    after = [sorted(rows(url, f"SELECT * FROM {table}")) for table in lasting]
    assert after == before
    assert set(accounts) <= set(rows(url, "SELECT * FROM account"))
    assert not decision_on(store, [a_paper(1)], "daily", day(9)).new


def test_nothing_that_is_kept_for_ever_goes(url: str, store: SqlStore) -> None:
    fill(url)
    assert forget(store, FOR_EVER, days=29).keys() <= {"reports"}
    assert not forget(store, FOR_EVER, days=4_000).keys() & {"deliveries", "readers", "runs"}


def test_other_newsletters_keep_theirs(url: str, store: SqlStore) -> None:
    publish(store, a_paper(1), readers=READERS, newsletter="other")
    settle(store, *claim(store, the_edition(store, "other")))
    subscribe(store, "left@example.org", newsletter="other")
    store.revise("other", [("left@example.org", rules.left)], NOW)
    assert forget(store, days=400) == {}


def test_room_is_given_back(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        many(sqlite_url)
        before = retention.size(store)
        forget(store, days=400)
        retention.give_back(store)
        assert retention.size(store) < before / 2


def many(url: str) -> None:
    """Summaries that are soon forgotten, of 8 MB."""
    write(
        url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO machine_summary SELECT i, 20500, hex(zeroblob(2000)) FROM n",
    )


def test_a_file_of_an_older_program_is_written_anew_once(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    many(sqlite_url)
    write(sqlite_url, "PRAGMA auto_vacuum = NONE", "VACUUM")
    with closing(open_store(sqlite_url)) as store:
        assert rows(sqlite_url, "PRAGMA auto_vacuum") == [(0,)]
        before = retention.size(store)
        forget(store, days=400)
        retention.give_back(store)
        assert rows(sqlite_url, "PRAGMA auto_vacuum") == [(2,)]
        assert retention.size(store) < before / 2


def test_a_server_s_tables_are_vacuumed(postgresql_url: str) -> None:
    with closing(open_store(postgresql_url)) as store:
        retention.give_back(store)
    sql = "SELECT count(*) FROM pg_stat_user_tables WHERE vacuum_count > 0"
    with closing(database(postgresql_url).connect(autocommit=True)) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
    assert rows(postgresql_url, sql) == [(len(retention.TABLES),)]
