"""The journal says in plain SQL what the store says, and is blank where there is none."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.errors import StoreError
from digest.model.deliveries import DeliveryState
from digest.model.readers import Consent
from digest.model.replies import FeedState, Validators, Visit
from digest.model.runs import RunReport, RunStatus
from digest.model.sources import SourceReport, SourceState
from digest.store.engine import SqlStore, open_store
from digest.store.journal import KEPT_RUNS, SqlJournal, open_journal
from tests.store.old import make_old
from tests.store.records import (
    NOW,
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

REPORT = RunReport(
    edition=day(1),
    status=RunStatus.PUBLISHED,
    new=2,
    repeats=3,
    revised=1,
    sources=(
        SourceReport(name="hf", state=SourceState.FRESH, sightings=5, new=2),
        SourceReport(name="arxiv", state=SourceState.FAILED, reason="503 on “new”"),
    ),
    deliveries={"sent": 1},
)
NOTHING = {state.value: 0 for state in DeliveryState}


def test_what_the_operator_was_told_is_remembered(store: SqlStore, journal: SqlJournal) -> None:
    assert journal.told("daily") == ""
    journal.revise_told("daily", lambda text: f"{text}one")
    journal.revise_told("daily", lambda text: f"{text} two")
    journal.revise_told("new", lambda _: "hello")
    assert (journal.told("daily"), journal.told("new")) == ("one two", "hello")


def test_the_journal_agrees_with_the_store(store: SqlStore, journal: SqlJournal) -> None:
    readers = ["a@example.org", "b@example.org", "c@example.org"]
    publish(store, a_paper(1), readers=readers)
    publish(store, a_paper(2), date=day(2), readers=readers)
    publish(store, a_paper(3), newsletter="other", readers=readers)
    first, second, _ = claim(store)
    hand(store, first)
    settle(store, second)
    assert journal.has_edition("daily", day(2))
    assert not journal.has_edition("daily", day(3))
    assert not journal.has_edition("other", day(2))
    of_first = {**NOTHING, "handed": 1, "sent": 1, "claimed": 1}
    assert journal.books("daily", day(1)) == of_first
    assert journal.books("daily", day(2)) == {**NOTHING, "pending": 3}
    assert journal.books("daily", day(3)) == NOTHING
    assert journal.books("daily") == {**of_first, "pending": 3}
    assert journal.unfinished("daily") == 5
    store.skip(the_edition(store, date=day(2)), None, "too old", NOW)
    store.close_books(the_edition(store, date=day(2)))
    assert journal.books("daily", day(2)) == {**NOTHING, "skipped": 3}
    assert journal.books("daily") == {**of_first, "skipped": 3}
    assert journal.unfinished("daily") == 2


def test_the_overview_tells_how_a_newsletter_stands(store: SqlStore, journal: SqlJournal) -> None:
    feeds = [
        FeedState(source=source, url=url, fingerprint="f", validators=Validators())
        for source, url in [("hf", "u1"), ("hf", "u2"), ("arxiv", "u1")]
    ]
    publish(store, a_paper(1), a_paper(2), readers=["a@example.org"], feeds=feeds)
    settle(store, *claim(store))
    subscribe(store, "left@example.org", state=Consent.LEFT)
    publish(store, a_paper(3), date=day(4), readers=["a@example.org", "b@example.org"])
    publish(store, a_paper(4), newsletter="other")
    store.pause("daily", "our content is refused", NOW)
    journal.note_run("daily", NOW, day(1), REPORT)
    journal.note_run("daily", at(days=1), day(2), RunReport(edition=None, status=RunStatus.QUIET))
    told = journal.overview("daily")
    assert told.pop("bytes") > 10_000
    quiet, published = told.pop("runs")
    assert told == {
        "editions": 2,
        "first": "2026-03-02",
        "last": "2026-03-05",
        "papers": 3,
        "books": {**NOTHING, "sent": 1, "pending": 2},
        "accounts": [
            {
                "period": "daily",
                "date": "2026-03-05",
                "recipients": 2,
                "states": {**NOTHING, "pending": 2},
                "done": False,
            },
            {
                "period": "daily",
                "date": "2026-03-02",
                "recipients": 1,
                "states": {**NOTHING, "sent": 1},
                "done": True,
            },
        ],
        "readers": {
            "pending": 0,
            "active": 2,
            "paused": 0,
            "left": 1,
            "bounced": 0,
            "complained": 0,
        },
        "suppressed": {"left": 1, "bounced": 0, "complained": 0},
        "channels": {},
        "paused": "our content is refused",
        "feeds": {"arxiv": 1, "hf": 2},
    }
    assert (quiet["date"], quiet["status"]) == ("2026-03-03", "quiet")
    asked = {"sightings": 0, "new": 0, "reason": "", "held": False}
    assert published == {
        "at": "2026-03-02T07:30:00+00:00",
        "date": "2026-03-02",
        "status": "published",
        "report": {
            "status": "published",
            "new": 2,
            "repeats": 3,
            "revised": 1,
            "sources": {
                "hf": asked | {"state": "fresh", "sightings": 5, "new": 2},
                "arxiv": asked | {"state": "failed", "reason": "503 on “new”"},
            },
            "deliveries": {"sent": 1},
            "reason": "",
        },
    }


def test_only_the_last_runs_of_each_newsletter_are_kept(
    store: SqlStore, journal: SqlJournal, url: str
) -> None:
    journal.note_run("other", NOW, day(1), REPORT)
    for number in range(KEPT_RUNS + 3):
        journal.note_run("daily", at(minutes=number), day(1), replace(REPORT, new=number))
    kept = rows(
        url,
        "SELECT slug, count(*), min(at) FROM run JOIN newsletter"
        " ON newsletter.id = run.newsletter GROUP BY slug ORDER BY slug",
    )
    assert [tuple(row) for row in kept] == [
        ("daily", KEPT_RUNS, int(at(minutes=3).timestamp())),
        ("other", 1, int(NOW.timestamp())),
    ]


def test_a_run_that_came_to_the_same_takes_the_place_of_the_one_before(
    store: SqlStore, journal: SqlJournal
) -> None:
    again = replace(REPORT, new=9)
    for number, report in enumerate([REPORT, REPORT, again, again, REPORT]):
        journal.note_run("daily", at(minutes=number), day(1), report)
        journal.note_run("other", at(minutes=number), day(1), REPORT)
    journal.note_run("daily", at(minutes=9), day(2), REPORT)
    told = journal.overview("daily")["runs"]
    assert [run["at"] for run in told] == [at(minutes=n).isoformat() for n in (9, 4, 3, 1)]
    assert len(journal.overview("other")["runs"]) == 1


def test_runs_that_took_longer_came_to_the_same(store: SqlStore, journal: SqlJournal) -> None:
    for seconds in (0.5, 2.25):
        told = SourceReport(name="hf", state=SourceState.QUIET, seconds=seconds)
        report = RunReport(edition=None, status=RunStatus.QUIET, sources=(told,), trouble="full")
        journal.note_run("daily", at(minutes=int(seconds)), day(1), report)
    (run,) = journal.overview("daily")["runs"]
    assert run["report"]["sources"]["hf"]["seconds"] == 2.25
    assert run["report"]["trouble"] == "full"


def test_a_run_of_a_date_is_found_if_it_reported_since(
    store: SqlStore, journal: SqlJournal
) -> None:
    journal.note_run("daily", at(minutes=5), day(1), REPORT)
    [run] = journal.runs("daily", day(1))
    assert (run.at, run.status, run.kept) == (at(minutes=5), RunStatus.PUBLISHED, 0)
    assert run.sources == REPORT.sources
    assert journal.runs("daily", day(2)) == journal.runs("other", day(1)) == []


def is_blank(journal: SqlJournal) -> bool:
    journal.note_run("daily", NOW, day(1), REPORT)
    return (
        not journal.has_edition("daily", day(1))
        and not journal.runs("daily", day(1))
        and not journal.has_kept("daily")
        and journal.validators("daily", "hf", "f") == {}
        and journal.unfinished("daily") == 0
        and journal.books("daily") == NOTHING
        and journal.overview("daily")["runs"] == []
    )


def test_without_a_database_the_journal_is_blank_and_makes_none(
    sqlite_url: str, tmp_path: Path
) -> None:
    assert is_blank(open_journal(sqlite_url))
    assert list(tmp_path.iterdir()) == []


def test_without_tables_the_journal_is_blank(journal: SqlJournal) -> None:
    assert is_blank(journal)


def test_a_database_made_meanwhile_is_noticed(journal: SqlJournal, url: str) -> None:
    assert is_blank(journal)
    with closing(open_store(url)) as store:
        publish(store, a_paper(1))
        assert journal.has_edition("daily", day(1))


def test_a_database_of_an_older_program_is_brought_up_to_date(
    url: str, journal: SqlJournal
) -> None:
    make_old(url, "0001")
    assert not journal.has_edition("daily", day(1))
    assert journal.overview("daily")["accounts"] == []
    assert journal.visits("daily", "hf") == {}


def test_a_database_of_a_newer_program_is_no_blank_one(
    store: SqlStore, journal: SqlJournal
) -> None:
    with store.writing() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this program"):
        journal.ready()


def test_the_journal_and_the_lock_load_no_heavy_library() -> None:
    heavy = {
        "dataclasses",
        "sqlalchemy",
        "alembic",
        "psycopg",
        "msgspec",
        "logging",
        "asyncio",
        "email",
    }
    program = "import sys, digest.store.journal, digest.store.lock; print(*sys.modules)"
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in child.stdout.split()}
    assert "sqlite3" in loaded
    assert loaded & heavy == set()


def test_the_history_of_a_source_is_of_the_runs_in_which_it_had_news(
    store: SqlStore, journal: SqlJournal
) -> None:
    def note(number: int, **told: Any) -> None:
        source = SourceReport(name="hf", state=SourceState.FRESH, **told)
        report = RunReport(edition=None, status=RunStatus.QUIET, sources=(source,))
        journal.note_run("daily", at(days=number), day(number), report)

    note(1, sightings=9, new=4)
    with store.writing() as connection:  # as an older program kept it
        connection.execute("UPDATE run SET report = replace(report, '\"new\"', '\"old\"')")
    note(2, sightings=5, new=5)
    note(3, sightings=40, new=40, held=True)
    note(4, sightings=7)
    note(5, sightings=8, new=1)
    assert journal.history("daily", "hf", 9) == [(day(5), 8, 1), (day(2), 5, 5)]
    assert journal.history("daily", "hf", 1) == [(day(5), 8, 1)]
    assert journal.history("daily", "other", 9) == []


def test_notes_that_cannot_be_written_leave_nothing_begun(
    store: SqlStore, journal: SqlJournal
) -> None:
    broken = Visit(source="hf", url="https://example.org/\ud800")
    with pytest.raises(UnicodeEncodeError):
        journal.note_visits("daily", [broken])
    fine = Visit(source="hf", url="https://example.org/")
    journal.note_visits("daily", [fine])
    assert journal.visits("daily", "hf") == {fine.url: fine}
    publish(store, a_paper(1))
