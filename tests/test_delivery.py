"""Each reader gets each edition once, whatever the mail server does (G5, G6)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.delivery import RETRIES, Outcome, PostOffice, deliver
from digest.model.editions import FrozenEdition
from digest.store.engine import SqlStore, open_store
from digest.store.journal import open_journal
from digest.transport import transport_for
from tests.store.records import DAY, NOW, a_paper, publish
from tests.transport.scripted import DROP, LOSE, ScriptedSmtp

READERS = [f"reader{number}@example.org" for number in range(45)]
SENDER = "papers@example.org"


def letters(frozen: FrozenEdition) -> Callable[[str], bytes]:
    def build(address: str) -> bytes:
        name = f"{frozen.edition.date}.{address}"
        return f"Message-ID: <{name}>\r\nTo: {address}\r\n\r\nOne paper.\r\n".encode()

    return build


class Morning:
    """One edition, its readers, and a post office that opens when asked."""

    def __init__(self, url: str, store: SqlStore, readers: list[str]) -> None:
        self.url, self.store = url, store
        self.now = NOW
        publish(store, a_paper(1), readers=readers)

    def deliver(self, server: str, *, limit: int | None = None, force: bool = False) -> Outcome:
        transport = transport_for(server, None)
        office = PostOffice(
            newsletter="daily",
            zone=ZoneInfo("UTC"),
            store=self.store,
            ledger=self.store,
            transport=transport,
            sender=SENDER,
            letters=letters,
            clock=lambda: self.now,
        )
        try:
            return deliver(office, limit=limit, force=force)
        finally:
            transport.close()

    def books(self) -> dict[str, int]:
        journal = open_journal(self.url)
        try:
            return {state: count for state, count in journal.books("daily").items() if count}
        finally:
            journal.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Morning]]:
    url = f"sqlite:///{tmp_path}/digest.db"
    store = open_store(url)

    def morning(readers: list[str] = READERS) -> Morning:
        return Morning(url, store, readers)

    yield morning
    store.close()


def test_every_reader_gets_the_edition_once(start: Callable[..., Morning]) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)
        assert server.connections == 1
    assert morning.books() == {"sent": len(READERS)}


def test_a_refusal_for_now_is_tried_again_when_its_time_has_come(
    start: Callable[..., Morning],
) -> None:
    morning = start(READERS[:2])
    with ScriptedSmtp({"RCPT": ["451 4.7.1 later"]}) as server:
        outcome = morning.deliver(server.url)
        assert (outcome.trouble, morning.books()) == (0, {"deferred": 1, "sent": 1})
        morning.now += RETRIES[0] - dt.timedelta(seconds=1)
        assert morning.deliver(server.url).attempts == 0
        morning.now += dt.timedelta(seconds=1)
        morning.deliver(server.url)
    assert morning.books() == {"sent": 2}


def test_patience_with_a_refusal_ends(start: Callable[..., Morning]) -> None:
    morning = start(READERS[:1])
    with ScriptedSmtp({"RCPT": ["450 4.2.0 later"] * 10}) as server:
        for wait in (*RETRIES, dt.timedelta()):
            morning.deliver(server.url)
            morning.now += wait
    assert morning.books() == {"failed": 1}


def test_a_refusal_for_good_stops_no_other_reader(start: Callable[..., Morning]) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp({"RCPT": ["250 ok", "550 5.1.1 no such user"]}) as server:
        outcome = morning.deliver(server.url)
        assert len(server.accepted) == 2
    assert (outcome.trouble, morning.books()) == (1, {"failed": 1, "sent": 2})


def test_a_lost_answer_to_the_final_dot_is_uncertain_and_never_sent_again(
    start: Callable[..., Morning],
) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp({"dot": [LOSE]}) as server:
        outcome = morning.deliver(server.url)
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS[:3])
    assert (outcome.trouble, morning.books()) == (1, {"sent": 2, "uncertain": 1})


def test_a_server_that_is_down_charges_nobody(start: Callable[..., Morning]) -> None:
    morning = start()
    with ScriptedSmtp({"connect": ["421 4.3.2 closed"]}) as server:
        outcome = morning.deliver(server.url)
        assert outcome.down
        assert morning.books() == {"pending": len(READERS)}
        morning.deliver(server.url)
    assert morning.books() == {"sent": len(READERS)}


def test_a_server_that_dies_midway_leaves_the_rest_pending(start: Callable[..., Morning]) -> None:
    morning = start()
    refusals = ["250 ok"] * 30 + [DROP, "421 4.3.2 closing"]
    with ScriptedSmtp({"MAIL": refusals}) as server:
        assert morning.deliver(server.url).down
        assert morning.books() == {"pending": 15, "sent": 30}
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)


@pytest.mark.parametrize("limit", [1, 20, 44])
def test_a_limit_is_kept(start: Callable[..., Morning], limit: int) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        assert morning.deliver(server.url, limit=limit).attempts == limit
    assert morning.books() == {"sent": limit, "pending": len(READERS) - limit}


def test_an_old_edition_is_held_until_it_is_forced(start: Callable[..., Morning]) -> None:
    morning = start(READERS[:1])
    morning.now = dt.datetime.combine(DAY, dt.time(), tzinfo=dt.UTC) + dt.timedelta(hours=36)
    with ScriptedSmtp() as server:
        morning.now += dt.timedelta(seconds=1)
        assert "36 hours" in morning.deliver(server.url).held[0]
        assert not server.accepted
        morning.deliver(server.url, force=True)
        assert len(server.accepted) == 1


def test_an_edition_held_for_a_week_is_given_up_and_its_books_balance(
    start: Callable[..., Morning],
) -> None:
    morning = start()
    morning.now = dt.datetime.combine(DAY, dt.time(23), tzinfo=dt.UTC) + dt.timedelta(days=7)
    with ScriptedSmtp() as server:
        assert morning.deliver(server.url).held
        morning.now += dt.timedelta(hours=2)
        assert not morning.deliver(server.url).held
        assert not server.accepted
    assert morning.books() == {"skipped": len(READERS)}


def test_a_maildir_gets_each_message_once_even_where_the_answer_was_lost(
    start: Callable[..., Morning], tmp_path: Path
) -> None:
    morning = start(READERS[:2])
    claimed = morning.store.claim("daily", DAY, NOW, limit=1, lease=dt.timedelta(minutes=1))
    assert morning.store.handed(claimed[0])
    for _ in range(2):
        morning.deliver(f"maildir:{tmp_path}/outbox")
    assert len(list((tmp_path / "outbox" / "new").iterdir())) == 2
    assert morning.books() == {"sent": 2}
