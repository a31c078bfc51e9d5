"""What every batch or start asks costs the same after years as on the first day."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from digest.model.deliveries import Delivery, DeliveryState, Rate, Result
from digest.store import tally
from digest.store.engine import SqlStore
from tests.store.records import (
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
    the_edition,
)

READERS = [f"reader{number}@example.org" for number in range(200)]
YEARS = 12  # editions


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    """A store with many closed editions, and one of which nothing is sent yet."""
    for number in range(1, YEARS + 1):
        publish(store, a_paper(number), date=day(number), readers=READERS)
        store.skip(the_edition(store, date=day(number)), None, "past", NOW)
        store.close_books(the_edition(store, date=day(number)))
    publish(store, a_paper(YEARS + 1), date=day(YEARS + 1), readers=READERS)
    return store


class Meter:
    """Counts rows that PostgreSQL reads, or steps that SQLite makes."""

    def __init__(self, url: str, store: SqlStore) -> None:
        self.url, self.store = url, store
        self.spent = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        if self.url.startswith("postgresql"):
            before = self._rows_read()
            yield
            self.spent = self._rows_read() - before
            return
        steps = itertools.count()
        with self.store.reading() as connection:
            raw = connection.raw  # which is the next one's, too
        raw.set_progress_handler(lambda: next(steps) < 0, 10)
        yield
        raw.set_progress_handler(None, 10)
        self.spent = next(steps)

    def _rows_read(self) -> int:
        with self.store.reading() as connection:
            connection.execute("SELECT pg_stat_force_next_flush()")
        sql = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = "
        return int(rows(self.url, f"{sql} 'delivery'")[0][0])


def recover(store: SqlStore, held: list[Delivery]) -> None:
    store.recover("daily", NOW, sender=1, repeatable=False)


def ask_allowance(store: SqlStore, held: list[Delivery]) -> None:
    store.allowance("daily", NOW, rates=[Rate(9, 9)], domain_rates=[Rate(9, 9)])


ACTS: dict[str, Callable[[SqlStore, list[Delivery]], object]] = {
    "due": lambda store, _: store.due("daily", NOW),
    "claim": lambda store, _: claim(store, the_edition(store, date=day(YEARS + 1)), limit=5),
    "hand": lambda store, held: hand(store, *held),
    "turn": lambda store, held: store.turn([(one, SENT) for one in held], held[:1], at()),
    "settle": lambda store, held: settle(store, *held),
    "release": lambda store, held: store.release(held),
    "recover": recover,
    "allowance": ask_allowance,
    "uncertain": lambda store, _: store.uncertain("other"),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_past_costs_nothing(store: SqlStore, url: str, act: str) -> None:
    held = claim(store, the_edition(store, date=day(YEARS + 1)), limit=5)
    meter = Meter(url, store)
    with meter.running():
        ACTS[act](store, held)
    assert meter.spent < 2 * len(READERS)


def test_what_is_not_due_yet_is_passed_over_at_no_cost(store: SqlStore, url: str) -> None:
    edition = the_edition(store, date=day(YEARS + 1))
    later = Result(state=DeliveryState.DEFERRED, next_try=at(hours=1))
    settle(store, *claim(store, edition, limit=len(READERS) - 10), result=later)
    meter = Meter(url, store)
    with meter.running():
        assert len(claim(store, edition, limit=5)) == 5
    assert meter.spent < len(READERS) / 2


def test_what_is_told_of_the_past_is_told_by_its_accounts(store: SqlStore, url: str) -> None:
    meter = Meter(url, store)
    with meter.running(), store.reading() as connection:
        assert tally.unfinished(connection.rows, "daily") == len(READERS)
        books = tally.books(connection.rows, "daily")
        accounts = tally.accounts(connection.rows, "daily")
    assert (books["skipped"], books["pending"]) == (YEARS * len(READERS), len(READERS))
    assert [one["recipients"] for one in accounts] == [len(READERS)] * 10
    assert meter.spent < 6 * len(READERS)
