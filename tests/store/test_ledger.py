"""Deliveries: each claimed by one sender at a time, and fenced (G5, G6)."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import closing

import pytest

from digest.model.deliveries import Delivery, DeliveryState, Result
from digest.store.engine import SqlStore, open_store
from digest.store.journal import SqlJournal
from tests.store.records import DAY, LEASE, NOW, a_paper, at, day, publish

READERS = [f"reader{number}@example.org" for number in range(5)]
SENT = Result(state=DeliveryState.SENT, code="250 2.0.0 ok")


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    publish(store, a_paper(1), readers=[*READERS, READERS[0]])
    return store


def claim(store: SqlStore, now: dt.datetime = NOW, limit: int = 100) -> list[Delivery]:
    return store.claim("daily", day(1), now, limit=limit, lease=LEASE)


def counted(journal: SqlJournal) -> dict[str, int]:
    return {state: number for state, number in journal.books("daily").items() if number}


def test_every_reader_has_one_delivery_that_is_due_at_once(
    store: SqlStore, journal: SqlJournal
) -> None:
    assert store.due("daily", NOW) == [day(1)]
    assert store.due("other", NOW) == []
    claimed = claim(store)
    assert [one.address for one in claimed] == READERS
    assert {(one.attempts, one.token) for one in claimed} == {(0, 1)}
    assert counted(journal) == {"claimed": 5}


def test_a_claim_takes_no_more_than_its_limit_and_the_first_first(store: SqlStore) -> None:
    assert [one.address for one in claim(store, limit=2)] == READERS[:2]
    assert [one.address for one in claim(store, limit=2)] == READERS[2:4]


def test_a_claim_touches_one_edition_of_one_newsletter(store: SqlStore) -> None:
    publish(store, a_paper(2), date=day(2), readers=READERS[:1])
    publish(store, a_paper(1), newsletter="other", readers=READERS[:1])
    assert len(claim(store)) == 5
    assert store.due("daily", NOW) == [day(2)]
    assert store.due("other", NOW) == [day(1)]


def test_two_claimers_never_hold_the_same_delivery(url: str, store: SqlStore) -> None:
    readers = [f"many{number}@example.org" for number in range(200)]
    publish(store, a_paper(2), date=day(2), readers=readers)
    together = threading.Barrier(3, timeout=30)
    held: list[str] = []

    def work() -> None:
        with closing(open_store(url)) as own:
            together.wait()
            while batch := own.claim("daily", day(2), NOW, limit=7, lease=LEASE):
                held.extend(one.address for one in batch)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == sorted(readers)


def test_a_delivery_held_by_another_transaction_is_skipped_not_waited_for(
    postgresql_url: str,
) -> None:
    with closing(open_store(postgresql_url)) as store:
        publish(store, a_paper(1), readers=READERS)
        with store.writing() as connection:
            connection.execute("SELECT id FROM delivery ORDER BY id LIMIT 2 FOR UPDATE")
            assert [one.address for one in claim(store)] == READERS[2:]


def test_a_sent_delivery_is_done(store: SqlStore, journal: SqlJournal) -> None:
    for one in claim(store):
        assert store.handed(one)
        assert store.settle(one, SENT, NOW)
    assert store.due("daily", at(days=9)) == []
    assert counted(journal) == {"sent": 5}
    assert journal.unfinished("daily") == 0


def test_a_deferred_delivery_comes_back_when_its_time_comes(
    store: SqlStore, journal: SqlJournal
) -> None:
    later = Result(state=DeliveryState.DEFERRED, code="451 later", next_try=at(minutes=10))
    for one in claim(store):
        assert store.settle(one, later, NOW)
    assert store.due("daily", at(minutes=9)) == []
    assert claim(store, at(minutes=9)) == []
    assert journal.unfinished("daily") == 5
    assert store.due("daily", at(minutes=10)) == [day(1)]
    again = claim(store, at(minutes=10))
    assert {(one.attempts, one.token) for one in again} == {(1, 2)}


def test_a_lease_that_ended_frees_the_delivery_and_fences_the_sleeper(store: SqlStore) -> None:
    sleeper = claim(store, limit=1)[0]
    assert len(claim(store, at(minutes=4))) == 4
    waker = claim(store, at(minutes=5), limit=1)[0]
    assert (waker.id, waker.token) == (sleeper.id, sleeper.token + 1)
    assert not store.handed(sleeper)
    assert not store.settle(sleeper, SENT, NOW)
    store.release(sleeper)
    assert store.handed(waker)
    assert not store.settle(sleeper, SENT, NOW)
    assert store.settle(waker, SENT, NOW)


def test_a_handed_delivery_is_never_claimed_again_by_itself(store: SqlStore) -> None:
    for one in claim(store):
        assert store.handed(one)
        assert not store.handed(one)
    assert claim(store, at(days=1)) == []


def test_a_settled_delivery_cannot_be_settled_otherwise(
    store: SqlStore, journal: SqlJournal
) -> None:
    one = claim(store, limit=1)[0]
    failed = Result(state=DeliveryState.FAILED, code="550 5.1.1 no such user")
    assert store.settle(one, failed, NOW)
    assert not store.settle(one, SENT, NOW)
    store.release(one)
    assert counted(journal) == {"failed": 1, "pending": 4}


@pytest.mark.parametrize("hand", [False, True])
def test_a_released_delivery_charges_nobody(store: SqlStore, hand: bool) -> None:
    one = claim(store, limit=1)[0]
    if hand:
        store.handed(one)
    store.release(one)
    again = claim(store, limit=1)[0]
    assert (again.id, again.attempts, again.token) == (one.id, 0, 2)


@pytest.mark.parametrize(
    ("repeatable", "lost", "after"),
    [(True, 0, {"pending": 5}), (False, 2, {"pending": 3, "uncertain": 2})],
)
def test_what_a_dead_sender_held_is_taken_back(
    store: SqlStore, journal: SqlJournal, repeatable: bool, lost: int, after: dict[str, int]
) -> None:
    publish(store, a_paper(2), newsletter="other", readers=READERS)
    elsewhere = store.claim("other", day(1), NOW, limit=1, lease=LEASE)[0]
    for one in claim(store, limit=3)[:2]:
        store.handed(one)
    assert store.recover("daily", repeatable=repeatable) == [DAY] * lost
    assert counted(journal) == after
    assert store.handed(elsewhere)
