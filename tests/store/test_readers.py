"""Readers on both databases: one for each mailbox, and nobody forgotten who wants no mail."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from digest.model.readers import Consent, Frequency, Preferences, Rule, Standing, Subscriber
from digest.store.engine import SqlStore, open_store
from digest.store.readers import end
from digest.subscribe import rules
from digest.subscribe.rules import Refused
from digest.subscribe.standing import gravity
from tests.store.records import NOW, a_paper, at, day, publish, rows

JANE = "jane@example.org"


def a_reader(address: str = JANE, **rest: object) -> Subscriber:
    return Subscriber(address=address, consent="by hand", consented_at=NOW, **rest)  # type: ignore[arg-type]


def put(store: SqlStore, *readers: Subscriber) -> None:
    for reader in readers:
        store.put("daily", reader, NOW)


def as_they_are(readers: Iterable[Subscriber]) -> Iterator[tuple[str, Rule]]:
    for reader in readers:
        barred = reader.state if gravity(reader.state) else None
        yield reader.address, partial(lambda after, _: after, Standing(reader, barred))


def erase(store: SqlStore, address: str) -> None:
    store.revise("daily", [(address, rules.erased)], NOW)


def everybody(store: SqlStore) -> list[str]:
    return [one.subscriber.address for one in store.readers("daily")]


def fixed(store: SqlStore) -> list[str]:
    return [one.subscriber.address for one in store.readers("daily") if one.fixed]


def test_a_reader_comes_back_as_they_were_put(store: SqlStore) -> None:
    jane = a_reader(
        state=Consent.PAUSED,
        frequency=Frequency.WEEKLY,
        zone="Europe/Berlin",
        hour=7,
        preferences=Preferences(wanted=("nlp", "vision"), keywords=("Ω",), cap=5),
        paused_until=dt.date(2026, 4, 1),
        reason="on holiday",
    )
    put(store, jane)
    assert store.find("daily", JANE) == jane
    put(store, a_reader())
    assert store.find("daily", JANE) == a_reader()
    assert store.find("daily", "joe@example.org") is None
    assert store.find("other", JANE) is None


def test_a_mailbox_is_one_reader_however_it_is_written(store: SqlStore) -> None:
    ways = ["Me@bücher.example", "me@xn--bcher-kva.example", "ME@BÜCHER.EXAMPLE"]
    put(store, *(a_reader(way) for way in ways))
    assert everybody(store) == ways[-1:]
    assert all(store.find("daily", way) for way in ways)


def test_what_follows_a_plus_makes_another_reader(store: SqlStore) -> None:
    put(store, a_reader("me@example.org"), a_reader("me+papers@example.org"))
    assert everybody(store) == ["me+papers@example.org", "me@example.org"]


def test_readers_who_want_the_same_share_what_they_want(store: SqlStore, url: str) -> None:
    one = Preferences(wanted=("nlp", "vision"), cap=5)
    same = Preferences(wanted=("vision", "nlp", "nlp"), cap=5)
    put(store, a_reader(preferences=one), a_reader("joe@example.org", preferences=same))
    put(store, a_reader("jim@example.org"))
    found = rows(url, "SELECT mailbox, preference FROM reader ORDER BY mailbox")
    documents = dict(rows(url, "SELECT id, document FROM preference"))
    assert [documents[id_] for _, id_ in found] == [
        '{"cap":5,"wanted":["nlp","vision"]}',
        "{}",
        '{"cap":5,"wanted":["nlp","vision"]}',
    ]
    assert found[1][1] == 1


def test_readers_are_read_page_by_page_in_order_and_by_state(store: SqlStore) -> None:
    addresses = [f"reader{number:04}@example.org" for number in range(2_001)]
    left = {addresses[0], addresses[1_500], addresses[-1]}
    store.revise(
        "daily",
        as_they_are(
            a_reader(one, state=Consent.LEFT if one in left else Consent.ACTIVE)
            for one in addresses
        ),
        NOW,
    )
    assert everybody(store) == addresses
    gone = store.readers("daily", Consent.LEFT)
    assert [one.subscriber.address for one in gone] == sorted(left)
    assert store.reader_counts("daily") == dict.fromkeys(Consent, 0) | {
        Consent.ACTIVE: 1_998,
        Consent.LEFT: 3,
    }


def test_many_are_revised_in_order_and_in_one_transaction(store: SqlStore) -> None:
    put(store, a_reader(), a_reader("joe@example.org"))
    again = a_reader("new@example.org", hour=9)
    changes = [
        *as_they_are([a_reader(), a_reader("new@example.org"), again, again]),
        ("joe@example.org", lambda _: Standing(None, Consent.LEFT)),
        ("kim@example.org", lambda _: None),
    ]
    assert store.revise("daily", changes, NOW) == {
        "added": 1,
        "changed": 1,
        "unchanged": 2,
        "erased": 1,
        "refused": 1,
    }
    assert everybody(store) == [JANE, "new@example.org"]
    assert store.find("daily", "new@example.org") == again


def test_what_a_rule_raises_undoes_everything(store: SqlStore) -> None:
    def broken(_: Standing) -> Standing:
        raise Refused("stays out")

    many = (a_reader(f"reader{number}@example.org") for number in range(2_500))
    with pytest.raises(Refused, match="stays out"):
        store.revise("daily", [*as_they_are(many), (JANE, broken)], NOW)
    assert everybody(store) == []


def test_what_is_added_by_two_at_once_is_one_reader(url: str, store: SqlStore) -> None:
    addresses = [f"reader{number}@example.org" for number in range(200)]

    def add() -> int:
        with closing(open_store(url)) as own:
            return own.revise("daily", as_they_are(map(a_reader, addresses)), NOW)["added"]

    with ThreadPoolExecutor(3) as pool:
        added = [task.result() for task in [pool.submit(add) for _ in range(3)]]
    assert sum(added) == len(addresses)
    assert everybody(store) == sorted(addresses)


def test_a_state_has_a_beginning_and_soft_bounces_end_with_it(store: SqlStore, url: str) -> None:
    put(store, a_reader())
    with store.writing() as connection:
        connection.execute("UPDATE reader SET score = 2.5, scored_at = 1")
    store.put("daily", a_reader(hour=5), at(days=1))
    known = store.reader("daily", JANE)
    assert known
    assert known.since == NOW
    assert rows(url, "SELECT score FROM reader") == [(2.5,)]
    store.put("daily", a_reader(state=Consent.PAUSED), at(days=2))
    known = store.reader("daily", JANE)
    assert known
    assert known.since == at(days=2)
    assert rows(url, "SELECT score FROM reader") == [(0,)]


def test_who_is_erased_is_known_by_a_hash_of_this_newsletter_alone(
    store: SqlStore, url: str
) -> None:
    put(store, a_reader("Me@bücher.example", state=Consent.BOUNCED))
    erase(store, "Me@bücher.example")
    assert everybody(store) == []
    expected = hashlib.sha256(b"daily\0me@xn--bcher-kva.example").hexdigest()
    assert rows(url, "SELECT mailbox, reason FROM suppression") == [(expected, "bounced")]
    assert store.is_suppressed("daily", "ME@BÜCHER.example")
    assert not store.is_suppressed("daily", "you@bücher.example")
    assert not store.is_suppressed("other", "me@bücher.example")


def test_nothing_of_who_is_erased_stays_in_the_file(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        put(store, *(a_reader(f"reader{number}@example.org") for number in range(50)), a_reader())
        erase(store, JANE)
    [content] = (file.read_bytes() for file in Path(sqlite_url[10:]).parent.glob("*.db*"))
    assert b"reader7@example.org" in content
    assert JANE.encode() not in content


def test_what_an_erased_reader_wanted_is_forgotten_but_not_what_others_want_or_get(
    store: SqlStore, url: str
) -> None:
    def want(address: str, keyword: str) -> None:
        put(store, a_reader(address, preferences=Preferences(keywords=(keyword,))))

    want(JANE, "hers")
    want("joe@example.org", "before")
    publish(store, a_paper(1))
    want("joe@example.org", "now")
    erase(store, JANE)
    documents = str(rows(url, "SELECT document FROM preference"))
    assert [word in documents for word in ("hers", "before", "now")] == [False, True, True]
    (edition,) = store.due("daily", NOW)
    (joe,) = store.claim(edition, NOW, limit=9, lease=dt.timedelta(1), sender=1, token=1)
    assert store.preferences(joe.preference) == Preferences(keywords=("before",))


def test_an_erased_readers_mail_goes_to_nobody_else(store: SqlStore) -> None:
    """The next reader does not get the id of the last one, and with it what is still to be sent."""
    put(store, a_reader(), a_reader("joe@example.org"))
    joe = store.reader("daily", "joe@example.org")
    erase(store, "joe@example.org")
    put(store, a_reader("kim@example.org"))
    kim = store.reader("daily", "kim@example.org")
    assert joe
    assert kim
    assert kim.id > joe.id


def test_an_end_bars_a_mailbox_and_is_never_taken_back_for_a_lesser_one(store: SqlStore) -> None:
    put(store, a_reader(state=Consent.PAUSED, paused_until=dt.date(2026, 4, 1)))
    known = store.reader("daily", JANE)
    assert known
    ends = [Consent.LEFT, Consent.COMPLAINED, Consent.BOUNCED, Consent.COMPLAINED]
    with store.writing() as connection:
        done = [
            end(connection, "daily", known.id, state, reason=f"by {state}", now=at(hours=1))
            for state in ends
        ]
        assert not end(connection, "daily", 99, Consent.LEFT, reason="", now=NOW)
    assert done == [True, True, False, False]
    jane = store.find("daily", JANE)
    assert jane
    assert (jane.state, jane.reason, jane.paused_until) == ("complained", "by complained", None)
    assert store.is_suppressed("daily", JANE)


def test_the_readers_that_the_configuration_names_come_and_go_with_it(store: SqlStore) -> None:
    store.keep_fixed("daily", ["Jane@example.org", "joe@example.org"], NOW)
    assert fixed(store) == everybody(store) == ["Jane@example.org", "joe@example.org"]
    jane = store.find("daily", JANE)
    assert jane == Subscriber(address="Jane@example.org", consent="named in mail.to")
    store.keep_fixed("daily", ["kim@example.org", JANE], at(days=1))
    assert fixed(store) == everybody(store) == [JANE, "kim@example.org"]
    known = store.reader("daily", JANE)
    assert known
    assert known.since == NOW
    store.keep_fixed("other", ["joe@example.org"], NOW)
    store.keep_fixed("daily", [], NOW)
    assert everybody(store) == []
    assert store.find("other", "joe@example.org")


def test_who_is_named_beside_an_own_consent_stays_when_named_no_more(store: SqlStore) -> None:
    jane = a_reader("Jane@example.org", frequency=Frequency.WEEKLY)
    put(store, jane)
    store.keep_fixed("daily", [JANE], NOW)
    assert fixed(store) == ["Jane@example.org"]
    store.keep_fixed("daily", [], NOW)
    assert fixed(store) == []
    assert store.find("daily", JANE) == jane


@pytest.mark.parametrize("state", [Consent.LEFT, Consent.BOUNCED, Consent.COMPLAINED])
def test_who_wants_no_mail_gets_none_by_being_named(store: SqlStore, state: Consent) -> None:
    gone, erased = a_reader(state=state), a_reader("joe@example.org", state=state)
    put(store, gone, erased)
    erase(store, "joe@example.org")
    for named in ([JANE, "joe@example.org"], []):
        store.keep_fixed("daily", named, NOW)
        assert store.find("daily", JANE) == gone
        assert everybody(store) == [JANE]


def test_a_named_reader_who_left_is_not_forgotten_when_named_no_more(store: SqlStore) -> None:
    store.keep_fixed("daily", [JANE, "joe@example.org"], NOW)
    known = store.reader("daily", JANE)
    assert known
    with store.writing() as connection:
        end(connection, "daily", known.id, Consent.LEFT, reason="", now=NOW)
    for named in ([], [JANE, "joe@example.org"]):
        store.keep_fixed("daily", named, NOW)
        jane = store.find("daily", JANE)
        assert jane
        assert jane.state is Consent.LEFT


def test_the_last_editions_of_a_reader_are_told_the_newest_first(store: SqlStore) -> None:
    for number in (1, 2, 3):
        publish(store, a_paper(number), date=day(number), readers=[JANE, "joe@example.org"])
    jane = store.reader("daily", JANE)
    assert jane
    receipts = store.receipts("daily", jane.id, 2)
    assert [(one.period, one.date, one.state) for one in receipts] == [
        ("daily", day(3), "pending"),
        ("daily", day(2), "pending"),
    ]
