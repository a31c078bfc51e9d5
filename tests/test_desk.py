"""What readers do for themselves, on a real store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from digest.model.deliveries import DeliveryState, Result
from digest.model.readers import Consent, Frequency, Subscriber
from digest.model.signups import Limits
from digest.store.engine import SqlStore, open_store
from digest.subscribe.desk import Desk
from digest.subscribe.rules import Refused
from digest.tokens import token

JANE = "jane@example.org"
NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)


def mine(address: str, key: str = "a key") -> str:
    return token(key, "daily", address)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(f"sqlite:///{tmp_path}/digest.db")) as opened:
        yield opened


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    numbers = count()
    return Desk(
        newsletter="daily",
        zone=dt.UTC,
        store=store,
        limits=Limits(),
        weekly=True,
        tokens={"new": mine, "old": lambda address: mine(address, "an old key")},
        theme_fault=lambda name: "" if name in {"agents", "speech"} else f"no theme {name}",
        clock=lambda: NOW,
        nonce=lambda: f"nonce {next(numbers)}",
    )


def ask(desk: Desk, **raw: object) -> None:
    desk.sign_up([desk.wish(raw, "192.0.2.7")])


def mail(store: SqlStore, link: str) -> None:
    """Mail what is due a link."""
    [one] = store.unmailed("daily", NOW, 10)
    assert store.turn_links([], {one: link})
    store.turn_links([(one, Result(state=DeliveryState.SENT))], {})


def reader(store: SqlStore, **rest: object) -> Subscriber:
    jane = Subscriber(address=JANE, **rest)  # type: ignore[arg-type]
    store.put("daily", jane, NOW)
    return jane


def standing(store: SqlStore) -> Consent | None:
    found = store.find("daily", JANE)
    return found.state if found else None


def test_a_visitor_becomes_a_reader_by_asking_and_confirming(desk: Desk, store: SqlStore) -> None:
    ask(desk, address=JANE, frequency="weekly", themes=["agents"])
    assert standing(store) is None
    mail(store, "a link")
    assert standing(store) is None
    asked = desk.asked("a link")
    assert asked
    assert (asked.address, asked.frequency) == (JANE, Frequency.WEEKLY)
    assert desk.confirm("a link")
    assert standing(store) is Consent.ACTIVE
    again = desk.confirm("a link")
    assert again
    assert again.address == ""


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "address is empty"),
        ({"address": "jane"}, "address is no address"),
        ({"address": "jane@example.org, joe@example.org"}, "address is no address"),
        ({"address": "a" * 65 + "@example.org"}, "more than 64 bytes"),
        ({"address": JANE, "frequency": "hourly"}, "frequency must be daily or weekly"),
        ({"address": JANE, "themes": ["gone"]}, "no theme gone"),
        ({"address": JANE, "themes": 7}, "themes must be text"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    desk: Desk, store: SqlStore, raw: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        ask(desk, **raw)
    assert store.unmailed("daily", NOW, 10) == []


def test_nobody_is_promised_a_weekly_edition_that_is_not_made(desk: Desk, store: SqlStore) -> None:
    daily = replace(desk, weekly=False)
    with pytest.raises(Refused, match="no weekly editions"):
        ask(daily, address=JANE, frequency="weekly")
    reader(store)
    with pytest.raises(Refused, match="no weekly editions"):
        daily.prefer(mine(JANE), {"frequency": "weekly"})


def test_asking_tells_nothing_of_who_is_known(desk: Desk, store: SqlStore) -> None:
    answers = []
    for state in Consent:
        address = f"{state}@example.org"
        store.put("daily", Subscriber(address=address, state=state), NOW)
        answers.append(ask(desk, address=address))
    answers.append(ask(desk, address="new@example.org"))
    assert set(answers) == {None}
    mails = {one.address for one in store.unmailed("daily", NOW, 20)}
    assert mails == {f"{state}@example.org" for state in Consent} - {"complained@example.org"} | {
        "new@example.org"
    }


def test_leaving_takes_effect_at_once_and_can_be_taken_back(desk: Desk, store: SqlStore) -> None:
    reader(store, frequency=Frequency.WEEKLY)
    for _ in range(2):
        assert desk.leave(mine(JANE))
        assert standing(store) is Consent.LEFT
    assert desk.come_back(mine(JANE))
    assert standing(store) is Consent.ACTIVE
    found = store.find("daily", JANE)
    assert found
    assert found.frequency is Frequency.WEEKLY


@pytest.mark.parametrize("state", [Consent.BOUNCED, Consent.COMPLAINED])
def test_what_is_graver_than_leaving_is_not_taken_back(
    desk: Desk, store: SqlStore, state: Consent
) -> None:
    reader(store, state=state)
    desk.leave(mine(JANE))
    desk.come_back(mine(JANE))
    assert standing(store) is state


def test_links_made_with_an_old_key_work_for_ever(desk: Desk, store: SqlStore) -> None:
    reader(store)
    assert desk.leave(mine(JANE, "an old key"))
    assert standing(store) is Consent.LEFT


def test_a_link_of_nobody_changes_nothing(desk: Desk, store: SqlStore) -> None:
    reader(store)
    for link in (mine("joe@example.org"), mine(JANE, "no key"), "", "x" * 9_999):
        assert desk.reader(link) is None
        assert desk.leave(link) is None
        assert desk.come_back(link) is None
        assert desk.prefer(link, {}) is None
        assert desk.export(link) is None
        desk.erase(link)
    assert standing(store) is Consent.ACTIVE


def test_a_reader_says_what_they_want_and_until_when_nothing(desk: Desk, store: SqlStore) -> None:
    reader(store)
    wish = {"themes": ["speech"], "keywords": "whale; seal", "cap": "5", "zone": "Asia/Tokyo"}
    after = desk.prefer(mine(JANE), wish | {"paused_until": "2026-04-01"})
    assert after
    assert (after.state, after.paused_until) == (Consent.PAUSED, dt.date(2026, 4, 1))
    assert (after.preferences.wanted, after.preferences.keywords) == (
        ("speech",),
        ("seal", "whale"),
    )
    after = desk.prefer(mine(JANE), wish)
    assert after
    assert (after.state, after.paused_until) == (Consent.ACTIVE, None)
    for wrong in ({"paused_until": "2026-03-02"}, {"hour": "24"}, {"themes": ["gone"]}):
        with pytest.raises(Refused):
            desk.prefer(mine(JANE), wrong)
    assert store.find("daily", JANE) == after


def test_what_a_reader_tries_is_not_kept(desk: Desk, store: SqlStore) -> None:
    before = reader(store)
    desk.know_links()
    wish = {"themes": ["speech"], "summaries": "original", "paused_until": "2026-04-01"}
    tried = desk.try_out(mine(JANE), wish)
    assert store.find("daily", JANE) == before
    assert tried == desk.prefer(mine(JANE), wish)
    for wrong in ({"paused_until": "2026-03-02"}, {"summaries": "short"}):
        with pytest.raises(Refused) as refusal:
            desk.try_out(mine(JANE), wrong)
        assert set(refusal.value.faults) == set(wrong)
    assert store.find("daily", JANE) == tried


def test_who_has_left_chooses_nothing(desk: Desk, store: SqlStore) -> None:
    reader(store, state=Consent.LEFT)
    for choose in (desk.prefer, desk.try_out):
        with pytest.raises(Refused, match="has left"):
            choose(mine(JANE), {})


def test_all_that_is_kept_is_told_and_then_forgotten(desk: Desk, store: SqlStore) -> None:
    reader(store, zone="Europe/Berlin")
    desk.know_links()
    told = desk.export(mine(JANE))
    assert told
    assert (told["address"], told["zone"]) == (JANE, "Europe/Berlin")
    assert (told["soft_bounces"], told["sign_ups"], told["deliveries"]) == (0, [], [])
    desk.erase(mine(JANE))
    assert standing(store) is None
    assert store.is_suppressed("daily", JANE)
    assert desk.export(mine(JANE)) is None
