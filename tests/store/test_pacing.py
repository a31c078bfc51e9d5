"""Rates are never exceeded, in any span, by however many senders, through whatever restarts."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.deliveries import Allowance, Delivery, Rate
from digest.store.engine import SqlStore, open_store
from tests.store.records import (
    LEASE,
    NOW,
    SENT,
    a_paper,
    at,
    claim,
    publish,
    subscribe,
    the_edition,
)

READERS = [f"reader{number}@{number % 3}.example.org" for number in range(12)]
PLENTY = Rate(1000, 60)


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    publish(store, a_paper(1), readers=READERS)
    return store


def room(
    store: SqlStore, *rates: Rate, domain_rates: tuple[Rate, ...] = (), **later: float
) -> Allowance:
    return store.allowance("daily", at(**later), rates=rates, domain_rates=domain_rates)


def send(store: SqlStore, *deliveries: Delivery, **later: float) -> None:
    """Let deliveries go out at an instant."""
    assert store.turn([], deliveries, at(**later)) == set(deliveries)
    store.turn([(one, SENT) for one in deliveries], [], at(**later), paced=True)


def test_without_rates_nothing_is_bounded(store: SqlStore) -> None:
    send(store, *claim(store))
    found = room(store)
    assert found.messages > 1_000_000
    assert (found.wait, found.domains) == (0.0, {})
    assert found.each > 1_000_000


def test_what_was_sent_counts_for_as_long_as_the_span(store: SqlStore) -> None:
    rate = Rate(3, 60)
    assert room(store, rate) == Allowance(3, 0.0, {}, room(store).each)
    send(store, *claim(store, limit=2))
    assert room(store, rate).messages == 1
    send(store, *claim(store, limit=1), seconds=10)
    full = room(store, rate, seconds=30)
    assert (full.messages, full.wait) == (0, pytest.approx(30, abs=0.01))
    assert room(store, rate, seconds=60).messages == 0
    assert room(store, rate, seconds=60.01).messages == 2
    assert room(store, rate, seconds=70.01).messages == 3


def test_what_is_on_its_way_counts_too(store: SqlStore) -> None:
    rate = Rate(3, 60)
    held = claim(store, limit=3)
    full = room(store, rate)
    assert full.messages == 0
    assert 0 < full.wait <= 1
    store.turn([], held[:1], NOW)
    assert room(store, rate).messages == 0
    store.release(held)
    assert room(store, rate).messages == 2
    store.recover("daily", NOW, sender=1, repeatable=True)
    assert room(store, rate).messages == 2
    assert room(store, rate, seconds=61).messages == 3


def test_the_strictest_of_several_rates_holds(store: SqlStore) -> None:
    send(store, *claim(store, limit=3))
    found = room(store, Rate(4, 1), Rate(5, 60), Rate(3, 10))
    assert (found.messages, found.wait) == (0, pytest.approx(10, abs=0.01))


def test_a_full_domain_does_not_hold_the_others(store: SqlStore) -> None:
    domain_rates = (Rate(2, 60),)
    edition = the_edition(store)
    first = claim(store, edition, room=room(store, PLENTY, domain_rates=domain_rates))
    assert [one.address for one in first] == READERS[:6]
    store.release([one for one in first if not one.address.endswith("@0.example.org")])
    send(store, *(one for one in first if one.address.endswith("@0.example.org")))
    found = room(store, PLENTY, domain_rates=domain_rates)
    assert (found.domains, found.each) == ({"0.example.org": 0}, 2)
    second = claim(store, edition, room=found)
    assert [one.address for one in second] == [READERS[n] for n in (1, 2, 4, 5)]
    third = claim(store, edition, room=room(store, PLENTY, domain_rates=domain_rates))
    assert third == []
    assert store.due("daily", NOW) == [edition]


def test_the_strictest_of_several_rates_holds_for_a_domain_that_others_remember(
    store: SqlStore,
) -> None:
    send(store, *claim(store, limit=1))
    found = room(store, PLENTY, domain_rates=(Rate(1, 1), Rate(3, 60)), seconds=2)
    assert (found.domains, found.each) == ({"0.example.org": 1}, 1)


def test_a_full_domain_in_front_does_not_hide_the_others(store: SqlStore) -> None:
    subscribe(store, *(f"big{number}@big.example.org" for number in range(5)), newsletter="big")
    subscribe(store, "small@small.example.org", newsletter="big")
    publish(store, a_paper(2), newsletter="big")
    found = store.allowance("big", NOW, rates=[], domain_rates=[Rate(1, 60)])
    edition = the_edition(store, "big")
    assert [one.address for one in claim(store, edition, limit=2, room=found)] == [
        "big0@big.example.org"
    ]
    found = store.allowance("big", NOW, rates=[], domain_rates=[Rate(1, 60)])
    assert [one.address for one in claim(store, edition, limit=2, room=found)] == [
        "small@small.example.org"
    ]


def test_rates_outlive_a_restart(url: str, store: SqlStore) -> None:
    send(store, *claim(store, limit=3))
    with closing(open_store(url)) as again:
        assert room(again, Rate(3, 60)).messages == 0
        assert room(again, Rate(3, 60), seconds=61).messages == 3


def test_what_a_killed_sender_may_have_sent_counts(store: SqlStore) -> None:
    store.turn([], claim(store, limit=2), NOW)
    store.recover("daily", at(seconds=5), sender=1, repeatable=False)
    assert room(store, Rate(3, 60), seconds=6).messages == 1
    assert room(store, Rate(3, 60), seconds=66).messages == 3


def test_two_senders_that_ask_at_once_do_not_both_get_the_rest(url: str, store: SqlStore) -> None:
    with closing(open_store(url)) as other:
        mine, theirs = (room(one, Rate(4, 60)) for one in (store, other))
        assert mine.messages == theirs.messages == 4
        edition = the_edition(store)
        assert len(claim(store, edition, limit=3, room=mine)) == 3
        assert len(claim(other, edition, limit=3, room=theirs, sender=2)) == 1


def test_a_clock_that_was_a_month_ahead_holds_nothing_for_a_month(store: SqlStore) -> None:
    send(store, *claim(store, limit=3), days=30)
    full = room(store, Rate(3, 60))
    assert (full.messages, full.wait) == (0, pytest.approx(60, abs=0.01))
    assert room(store, Rate(3, 60), seconds=61).messages == 3


def test_what_no_rate_counts_any_more_is_forgotten(store: SqlStore) -> None:
    for number in range(4):
        send(store, *claim(store, limit=1), seconds=number)
    room(store, Rate(3, 2), seconds=5.5)
    with store.reading() as connection:
        assert connection.value("SELECT count(*) FROM sending") == 0


def test_newsletters_do_not_count_each_others_mail(store: SqlStore) -> None:
    send(store, *claim(store, limit=3))
    found = store.allowance("other", NOW, rates=[Rate(3, 60)], domain_rates=[])
    assert found.messages == 3


# Any senders, at any speed: each step lets one of two do something. A message may have been taken
# by the server at any instant from when it was handed over to when it was settled, so that both
# are looked at. What was asked may be old by the time of the claim.
steps = st.lists(
    st.tuples(
        st.sampled_from(["ask", "claim", "hand", "settle", "whole", "whole", "release", "die"]),
        st.integers(0, 1),
        st.one_of(st.just(0), st.integers(1, 1_000)),
    ),
    min_size=10,
    max_size=60,
)
some_rates = st.lists(st.builds(Rate, st.integers(1, 6), st.integers(1, 3)), min_size=1, max_size=2)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with an edition and readers, to copy."""
    file = tmp_path_factory.mktemp("prepared") / "digest.db"
    with closing(open_store(f"sqlite:///{file}")) as store:
        readers = [f"reader{number}@{number % 2}.example.org" for number in range(60)]
        publish(store, a_paper(1), readers=readers)
    return file


@given(steps=steps, rates=some_rates, domain_rates=some_rates)
def test_no_span_ever_holds_more_than_its_rate(
    prepared: Path,
    steps: list[tuple[str, int, int]],
    rates: list[Rate],
    domain_rates: list[Rate],
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        file = shutil.copy(prepared, folder)
        stores = [opened.enter_context(closing(open_store(f"sqlite:///{file}"))) for _ in "ab"]
        bench = Bench(stores, rates, domain_rates)
        for what, sender, pause in steps:
            getattr(bench, what)(sender)
            bench.now += dt.timedelta(milliseconds=pause)
        for which in (0, 1):
            bench.check([(span[which], domain) for span, domain in bench.went])


class Bench:
    """Two senders, and when what they sent was handed over and settled."""

    def __init__(self, stores: list[SqlStore], rates: list[Rate], domain_rates: list[Rate]) -> None:
        self.stores, self.rates, self.domain_rates = stores, rates, domain_rates
        self.now = NOW
        self.edition = the_edition(stores[0])
        self.held: list[list[Delivery]] = [[], []]
        self.handed: list[dict[Delivery, dt.datetime]] = [{}, {}]
        self.went: list[tuple[tuple[dt.datetime, dt.datetime], str]] = []
        self.rooms: list[Allowance | None] = [None, None]
        self.tokens = 0

    def whole(self, sender: int) -> None:
        for act in (self.ask, self.claim, self.hand, self.settle):
            act(sender)

    def ask(self, sender: int) -> None:
        self.rooms[sender] = self.stores[sender].allowance(
            "daily", self.now, rates=self.rates, domain_rates=self.domain_rates
        )

    def claim(self, sender: int) -> None:
        if room := self.rooms[sender]:
            self.tokens += 1
            self.held[sender] += self.stores[sender].claim(
                self.edition,
                self.now,
                limit=room.messages,
                lease=LEASE,
                sender=sender + 1,
                token=self.tokens,
                room=room,
            )

    def hand(self, sender: int) -> None:
        ready = [one for one in self.held[sender] if one not in self.handed[sender]]
        for one in self.stores[sender].turn([], ready, self.now, paced=True):
            self.handed[sender][one] = self.now

    def settle(self, sender: int) -> None:
        done = list(self.handed[sender])
        self.stores[sender].turn([(one, SENT) for one in done], [], self.now, paced=True)
        self.gone(sender, done)

    def gone(self, sender: int, done: list[Delivery]) -> None:
        for one in done:
            span = (self.handed[sender].pop(one), self.now)
            self.went.append((span, one.address.partition("@")[2]))
            self.held[sender].remove(one)

    def release(self, sender: int) -> None:
        back = [one for one in self.held[sender] if one not in self.handed[sender]]
        self.stores[sender].release(back)
        self.held[sender] = list(self.handed[sender])

    def die(self, sender: int) -> None:
        """What it had handed over may have gone."""
        self.stores[sender].recover("daily", self.now, sender=sender + 1, repeatable=False)
        self.gone(sender, list(self.handed[sender]))
        self.held[sender] = []

    def check(self, went: list[tuple[dt.datetime, str]]) -> None:
        for rate in self.rates:
            assert most([at for at, _ in went], rate.seconds) <= rate.messages
        for rate in self.domain_rates:
            for domain in {domain for _, domain in went}:
                mine = [at for at, of in went if of == domain]
                assert most(mine, rate.seconds) <= rate.messages


def most(instants: list[dt.datetime], seconds: int) -> int:
    """How many instants lie in the fullest span of so many seconds, both ends among it."""
    span = dt.timedelta(seconds=seconds)
    return max(
        (sum(start <= one <= start + span for one in instants) for start in instants), default=0
    )
