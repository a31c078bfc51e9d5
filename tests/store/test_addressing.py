"""Who gets an edition is settled in its own transaction: the readers of its period (G4)."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.document import freeze
from digest.guards import too_late
from digest.model.decisions import Decision
from digest.model.deliveries import EditionRef
from digest.model.editions import Revision
from digest.model.readers import Consent, Frequency
from digest.model.runs import RunRecord
from digest.store.engine import SqlStore
from digest.store.journal import SqlJournal
from tests.store.records import (
    DAY,
    NOW,
    a_paper,
    at,
    claim,
    day,
    decision_on,
    edition_of,
    publish,
    record_of,
    rows,
    subscribe,
    the_edition,
)

NOTHING = Decision(new=(), repeats=(), revised=())


def weekly(told: tuple[Revision, ...] = (), date: dt.date = DAY) -> RunRecord:
    """A weekly edition, which enters no papers."""
    made = replace(edition_of([], "daily", date, told), period="weekly")
    return record_of(NOTHING, date=date)._replace(edition=freeze(made))


def addressed(store: SqlStore, edition: EditionRef | None = None, **later: float) -> list[str]:
    return [one.address for one in claim(store, edition, at(**later))]


def test_an_edition_goes_to_the_readers_of_its_period(store: SqlStore) -> None:
    subscribe(store, "daily@example.org")
    subscribe(store, "weekly@example.org", frequency=Frequency.WEEKLY)
    subscribe(store, "elsewhere@example.org", newsletter="other")
    publish(store, a_paper(1), readers=["fixed@example.org"])
    assert store.save(weekly()._replace(readers=("fixed@example.org",)), NOW)
    first, second = store.due("daily", NOW)
    assert (first.period, second.period) == ("daily", "weekly")
    assert addressed(store, first) == ["daily@example.org", "fixed@example.org"]
    assert addressed(store, second) == ["weekly@example.org"]


@pytest.mark.parametrize("state", Consent)
def test_only_who_wants_mail_is_addressed(store: SqlStore, state: Consent) -> None:
    subscribe(store, "reader@example.org", state=state)
    publish(store, a_paper(1))
    wanted = ["reader@example.org"] if state is Consent.ACTIVE else []
    assert addressed(store) == wanted
    assert len(store.due("daily", at(days=1))) == 0


@pytest.mark.parametrize(("until", "addressees"), [(0, 1), (1, 0)])
def test_a_pause_that_ends_by_the_edition_is_over(
    store: SqlStore, until: int, addressees: int
) -> None:
    ends = day(1) + dt.timedelta(days=until)
    subscribe(store, "reader@example.org", state=Consent.PAUSED, paused_until=ends)
    publish(store, a_paper(1))
    assert len(addressed(store)) == addressees


def test_an_edition_that_is_not_mailed_has_no_deliveries(
    store: SqlStore, journal: SqlJournal
) -> None:
    subscribe(store, "reader@example.org")
    record = record_of(decision_on(store, [a_paper(1)], "daily", day(1)))
    assert store.save(record._replace(readers=None), NOW)
    assert store.due("daily", NOW) == []
    assert set(journal.books("daily").values()) == {0}


def test_who_is_named_in_two_spellings_is_one_reader(store: SqlStore) -> None:
    publish(store, a_paper(1), readers=["Jane@Example.org", "jane@example.org"])
    assert len(addressed(store)) == 1


def test_who_is_named_no_more_gets_no_mail(store: SqlStore) -> None:
    publish(store, a_paper(1), readers=["a@example.org", "b@example.org"])
    publish(store, a_paper(2), date=day(2), readers=["b@example.org"])
    assert addressed(store) == ["b@example.org"]
    assert addressed(store, the_edition(store, date=day(2))) == ["b@example.org"]


def test_a_reader_with_an_hour_gets_mail_from_then_on(store: SqlStore) -> None:
    # It is 7:30 UTC: 8:30 in Berlin, 2:30 in New York, 20:30 in Auckland.
    hours = {
        "early@example.org": ("Europe/Berlin", 8),
        "soon@example.org": ("Europe/Berlin", 10),
        "far@example.org": ("America/New_York", 8),
        "past@example.org": ("Pacific/Auckland", 9),
        "here@example.org": ("", 9),
    }
    for address, (zone, hour) in hours.items():
        subscribe(store, address, zone=zone, hour=hour)
    subscribe(store, "any@example.org")
    subscribe(store, "lost@example.org", zone="Mars/Olympus", hour=9)
    decision = decision_on(store, [a_paper(1)], "daily", day(1))
    assert store.save(record_of(decision)._replace(zone="Europe/London"), NOW)
    at_once = ["early@example.org", "past@example.org", "any@example.org", "lost@example.org"]
    assert sorted(addressed(store)) == sorted(at_once)
    assert store.due("daily", at(minutes=89)) == []
    assert sorted(addressed(store, minutes=90)) == ["here@example.org", "soon@example.org"]
    assert addressed(store, hours=5, minutes=29) == []
    assert addressed(store, hours=5, minutes=30) == ["far@example.org"]


@pytest.mark.parametrize(
    ("zone", "own"),
    [
        ("Asia/Tokyo", "America/Los_Angeles"),
        ("Pacific/Auckland", "Europe/London"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
        ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
    ],
)
def test_every_hour_comes_before_the_edition_is_too_late_to_be_mailed(
    store: SqlStore, zone: str, own: str
) -> None:
    for hour in range(24):
        subscribe(store, f"{hour}@example.org", zone=own, hour=hour)
    begun = dt.datetime.combine(DAY, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    decision = decision_on(store, [a_paper(1)], "daily", DAY)
    made, end = begun + dt.timedelta(hours=7), begun + dt.timedelta(hours=30)
    assert store.save(record_of(decision)._replace(zone=zone), made)
    assert not too_late(DAY, ZoneInfo(zone), end)
    now, found = made, [one.address for one in claim(store, the_edition(store), made)]
    while now < end:
        now += dt.timedelta(hours=1)
        shown = now.astimezone(ZoneInfo(own)).hour
        newly = [one.address for one in claim(store, the_edition(store), now)]
        assert newly in ([], [f"{shown}@example.org"])
        found += newly
    assert len(set(found)) == 24


def test_a_weekly_edition_is_saved_once_and_read_by_its_deliveries(
    store: SqlStore, journal: SqlJournal
) -> None:
    subscribe(store, "weekly@example.org", frequency=Frequency.WEEKLY)
    publish(store, a_paper(1))
    record = weekly()
    assert store.save(record, NOW)
    assert not store.save(record, NOW)
    (edition,) = store.due("daily", NOW)
    assert store.edition_of(edition) == record.edition
    daily = store.edition("daily", day(1))
    assert daily
    assert daily.edition.period == "daily"
    assert store.edition_dates("daily") == [day(1)]
    assert journal.newest("daily", period="weekly") == day(1)
    assert [one.period for one in store.editions_of("daily", day(1))] == ["daily", "weekly"]


def test_what_a_weekly_edition_tells_a_daily_one_still_tells(store: SqlStore) -> None:
    publish(store, a_paper(1, version=1))
    publish(store, a_paper(1, version=2), date=day(2))
    told = store.untold("daily")
    assert store.save(weekly(tuple(told), day(2)), NOW)
    assert store.untold("daily") == told


def test_the_daily_editions_of_a_span_come_oldest_first(store: SqlStore) -> None:
    for number in (4, 1, 3):
        publish(store, a_paper(number), date=day(number))
    publish(store, a_paper(9), newsletter="other", date=day(2))
    assert store.save(weekly(date=day(3)), NOW)
    found = store.editions_between("daily", day(1), day(3))
    assert [(one.edition.date, one.edition.period) for one in found] == [
        (day(1), "daily"),
        (day(3), "daily"),
    ]
    assert store.editions_between("daily", day(5), day(9)) == []


@pytest.mark.parametrize(("point", "left"), [("before-commit", 0), ("after-commit", 2)])
def test_a_killed_save_addresses_all_or_nobody(
    store: SqlStore, url: str, point: str, left: int
) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "tests.store.child", "publish", url],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DIGEST_FAILPOINT": point},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    for table in ("reader", "delivery"):
        assert len(rows(url, f"SELECT state FROM {table}")) == left
