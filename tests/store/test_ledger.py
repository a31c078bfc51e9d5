"""Deliveries: each claimed by one sender at a time, and fenced (G5, G6)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from digest.errors import StoreError
from digest.model.deliveries import Blame, Delivery, DeliveryState, Result
from digest.model.readers import Consent, Preferences
from digest.store.engine import SqlStore, open_store
from digest.store.journal import SqlJournal, open_journal
from tests.store.records import (
    DAY,
    SENT,
    a_paper,
    at,
    claim,
    day,
    hand,
    publish,
    rows,
    settle,
    subscribe,
    the_edition,
)

READERS = [f"reader{number}@example.org" for number in range(5)]
FAILED = Result(state=DeliveryState.FAILED, code="550 5.1.1 no such user")


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    publish(store, a_paper(1), readers=[*READERS, READERS[0]])
    return store


def deferred(**later: float) -> Result:
    return Result(state=DeliveryState.DEFERRED, code="451 later", next_try=at(**later))


def counted(journal: SqlJournal) -> dict[str, int]:
    return {state: number for state, number in journal.books("daily").items() if number}


def test_every_reader_has_one_delivery_that_is_due_at_once(
    store: SqlStore, journal: SqlJournal
) -> None:
    assert store.due("daily", at()) == [the_edition(store)]
    assert store.due("other", at()) == []
    claimed = claim(store)
    assert [one.address for one in claimed] == READERS
    assert {one.attempts for one in claimed} == {0}
    assert counted(journal) == {"claimed": 5}
    assert store.due("daily", at()) == []


def test_a_claim_takes_no_more_than_its_limit_and_the_first_first(store: SqlStore) -> None:
    assert [one.address for one in claim(store, limit=2)] == READERS[:2]
    assert [one.address for one in claim(store, limit=2)] == READERS[2:4]


def test_a_claim_takes_readers_of_equal_preferences_together(store: SqlStore) -> None:
    few, many = Preferences(cap=5), Preferences(cap=50)
    for number, wanted in enumerate([few, many, few, many]):
        subscribe(store, f"other{number}@example.org", preferences=wanted)
    publish(store, a_paper(2), date=day(2), readers=READERS)
    claimed = claim(store, the_edition(store, date=day(2)))
    assert [one.address[:6] for one in claimed] == ["reader"] * 5 + ["other0", "other2"] + [
        "other1",
        "other3",
    ]
    found = [store.preferences(one.preference) for one in claimed]
    assert found == [Preferences()] * 5 + [few] * 2 + [many] * 2


def test_a_claim_touches_one_edition_of_one_newsletter(store: SqlStore) -> None:
    publish(store, a_paper(2), date=day(2), readers=READERS)
    publish(store, a_paper(1), newsletter="other", readers=READERS[:1])
    assert len(claim(store)) == 5
    assert store.due("daily", at()) == [the_edition(store, date=day(2))]
    assert store.due("other", at()) == [the_edition(store, "other")]


def test_editions_are_due_oldest_first(store: SqlStore) -> None:
    for number in (4, 2, 3):
        publish(store, a_paper(number), date=day(number), readers=READERS)
    assert [edition.date for edition in store.due("daily", at())] == [day(n) for n in (1, 2, 3, 4)]


def test_a_delivery_held_by_another_transaction_is_skipped_not_waited_for(
    postgresql_url: str,
) -> None:
    with closing(open_store(postgresql_url)) as store:
        publish(store, a_paper(1), readers=READERS)
        with store.writing() as connection:
            connection.execute("SELECT 1 FROM delivery ORDER BY reader LIMIT 2 FOR UPDATE")
            assert [one.address for one in claim(store)] == READERS[2:]


def test_a_sent_delivery_is_done(store: SqlStore, journal: SqlJournal) -> None:
    claimed = claim(store)
    assert hand(store, *claimed) == set(claimed)
    assert counted(journal) == {"handed": 5}
    settle(store, *claimed)
    assert store.due("daily", at(days=9)) == []
    assert counted(journal) == {"sent": 5}
    assert journal.unfinished("daily") == 0


def test_one_turn_settles_some_and_hands_others(store: SqlStore, journal: SqlJournal) -> None:
    first, second, third, *_ = claimed = claim(store)
    hand(store, first, second)
    assert store.turn([(first, SENT), (second, FAILED)], [third], at()) == {third}
    assert counted(journal) == {"sent": 1, "failed": 1, "handed": 1, "claimed": 2}
    assert store.turn([], [], at()) == set()
    assert hand(store, *claimed) == set(claimed[3:])


def test_a_deferred_delivery_comes_back_when_its_time_comes(
    store: SqlStore, journal: SqlJournal
) -> None:
    settle(store, *claim(store), result=deferred(minutes=10))
    assert counted(journal) == {"deferred": 5}
    assert store.due("daily", at(minutes=9)) == []
    assert claim(store, now=at(minutes=9)) == []
    assert journal.unfinished("daily") == 5
    assert store.due("daily", at(minutes=10)) == [the_edition(store)]
    again = claim(store, now=at(minutes=10))
    assert [(one.address, one.attempts) for one in again] == [(one, 1) for one in READERS]


def test_an_attempt_that_is_nobodys_fault_is_not_counted(store: SqlStore) -> None:
    for state in (DeliveryState.DEFERRED, DeliveryState.PENDING):
        settle(store, *claim(store), result=Result(state=state, counted=False))
    assert {one.attempts for one in claim(store)} == {0}


def test_a_handed_delivery_is_never_claimed_again_by_itself(store: SqlStore) -> None:
    claimed = claim(store)
    assert hand(store, *claimed) == set(claimed)
    assert hand(store, *claimed) == set()
    assert claim(store, now=at(days=1)) == []


def test_a_settled_delivery_cannot_be_settled_otherwise(
    store: SqlStore, journal: SqlJournal
) -> None:
    one = claim(store, limit=1)[0]
    settle(store, one, result=FAILED)
    settle(store, one)
    store.release([one])
    assert counted(journal) == {"failed": 1, "pending": 4}


def test_a_released_delivery_charges_nobody(store: SqlStore) -> None:
    one = claim(store, limit=1)[0]
    store.release([one])
    again = claim(store, limit=1)[0]
    assert (again.reader, again.attempts) == (one.reader, 0)
    assert again.token != one.token


def test_what_was_handed_over_is_not_given_back(store: SqlStore, journal: SqlJournal) -> None:
    handed, claimed = claim(store, limit=2)
    hand(store, handed)
    store.release([handed, claimed])
    assert counted(journal) == {"handed": 1, "pending": 4}


def test_a_hard_bounce_ends_the_reader_and_their_other_mail(
    store: SqlStore, journal: SqlJournal
) -> None:
    publish(store, a_paper(2), date=day(2), readers=READERS)
    bounced, *_ = claim(store, limit=1)
    settle(store, bounced, result=Result(state=FAILED.state, code=FAILED.code, blame=Blame.HARD))
    reader = store.find("daily", bounced.address)
    assert reader
    assert (reader.state, reader.reason) == (Consent.BOUNCED, FAILED.code)
    assert store.is_suppressed("daily", bounced.address)
    later = claim(store, the_edition(store, date=day(2)))
    assert [one.address for one in later] == READERS[1:]
    assert journal.books("daily", day(2))["suppressed"] == 1


def test_blame_whose_claim_was_lost_charges_nobody(store: SqlStore) -> None:
    one = claim(store, limit=1)[0]
    store.release([one])
    settle(store, one, result=Result(state=FAILED.state, blame=Blame.HARD))
    reader = store.find("daily", one.address)
    assert reader
    assert reader.state is Consent.ACTIVE


def test_soft_bounces_count_until_there_are_too_many(store: SqlStore) -> None:
    full = Result(
        state=DeliveryState.DEFERRED, code="452 4.2.2 full", next_try=at(), blame=Blame.SOFT
    )
    states = []
    for _ in range(3):
        one = claim(store, limit=1)[0]
        settle(store, one, result=full)
        reader = store.find("daily", one.address)
        assert reader
        states.append(reader.state)
    assert states == [Consent.ACTIVE, Consent.ACTIVE, Consent.BOUNCED]
    assert [one.address for one in claim(store, limit=1)] == READERS[1:2]


def test_soft_bounces_of_long_ago_weigh_little(store: SqlStore) -> None:
    for number in range(6):
        now = at(days=28 * number)
        one = claim(store, limit=1, now=now)[0]
        full = Result(state=DeliveryState.DEFERRED, next_try=now, blame=Blame.SOFT)
        settle(store, one, result=full, now=now)
    reader = store.find("daily", READERS[0])
    assert reader
    assert reader.state is Consent.ACTIVE


@pytest.mark.parametrize("change", ["left", "bounced", "complained", "paused", "erased"])
@pytest.mark.parametrize("claimed_before", [False, True])
def test_who_wants_no_mail_any_more_gets_none(
    store: SqlStore, url: str, change: str, claimed_before: bool
) -> None:
    held = claim(store) if claimed_before else []
    with store.writing() as connection:
        if change == "erased":
            connection.execute("DELETE FROM reader WHERE address = ?", READERS[1])
        else:
            sql = "UPDATE reader SET state = ? WHERE address = ?"
            connection.execute(sql, change, READERS[1])
    let = hand(store, *held) if claimed_before else set(claim(store))
    assert {one.address for one in let} == {READERS[0], *READERS[2:]}
    told = rows(url, "SELECT state, code, next_try, lease_until FROM delivery WHERE reader = 2")
    assert [tuple(row) for row in told] == [("suppressed", change, None, None)]
    assert claim(store, now=at(days=1)) == []


@pytest.mark.parametrize("hours", [-10, 0, 20], ids="it is {} hours later".format)
def test_who_is_paused_until_the_day_of_an_edition_gets_it(store: SqlStore, hours: int) -> None:
    """Its day begins before that of UTC, and ends after it, in zones far off."""
    with store.writing() as connection:
        sql = "UPDATE reader SET state = 'paused', paused_until = ? WHERE address = ?"
        today = connection.value("SELECT date FROM edition")
        connection.execute(sql, today, READERS[0])
        connection.execute(sql, today + 1, READERS[1])
    claimed = claim(store, now=at(hours=hours))
    assert [one.address for one in claimed] == [READERS[0], *READERS[2:]]
    assert len(hand(store, *claimed, now=at(hours=hours))) == 4


def test_a_claim_goes_on_until_somebody_wants_mail(store: SqlStore) -> None:
    with store.writing() as connection:
        connection.execute("UPDATE reader SET state = 'left' WHERE id <= 4")
    assert [one.address for one in claim(store, limit=1)] == READERS[4:]
    assert store.due("daily", at()) == []


def test_skipping_closes_what_nobody_holds(store: SqlStore, journal: SqlJournal) -> None:
    held, put_off = claim(store, limit=2)
    settle(store, put_off, result=deferred(minutes=9))
    assert store.skip(the_edition(store), None, "too old", at()) == 4
    assert counted(journal) == {"claimed": 1, "skipped": 4}
    assert hand(store, held) == {held}


def test_skipping_a_preference_leaves_the_others(store: SqlStore, journal: SqlJournal) -> None:
    subscribe(store, "few@example.org", "fewer@example.org", preferences=Preferences(cap=5))
    publish(store, a_paper(2), date=day(2), readers=READERS)
    second = the_edition(store, date=day(2))
    *_, one, _ = claim(store, second)
    settle(store, one, result=deferred(minutes=9))
    store.recover("daily", at(), sender=1, repeatable=True)
    assert store.skip(second, one.preference, "nothing for them", at()) == 2
    assert counted(journal) == {"pending": 10, "skipped": 2}
    assert len(claim(store, second, now=at(days=1))) == 5


def test_closed_deliveries_open_again_by_state_and_code(
    store: SqlStore, journal: SqlJournal
) -> None:
    edition = the_edition(store)
    first, second, *others = claim(store)
    settle(store, first, second, result=FAILED)
    settle(store, *others, result=Result(state=DeliveryState.FAILED, code="554 no"))
    store.close_books(edition)
    assert store.reopen(edition, DeliveryState.SENT) == 0
    assert store.reopen(edition, DeliveryState.FAILED, "554 no") == 3
    assert counted(journal) == {"failed": 2, "pending": 3}
    again = claim(store)
    assert [(one.address, one.attempts) for one in again] == [(one, 0) for one in READERS[2:]]
    store.release(again)
    assert store.reopen(edition, DeliveryState.FAILED) == 2
    assert len(claim(store)) == 5


def test_while_delivery_is_paused_nothing_goes_out(store: SqlStore) -> None:
    before = claim(store, limit=2)
    store.pause("daily", "the server refuses our content", at())
    publish(store, a_paper(2), newsletter="other", readers=READERS)
    assert store.paused("daily") == "the server refuses our content"
    assert store.paused("other") == ""
    assert claim(store) == []
    assert hand(store, *before) == set()
    assert len(claim(store, the_edition(store, "other"))) == 5
    store.resume("daily")
    assert store.paused("daily") == ""
    assert len(claim(store)) == 3
    assert hand(store, *before) == set(before)


def test_a_pause_can_come_before_anything_else(url: str) -> None:
    with closing(open_store(url)) as store:
        store.pause("new", "one reason", at())
        store.pause("new", "another", at())
        assert store.paused("new") == "another"


def test_two_claimers_never_hold_the_same_delivery(url: str, store: SqlStore) -> None:
    readers = [f"many{number}@example.org" for number in range(200)]
    publish(store, a_paper(2), date=day(2), readers=readers)
    second = the_edition(store, date=day(2))
    together = threading.Barrier(3, timeout=30)
    held: list[str] = []

    def work(sender: int) -> None:
        with closing(open_store(url)) as own:
            together.wait()
            while batch := claim(own, second, limit=7, sender=sender):
                held.extend(one.address for one in batch)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == sorted(readers)


def test_a_full_disk_undoes_the_turn_and_no_more(
    sqlite_url: str,
) -> None:
    readers = [f"many{number}@example.org" for number in range(400)]
    wordy = Result(state=DeliveryState.SENT, code="250 " + "ok " * 100)
    with closing(open_store(sqlite_url)) as store, closing(open_journal(sqlite_url)) as journal:
        publish(store, a_paper(1), readers=readers)
        claimed = claim(store, limit=400)
        hand(store, *claimed)
        with store.reading() as connection:  # the next one's, too
            raw = connection.raw
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + 3}")
        batches = [claimed[at : at + 20] for at in range(0, 400, 20)]
        with pytest.raises(StoreError, match="disk is full"):
            settle_each(store, batches, wordy)
        sent = counted(journal)["sent"]
        assert sent % 20 == 0
        assert counted(journal) == {"sent": sent, "handed": 400 - sent}
        settle_each(store, batches, wordy)
        assert counted(journal) == {"sent": 400}


def settle_each(store: SqlStore, batches: list[list[Delivery]], result: Result) -> None:
    for batch in batches:
        settle(store, *batch, result=result)


def test_the_editions_of_a_date_are_told(store: SqlStore) -> None:
    assert [(one.period, one.date) for one in store.editions_of("daily", DAY)] == [("daily", DAY)]
    assert store.editions_of("daily", day(2)) == []
    assert store.editions_of("other", DAY) == []


def test_senders_whose_mail_is_refused_for_the_same_readers_do_not_wait_for_each_other(
    url: str, store: SqlStore
) -> None:
    """Each would hold readers that the other wants."""
    readers = [f"reader{number}@example.org" for number in range(100)]
    publish(store, a_paper(2), date=day(2), readers=readers)
    publish(store, a_paper(3), date=day(3), readers=readers)
    refused = Result(state=DeliveryState.FAILED, code="552 5.2.2 full", blame=Blame.SOFT)

    def send(number: int, step: int) -> None:
        with closing(open_store(url)) as own:
            claimed = claim(own, the_edition(own, date=day(number)))
            own.turn([], claimed, at())
            own.turn([(one, refused) for one in claimed[::step]], [], at())

    with ThreadPoolExecutor(2) as pool:
        for told in [pool.submit(send, 2, 1), pool.submit(send, 3, -1)]:
            told.result()
    assert set(rows(url, "SELECT score FROM reader")) == {(2.0,)}
