"""Several senders at once: each has its own deliveries, and what one leaves is taken back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from digest.errors import Busy
from digest.model.deliveries import Delivery, EditionRef
from digest.store.engine import SqlStore
from digest.store.journal import SqlJournal
from digest.store.senders import sender_slot
from tests.store.records import (
    a_paper,
    at,
    claim,
    day,
    hand,
    publish,
    settle,
    the_edition,
)

READERS = [f"reader{number}@example.org" for number in range(6)]


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    publish(store, a_paper(1), readers=READERS)
    return store


def another(act: str, url: str) -> subprocess.Popen[str]:
    """A process that sends."""
    command = [sys.executable, "-m", "tests.store.child", act, url]
    return subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )


@contextmanager
def holding(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds four deliveries, two of them handed over."""
    with another("hold", url) as child:
        assert child.stdout
        try:
            assert child.stdout.readline() == "held\n"
            yield child
        finally:
            child.kill()


def recover(store: SqlStore, sender: int, **later: float) -> list[EditionRef]:
    return store.recover("daily", at(**later), sender=sender, repeatable=False)


def counted(journal: SqlJournal) -> dict[str, int]:
    return {state: number for state, number in journal.books("daily").items() if number}


def test_senders_are_numbered_from_one(url: str) -> None:
    with sender_slot(url, "daily") as first, sender_slot(url, "other") as elsewhere:
        assert (first, elsewhere) == (1, 1)
        with sender_slot(url, "daily") as second:
            assert second == 2
    with sender_slot(url, "daily") as again:
        assert again == 1


def test_there_are_only_so_many_senders(sqlite_url: str) -> None:
    with ExitStack() as held:
        for _ in range(64):
            held.enter_context(sender_slot(sqlite_url, "daily"))
        with pytest.raises(Busy, match="64 others are sending"):
            held.enter_context(sender_slot(sqlite_url, "daily"))


@pytest.mark.parametrize(
    ("repeatable", "lost", "after"),
    [(True, 0, {"pending": 6}), (False, 2, {"pending": 4, "uncertain": 2})],
)
def test_what_a_dead_sender_held_is_taken_back(
    store: SqlStore, journal: SqlJournal, repeatable: bool, lost: int, after: dict[str, int]
) -> None:
    publish(store, a_paper(2), newsletter="other", readers=READERS)
    elsewhere = claim(store, the_edition(store, "other"), limit=1)
    hand(store, *claim(store, limit=3)[:2])
    found = store.recover("daily", at(), sender=1, repeatable=repeatable)
    assert found == [the_edition(store)] * lost
    assert counted(journal) == after
    assert hand(store, *elsewhere) == set(elsewhere)


def test_what_was_taken_back_tells_why_it_is_uncertain(store: SqlStore) -> None:
    claimed = claim(store, limit=1)
    hand(store, *claimed)
    recover(store, 1)
    assert store.uncertain("daily") == {the_edition(store): 1}
    with store.reading() as connection:
        (code,) = connection.rows("SELECT code FROM delivery WHERE state = 'uncertain'")[0]
    assert "before the server's answer was known" in code


def test_a_killed_sender_is_noticed_at_once(store: SqlStore, journal: SqlJournal, url: str) -> None:
    with holding(url) as child, sender_slot(url, "daily") as number:
        assert number == 2
        assert recover(store, number) == []
        assert counted(journal) == {"claimed": 2, "handed": 2, "pending": 2}
        child.kill()
        child.wait()
        until = time.monotonic() + 10
        lost: list[EditionRef] = []
        while not lost:  # a PostgreSQL server notices the death of its client a moment later
            lost = recover(store, number)
            assert time.monotonic() < until
    assert lost == [the_edition(store)] * 2
    assert counted(journal) == {"pending": 4, "uncertain": 2}


def test_who_takes_the_number_of_a_dead_sender_takes_back_what_it_held(
    store: SqlStore, journal: SqlJournal, url: str
) -> None:
    with holding(url) as child:
        child.kill()
        child.wait()
        until = time.monotonic() + 10
        while True:
            with sender_slot(url, "daily") as number:
                if number == 1:
                    assert len(recover(store, number)) == 2
                    break
            assert time.monotonic() < until
    assert counted(journal) == {"pending": 4, "uncertain": 2}


def test_what_a_living_sender_holds_is_left_to_it(store: SqlStore, url: str) -> None:
    with sender_slot(url, "daily") as first, sender_slot(url, "daily") as second:
        held = claim(store, limit=2, sender=first)
        assert recover(store, second, minutes=4) == []
        assert hand(store, *held, now=at(minutes=4)) == set(held)


def test_a_sender_that_slept_past_its_lease_can_write_nothing(
    store: SqlStore, journal: SqlJournal, url: str
) -> None:
    with sender_slot(url, "daily") as first, sender_slot(url, "daily") as second:
        sleeper, handed = claim(store, limit=2, sender=first)
        hand(store, handed)
        assert recover(store, second, minutes=5) == []
        waker = claim(store, now=at(minutes=5), limit=1, sender=second)[0]
        assert (waker.reader, waker.attempts) == (sleeper.reader, sleeper.attempts)
        assert hand(store, sleeper) == set()
        settle(store, sleeper)
        store.release([sleeper])
        assert hand(store, waker) == {waker}
        settle(store, sleeper)
        assert counted(journal) == {"handed": 2, "pending": 4}
        settle(store, waker)
        assert counted(journal) == {"handed": 1, "sent": 1, "pending": 4}


def test_a_server_has_time_to_answer_what_was_handed_over(store: SqlStore, url: str) -> None:
    with sender_slot(url, "daily") as first, sender_slot(url, "daily") as second:
        late = claim(store, limit=1, sender=first)
        assert hand(store, *late, now=at(minutes=20)) == set(late)
        assert recover(store, second, minutes=30) == []
        assert recover(store, second, minutes=35) == [the_edition(store)]
        settle(store, *late)
        assert store.uncertain("daily") == {the_edition(store): 1}


def test_two_who_recover_at_once_take_back_each_delivery_once(store: SqlStore, url: str) -> None:
    hand(store, *claim(store, limit=3, sender=7))
    with sender_slot(url, "daily") as first, sender_slot(url, "daily") as second:
        assert len(recover(store, first) + recover(store, second)) == 3


def test_processes_that_send_at_once_send_each_delivery_once(url: str, store: SqlStore) -> None:
    many = [f"many{number}@example.org" for number in range(60)]
    publish(store, a_paper(2), date=day(2), readers=[*READERS, *many])
    children = [another("drain", url) for _ in range(3)]
    told = "".join(child.communicate(timeout=60)[0] for child in children).split()
    assert [child.returncode for child in children] == [0, 0, 0]
    first, second = ([f"{day(number)}:{one}" for one in READERS] for number in (1, 2))
    assert sorted(told) == sorted([*first, *second, *(f"{day(2)}:{one}" for one in many)])


def tokens(deliveries: list[Delivery]) -> set[int]:
    return {one.token for one in deliveries}


def test_each_claim_is_fenced_by_its_own_token(store: SqlStore) -> None:
    first, second = claim(store, limit=2), claim(store, limit=2)
    assert tokens(first) & tokens(second) == set()
    assert hand(store, *first, *second) == {*first, *second}
