"""The books balance: every delivery is in one state, and an account is of closed ones (G6)."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.guards import rewound
from digest.model.deliveries import Blame, Closed, Delivery, DeliveryState, Result
from digest.model.readers import Frequency
from digest.store.engine import SqlStore, open_store
from digest.store.journal import SqlJournal, open_journal
from digest.store.senders import sender_slot
from tests.store.records import (
    DAY,
    NOW,
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
from tests.store.test_addressing import weekly

READERS = [f"reader{number}@example.org" for number in range(6)]
OPEN = {
    DeliveryState.PENDING,
    DeliveryState.CLAIMED,
    DeliveryState.HANDED,
    DeliveryState.DEFERRED,
}
UNCERTAIN = Result(state=DeliveryState.UNCERTAIN, code="no answer")


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    publish(store, a_paper(1), readers=READERS)
    return store


def kept(url: str) -> dict[str, int]:
    """The accounts in the database, all together."""
    sql = "SELECT state, sum(deliveries) FROM account GROUP BY state"
    return {state: int(many) for state, many in rows(url, sql)}


def some(states: dict[str, int]) -> dict[str, int]:
    return {state: many for state, many in states.items() if many}


def test_an_account_is_kept_once_nothing_is_open(store: SqlStore, url: str) -> None:
    edition = the_edition(store)
    settle(store, *claim(store, limit=5))
    states = store.close_books(edition)
    assert list(states) == [state.value for state in DeliveryState]
    assert some(states) == {"sent": 5, "pending": 1}
    assert kept(url) == {}
    settle(store, *claim(store), result=UNCERTAIN)
    for _ in range(2):
        assert some(store.close_books(edition)) == {"sent": 5, "uncertain": 1}
        assert kept(url) == {"sent": 5, "uncertain": 1}


def test_an_account_stands_for_its_deliveries(store: SqlStore, journal: SqlJournal) -> None:
    settle(store, *claim(store))
    store.close_books(the_edition(store))
    with store.writing() as connection:
        connection.execute("DELETE FROM delivery")
    assert some(store.close_books(the_edition(store))) == {"sent": 6}
    assert some(journal.books("daily")) == some(journal.books("daily", DAY)) == {"sent": 6}
    assert [one.deliveries for one in store.closed("daily")] == [6]


def test_an_edition_that_is_opened_again_has_no_account(store: SqlStore, url: str) -> None:
    edition = the_edition(store)
    settle(store, *claim(store), result=UNCERTAIN)
    store.close_books(edition)
    assert store.reopen(edition, DeliveryState.UNCERTAIN) == 6
    assert kept(url) == {}
    assert some(store.close_books(edition)) == {"pending": 6}
    assert store.uncertain("daily") == {}


def test_an_edition_without_deliveries_balances_too(store: SqlStore, url: str) -> None:
    publish(store, a_paper(2), newsletter="other")
    assert some(store.close_books(the_edition(store, "other"))) == {}


def test_what_is_uncertain_is_told_by_edition(store: SqlStore) -> None:
    for number in (3, 2):
        publish(store, a_paper(number), date=day(number), readers=READERS)
    first, second, third = store.due("daily", NOW)
    settle(store, *claim(store, third, limit=2), result=UNCERTAIN)
    settle(store, *claim(store, first), result=UNCERTAIN)
    store.close_books(first)
    assert store.uncertain("daily") == {first: 6, third: 2}
    assert list(store.uncertain("daily")) == [first, third]
    assert store.uncertain("other") == {}
    assert second.date == day(2)


def test_how_far_the_last_editions_have_come_is_told(store: SqlStore) -> None:
    subscribe(store, "weekly@example.org", frequency=Frequency.WEEKLY)
    for number in range(2, 6):
        publish(store, a_paper(number), date=day(number), readers=READERS)
    assert store.save(weekly(date=day(5))._replace(readers=tuple(READERS)), NOW)
    settle(store, *claim(store, the_edition(store, date=day(4)), limit=2))
    settle(store, *claim(store, the_edition(store, date=day(3))))
    store.close_books(the_edition(store, date=day(3)))
    found = store.closed("daily")
    assert [(one.period, one.date, one.deliveries) for one in found] == [
        ("weekly", day(5), 0),
        ("daily", day(5), 0),
        ("daily", day(4), 2),
        ("daily", day(3), 6),
        ("daily", day(2), 0),
        ("daily", DAY, 0),
    ]
    newest = store.edition("daily")
    assert newest
    assert found[1] == Closed("daily", day(5), newest.sha256, 0)


def test_editions_that_follow_a_weekly_one_make_no_database_look_set_back(store: SqlStore) -> None:
    settle(store, *claim(store))
    assert store.save(weekly()._replace(readers=tuple(READERS)), NOW)
    for number in range(2, 8):
        witnessed = store.closed("daily")
        publish(store, a_paper(number), date=day(number), readers=READERS)
        assert rewound(witnessed, store.closed("daily")) is None


# Whatever two senders, readers and the operator do, in whatever order.
ACTS = ("claim", "hand", "settle", "release", "die", "leave", "erase", "skip", "reopen", "wait")
REFUSED = [
    Result(state=DeliveryState.FAILED, code="550", blame=Blame.HARD),
    Result(state=DeliveryState.DEFERRED, next_try=at(minutes=7), blame=Blame.SOFT),
    Result(state=DeliveryState.PENDING, counted=False),
]
acts = st.lists(
    st.tuples(st.sampled_from([*ACTS, *ACTS[:3], *ACTS[:3]]), st.integers(0, 1), st.integers(1, 4)),
    max_size=40,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with two editions and readers, to copy."""
    file = tmp_path_factory.mktemp("prepared") / "digest.db"
    with closing(open_store(f"sqlite:///{file}")) as store:
        for number in (1, 2):
            publish(store, a_paper(number), date=day(number), readers=READERS)
    return file


@given(acts=acts)
def test_whatever_happens_the_books_balance_and_nobody_gets_anything_twice(
    prepared: Path, acts: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(prepared, folder)}"
        with (
            closing(open_store(url)) as store,
            closing(open_journal(url)) as journal,
            sender_slot(url, "daily"),
            sender_slot(url, "daily"),
        ):
            office = Office(store)
            for act, sender, many in acts:
                getattr(office, act)(sender, many)
                assert_balanced(url, store, journal)
            office.finish()
            assert_balanced(url, store, journal)
            assert journal.unfinished("daily") == 0
            assert sum(kept(url).values()) == 2 * len(READERS)
            assert journal.books("daily")["sent"] == len(office.accepted)


def assert_balanced(url: str, store: SqlStore, journal: SqlJournal) -> None:
    """That every edition has as many deliveries as readers when it was made, however told."""
    for number in (1, 2):
        states = journal.books("daily", day(number))
        assert sum(states.values()) == len(READERS)
        assert states == store.close_books(the_edition(store, date=day(number)))
    books = journal.books("daily")
    assert journal.unfinished("daily") == sum(books[state] for state in OPEN)
    assert sum(store.uncertain("daily").values()) == books["uncertain"]
    for state, free, closed in rows(
        url, "SELECT state, lease_until IS NULL, next_try IS NULL FROM delivery"
    ):
        assert bool(free) == (state not in {DeliveryState.CLAIMED, DeliveryState.HANDED})
        assert bool(closed) == (state not in OPEN)
    assert OPEN.isdisjoint(kept(url))


class Office:
    """Two senders, and what the server has accepted of them."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.now = store, NOW
        self.held: list[list[Delivery]] = [[], []]
        self.handed: set[Delivery] = set()
        self.accepted: set[tuple[int, int]] = set()

    def claim(self, sender: int, many: int) -> None:
        for edition in self.store.due("daily", self.now):
            self.held[sender] += claim(self.store, edition, self.now, limit=many, sender=1 + sender)

    def hand(self, sender: int, many: int) -> None:
        let = hand(self.store, *self.held[sender][:many], now=self.now)
        assert let.isdisjoint(self.handed)
        assert self.accepted.isdisjoint((one.edition, one.reader) for one in let)
        self.handed |= let

    def settle(self, sender: int, many: int) -> None:
        """The server accepts one that was handed over, loses its last answer, or refuses."""
        one, *self.held[sender] = self.held[sender] or [None]
        if one in self.handed and many < 4:
            settle(self.store, one, result=SENT if many < 3 else UNCERTAIN, now=self.now)
            self.accepted |= {(one.edition, one.reader)} if many < 3 else set()
        elif one:
            settle(self.store, one, result=REFUSED[many % 3], now=self.now)
        self.handed.discard(one)

    def release(self, sender: int, _: int) -> None:
        """What was handed over stays so."""
        self.store.release(self.held[sender])
        self.held[sender] = [one for one in self.held[sender] if one in self.handed]

    def die(self, sender: int, _: int) -> None:
        """As one that only slept: once what it held is taken back, it can write nothing."""
        self.store.recover("daily", self.now, sender=1 + sender, repeatable=False)
        before = self.books()
        assert hand(self.store, *self.held[sender], now=self.now) == set()
        settle(self.store, *self.held[sender], now=self.now)
        self.store.release(self.held[sender])
        assert self.books() == before
        self.handed -= set(self.held[sender])
        self.held[sender] = []

    def leave(self, _: int, many: int) -> None:
        with self.store.writing() as connection:
            connection.execute("UPDATE reader SET state = 'left' WHERE id = ?", many)

    def erase(self, _: int, many: int) -> None:
        with self.store.writing() as connection:
            connection.execute("DELETE FROM reader WHERE id = ?", many)

    def skip(self, sender: int, many: int) -> None:
        edition = the_edition(self.store, date=day(1 + sender))
        self.store.skip(edition, None if many > 3 else many, "skipped", self.now)

    def reopen(self, sender: int, many: int) -> None:
        state = [DeliveryState.UNCERTAIN, DeliveryState.SKIPPED][many % 2]
        self.store.reopen(the_edition(self.store, date=day(1 + sender)), state)

    def wait(self, _: int, many: int) -> None:
        self.now = max(self.now, at(minutes=3 * many))

    def books(self) -> list[dict[str, int]]:
        return [self.store.close_books(the_edition(self.store, date=day(n))) for n in (1, 2)]

    def finish(self) -> None:
        """Send all that is left."""
        self.now = at(days=1)
        for sender in (0, 1):
            self.die(sender, 0)
        self.claim(0, 100)
        while self.held[0]:
            self.hand(0, 100)
            self.settle(0, 1 + 3 * (self.held[0][0] not in self.handed))
        self.books()
