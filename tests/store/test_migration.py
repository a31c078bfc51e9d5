"""Deliveries to addresses become deliveries to readers, each where it stood."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import pytest

from digest.model.readers import Consent, Frequency, Subscriber
from digest.store.engine import open_store
from digest.store.journal import open_journal
from digest.store.times import to_day, to_seconds
from tests.store.old import make_old, row_of, write
from tests.store.records import NOW, a_paper, at, claim, day, publish, rows, the_edition

STATES = (
    *("pending", "claimed", "handed", "sent", "deferred"),
    *("failed", "suppressed", "skipped", "uncertain"),
)
Row = tuple[int, str, str]  # the edition's number, the address and the state


def an_old_store(url: str, deliveries: Sequence[Row], editions: int = 1) -> None:
    """A store of before there were readers, of the newsletters daily and, last, other."""
    make_old(url, "0003")
    slugs = ["daily"] * editions + ["other"]
    write(
        url,
        *(row_of("newsletter", slug=slug) for slug in ("daily", "other")),
        *(
            row_of(
                "edition",
                newsletter=1 + (slug == "other"),
                period="daily",
                date=to_day(day(number)),
                published_at=to_seconds(NOW),
                sha256="0" * 64,
                document="{}",
            )
            for number, slug in enumerate(slugs, 1)
        ),
        *(
            row_of(
                "delivery",
                edition=edition,
                address=address,
                state=state,
                attempts=2,
                token=5,
                lease_until=to_seconds(at(minutes=5)) if state == "claimed" else None,
                next_try=to_seconds(at(minutes=9)) if state == "deferred" else None,
                code=f"was {state}",
                updated=to_seconds(NOW),
            )
            for edition, address, state in deliveries
        ),
    )


def told(url: str) -> list[tuple[object, ...]]:
    """The edition, address, state, attempts and code of each delivery."""
    sql = (
        "SELECT edition, address, delivery.state, attempts, code FROM delivery"
        " JOIN reader ON reader.id = delivery.reader ORDER BY edition, address"
    )
    return [tuple(row) for row in rows(url, sql)]


def test_every_delivery_stays_where_it_stood(url: str) -> None:
    an_old_store(url, [(1, f"{state}@example.org", state) for state in STATES])
    with closing(open_store(url)) as store:
        assert told(url) == [
            (1, f"{state}@example.org", state, 2, f"was {state}") for state in sorted(STATES)
        ]
        assert [one.address for one in claim(store)] == ["pending@example.org"]
        assert len(store.recover("daily", NOW, sender=1, repeatable=False)) == 1
        states = store.close_books(the_edition(store))
        assert states == {
            **dict.fromkeys(STATES, 1),
            "pending": 2,
            "claimed": 0,
            "handed": 0,
            "uncertain": 2,
        }
        later = claim(store, now=at(minutes=9))
        assert {(one.address, one.attempts) for one in later} == {
            (f"{state}@example.org", 2) for state in ("pending", "claimed", "deferred")
        }


def test_whoever_had_mail_is_a_reader_of_that_newsletter(url: str) -> None:
    an_old_store(url, [(1, "jane@example.org", "sent"), (2, "joan@Example.org", "sent")])
    with closing(open_store(url)) as store:
        assert store.find("daily", "jane@example.org") == Subscriber(
            address="jane@example.org",
            state=Consent.ACTIVE,
            frequency=Frequency.DAILY,
            consent="named in mail.to",
        )
        assert store.find("daily", "joan@example.org") is None
        joan = store.find("other", "JOAN@example.org")
        assert joan
        assert joan.address == "joan@Example.org"
        store.keep_fixed("daily", ["Jane@example.org"], NOW)
        assert [one.subscriber.address for one in store.readers("daily")] == ["Jane@example.org"]


def test_several_spellings_of_one_mailbox_become_one_reader(url: str) -> None:
    spellings = ["Jane@Example.org", "jane@example.org", "reader@bücher.example"]
    an_old_store(
        url,
        [
            *((1, address, "sent") for address in spellings),
            (2, "jane@EXAMPLE.org", "sent"),
            (2, "READER@xn--bcher-kva.example", "sent"),
        ],
        editions=2,
    )
    with closing(open_store(url)) as store:
        assert {one.mailbox for one in store.readers("daily")} == {
            "jane@example.org",
            "reader@xn--bcher-kva.example",
        }
        assert len(told(url)) == 4
        store.keep_fixed("daily", ["jane@example.org", "reader@bücher.example"], NOW)
        assert len(list(store.readers("daily"))) == 2


@pytest.mark.parametrize(
    ("states", "kept"),
    [
        (["pending", "sent"], "sent"),
        (["handed", "failed"], "handed"),
        (["uncertain", "pending"], "uncertain"),
        (["failed", "deferred"], "deferred"),
        (["failed", "failed"], "failed"),
    ],
)
def test_mail_that_one_spelling_may_have_had_is_not_sent_to_the_other(
    url: str, states: list[str], kept: str
) -> None:
    for first, second in (states, states[::-1]):
        an_old_store(url, [(1, "Jane@example.org", first), (1, "jane@example.org", second)])
        open_store(url).close()
        assert [state for _, _, state, *_ in told(url)] == [kept]
        tables = (
            *(
                "kept",
                "listed_words",
                "listed",
                "channel",
                "sign_up",
                "link",
                "linked",
                "heard",
                "told",
                "sending",
                "pause",
                "account",
                "delivery",
                "suppression",
            ),
            *("reader", "preference", "machine_summary", "pace", "visit", "run", "feed"),
            *("revision", "sighting", "seen", "alias", "paper", "edition", "source"),
            *("newsletter", "alembic_version"),
        )
        write(url, *(f"DROP TABLE {table}" for table in tables))


def test_editions_whose_deliveries_are_closed_have_their_accounts(url: str) -> None:
    an_old_store(
        url,
        [
            (1, "jane@example.org", "sent"),
            (1, "joan@example.org", "failed"),
            (2, "jane@example.org", "sent"),
            (2, "joan@example.org", "pending"),
            (3, "jane@example.org", "sent"),
        ],
        editions=2,
    )
    with closing(open_journal(url)) as journal:
        assert journal.books("daily", day(1))["failed"] == 1
        assert journal.books("daily")["sent"] == 2
        assert journal.unfinished("daily") == 1
    sql = "SELECT edition, state, deliveries FROM account ORDER BY edition, state"
    assert [tuple(row) for row in rows(url, sql)] == [
        (1, "failed", 1),
        (1, "sent", 1),
        (3, "sent", 1),
    ]


@pytest.mark.parametrize("version", ["0001", "0002", "0003"])
def test_a_database_of_any_older_program_is_brought_up_to_date(url: str, version: str) -> None:
    make_old(url, version)
    with closing(open_store(url)) as store:
        publish(store, a_paper(1), readers=["jane@example.org"])
        assert len(claim(store)) == 1
