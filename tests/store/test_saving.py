"""One transaction a run: papers, keys, seen marks, revisions, validators (G1 to G4, G7)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.model.editions import Revision
from digest.model.papers import Paper
from digest.model.replies import FeedState, Validators
from digest.store.engine import SqlStore, open_store
from digest.store.journal import SqlJournal
from tests.store.records import (
    NOW,
    a_paper,
    day,
    decision_on,
    key_of,
    publish,
    record_of,
    rows,
)

TABLES = (
    *("newsletter", "source", "edition", "paper", "alias", "seen", "sighting", "revision"),
    *("feed", "delivery", "reader"),
)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(rows(url, f"SELECT * FROM {table}"), key=str) for table in TABLES}


def test_a_paper_is_found_by_each_of_its_keys(store: SqlStore) -> None:
    decision = publish(store, a_paper(1, doi="10.1234/one"))
    keys = decision.new[0].keys
    known = store.lookup("daily", [*keys, "arxiv:2603.99999"])
    assert [key.partition(":")[0] for key in keys] == ["arxiv", "doi", "title"]
    assert set(known) == set(keys)
    assert {(one.key, one.edition) for one in known.values()} == {(key_of(1), day(1))}


def test_a_repeat_adds_its_new_keys_to_its_paper(store: SqlStore) -> None:
    publish(store, a_paper(1))
    decision = publish(store, a_paper(1, doi="10.1234/one"), date=day(2))
    assert not decision.new
    assert store.lookup("daily", ["doi:10.1234/one"])["doi:10.1234/one"].key == key_of(1)


def test_a_key_stays_with_its_paper(store: SqlStore) -> None:
    namesake = "Attention is not all you need"
    publish(store, a_paper(1, title=namesake))
    decision = publish(store, a_paper(2, title=namesake), date=day(2))
    assert len(decision.new) == 1
    title = decision.new[0].keys[-1]
    known = store.lookup("daily", [key_of(1), key_of(2), title])
    assert known[title].key == key_of(1)
    assert known[key_of(2)].edition == day(2)


def test_two_newsletters_share_papers_but_not_what_they_showed(store: SqlStore, url: str) -> None:
    publish(store, a_paper(1))
    unseen = store.lookup("weekly-ml", [key_of(1)])[key_of(1)]
    assert unseen.edition is None
    publish(store, a_paper(1), newsletter="weekly-ml", date=day(3))
    assert store.lookup("weekly-ml", [key_of(1)])[key_of(1)].edition == day(3)
    assert store.lookup("daily", [key_of(1)])[key_of(1)].edition == day(1)
    assert len(rows(url, "SELECT id FROM paper")) == 1


def test_a_paper_another_newsletter_entered_meanwhile_is_one_paper(
    store: SqlStore, url: str
) -> None:
    before = decision_on(store, [a_paper(1), a_paper(2)], "other", day(1))
    publish(store, a_paper(1, doi="10.1234/one"))
    assert store.save(record_of(before, newsletter="other"), NOW)
    assert len(rows(url, "SELECT id FROM paper")) == 2
    assert store.lookup("other", ["doi:10.1234/one"])["doi:10.1234/one"].edition == day(1)


def test_new_works_that_turn_out_to_be_one_paper_are_not_saved(store: SqlStore) -> None:
    preprint, published = a_paper(1), replace(a_paper(2), title="Under another name", ids=())
    before = decision_on(store, [preprint, published], "other", day(1))
    assert len(before.new) == 2
    publish(store, replace(preprint, title=published.title))
    with pytest.raises(StoreError, match="run again"):
        store.save(record_of(before, newsletter="other"), NOW)
    assert store.edition_dates("other") == []


def test_a_paper_shown_meanwhile_is_never_shown_twice(store: SqlStore, url: str) -> None:
    before = decision_on(store, [a_paper(1), a_paper(2)], "daily", day(2))
    publish(store, a_paper(1))
    kept = everything(url)
    with pytest.raises(StoreError, match="run again"):
        store.save(record_of(before, date=day(2)), NOW)
    assert everything(url) == kept


def test_a_second_save_of_an_edition_changes_nothing(store: SqlStore, url: str) -> None:
    publish(store, a_paper(1), readers=["a@example.org"])
    kept = everything(url)
    other = decision_on(store, [a_paper(2)], "daily", day(1))
    feeds = [FeedState(source="hf", url="u", fingerprint="f", validators=Validators(etag="e"))]
    assert not store.save(record_of(other, feeds=feeds, readers=["b@example.org"]), NOW)
    assert everything(url) == kept


def test_two_newsletters_saving_the_same_new_papers_at_once_leave_one_of_each(
    store: SqlStore, url: str
) -> None:
    papers = [a_paper(number) for number in range(300)]
    records = [
        record_of(decision_on(store, papers, slug, day(1)), newsletter=slug)
        for slug in ("one", "two", "three")
    ]
    together = threading.Barrier(len(records), timeout=30)
    saved = []

    def save(at: int) -> None:
        with closing(open_store(url)) as own:
            together.wait()
            saved.append(own.save(records[at], NOW))

    threads = [threading.Thread(target=save, args=(at,)) for at in range(len(records))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved == [True] * len(records)
    assert len(rows(url, "SELECT id FROM paper")) == 300
    assert len(rows(url, "SELECT paper FROM seen")) == 900


@pytest.mark.parametrize(
    ("point", "left"), [("mid-commit", 0), ("before-commit", 0), ("after-commit", 2)]
)
def test_a_killed_save_leaves_all_or_nothing(
    store: SqlStore, journal: SqlJournal, url: str, point: str, left: int
) -> None:
    publish(store, a_paper(9), newsletter="other")
    before = everything(url)
    child = subprocess.run(
        [sys.executable, "-m", "tests.store.child", "publish", url],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DIGEST_FAILPOINT": point},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert (everything(url) == before) == (left == 0)
    assert len(store.lookup("daily", [key_of(1), key_of(2)])) == left
    assert journal.has_edition("daily", day(1)) == bool(left)
    assert journal.unfinished("daily") == left
    if not left:
        publish(store, a_paper(1), a_paper(2))


def test_a_quiet_day_keeps_sightings_and_makes_no_edition(store: SqlStore) -> None:
    publish(store, a_paper(1))
    decision = publish(store, a_paper(1), date=day(2))
    assert len(decision.repeats) == 1
    publish(store, a_paper(1), date=day(2), source="arxiv")
    assert store.edition_dates("daily") == [day(1)]
    assert store.explain("daily", key_of(1)) == {
        "key": key_of(1),
        "aliases": sorted(decision.repeats[0].work.keys),
        "version": None,
        "edition": "2026-03-02",
        "sightings": [
            {"source": "hf", "first": "2026-03-02", "last": "2026-03-03"},
            {"source": "arxiv", "first": "2026-03-03", "last": "2026-03-03"},
        ],
    }


def test_a_late_sighting_of_an_earlier_day_moves_the_first_one(store: SqlStore) -> None:
    publish(store, a_paper(1), date=day(5))
    publish(store, a_paper(1), date=day(2))
    told = store.explain("daily", key_of(1))
    assert told
    assert told["sightings"] == [{"source": "hf", "first": "2026-03-03", "last": "2026-03-06"}]


def test_a_paper_nobody_saw_is_not_explained(store: SqlStore) -> None:
    assert store.explain("daily", key_of(1)) is None


def test_a_revision_is_untold_until_an_edition_lists_it(store: SqlStore) -> None:
    publish(store, a_paper(1, version=1))
    publish(store, a_paper(1, version=2), date=day(2))
    publish(store, replace(a_paper(1, version=3), title="A better title"), date=day(3))
    third = Revision(
        key=key_of(1), title="A better title", version=3, url=a_paper(1, version=3).url
    )
    assert store.untold("daily") == [third]
    publish(store, a_paper(2), date=day(4), told=[third])
    assert store.untold("daily") == []
    assert store.lookup("daily", [key_of(1)])[key_of(1)].version == 3


def test_a_version_above_the_one_told_is_told_again(store: SqlStore) -> None:
    publish(store, a_paper(1, version=1))
    publish(store, a_paper(1, version=2), date=day(2))
    publish(store, a_paper(2), date=day(3), told=store.untold("daily"))
    publish(store, a_paper(1, version=4), date=day(4))
    assert [one.version for one in store.untold("daily")] == [4]


def test_an_edition_tells_no_version_above_the_one_it_lists(store: SqlStore) -> None:
    publish(store, a_paper(1, version=1))
    publish(store, a_paper(1, version=2), date=day(2))
    listed = store.untold("daily")
    publish(store, a_paper(1, version=3), date=day(3))
    publish(store, a_paper(2), date=day(4), told=listed)
    assert [one.version for one in store.untold("daily")] == [3]


def test_a_first_version_after_none_is_no_revision(store: SqlStore) -> None:
    publish(store, a_paper(1))
    publish(store, a_paper(1, version=2), date=day(2))
    assert store.untold("daily") == []
    assert store.lookup("daily", [key_of(1)])[key_of(1)].version == 2


def test_an_old_version_seen_again_changes_nothing(store: SqlStore) -> None:
    publish(store, a_paper(1, version=3))
    publish(store, a_paper(1, version=2), date=day(2))
    assert store.untold("daily") == []
    assert store.lookup("daily", [key_of(1)])[key_of(1)].version == 3


def test_a_revision_found_by_one_newsletter_is_told_by_all_that_showed_the_paper(
    store: SqlStore,
) -> None:
    publish(store, a_paper(1, version=1))
    publish(store, a_paper(1, version=2), newsletter="late", date=day(2))
    publish(store, a_paper(1, version=2), date=day(2))
    assert [one.version for one in store.untold("daily")] == [2]
    assert store.untold("late") == []


def feed(source: str, url: str, etag: str, fingerprint: str = "f") -> FeedState:
    validators = Validators(etag=etag, last_modified="Mon", sha256="00")
    return FeedState(source=source, url=url, fingerprint=fingerprint, validators=validators)


def test_validators_are_kept_for_one_fingerprint_of_one_source(
    store: SqlStore, journal: SqlJournal
) -> None:
    asked = [("hf", "u1"), ("arxiv", "u1")]
    publish(store, a_paper(1), feeds=[feed("hf", "u1", "a")], requested=asked)
    assert journal.validators("daily", "hf", "f") == {
        "u1": Validators(etag="a", last_modified="Mon", sha256="00")
    }
    assert journal.validators("daily", "hf", "other settings") == {}
    assert journal.validators("daily", "arxiv", "f") == {}
    assert journal.validators("other", "hf", "f") == {}
    publish(store, feeds=[feed("hf", "u1", "b", "other settings")], requested=asked)
    assert journal.validators("daily", "hf", "f") == {}
    assert journal.validators("daily", "hf", "other settings")["u1"].etag == "b"


def test_validators_of_urls_that_a_source_asks_for_no_more_are_forgotten(
    store: SqlStore, journal: SqlJournal
) -> None:
    three = [feed("hf", "u1", "a"), feed("hf", "u2", "b"), feed("arxiv", "u3", "c")]
    publish(store, feeds=three, requested=[("hf", "u1"), ("hf", "u2"), ("arxiv", "u3")])
    publish(store, requested=[("hf", "u2"), ("hf", "u4")])
    assert set(journal.validators("daily", "hf", "f")) == {"u2"}
    assert set(journal.validators("daily", "arxiv", "f")) == {"u3"}


def test_an_edition_is_read_back_byte_for_byte(store: SqlStore) -> None:
    odd = a_paper(1, title="On “quotes”, \\alpha < β & 数学 \U0001f600 and \x00")
    record = record_of(decision_on(store, [odd], "daily", day(1)))
    assert store.save(record, NOW)
    assert store.edition("daily", day(1)) == record.edition
    assert store.edition("daily", day(2)) is None
    assert store.edition("other") is None


def test_the_newest_edition_is_the_one_of_the_latest_date(store: SqlStore) -> None:
    for number in (3, 1, 2):
        publish(store, a_paper(number), date=day(number))
    newest = store.edition("daily")
    assert newest
    assert newest.edition.date == day(3)
    assert store.edition_dates("daily") == [day(1), day(2), day(3)]


@pytest.mark.parametrize("change", ["'Daily Papers', 'Weekly Papers'", "'{', ''"])
def test_an_edition_that_was_changed_is_refused(store: SqlStore, url: str, change: str) -> None:
    publish(store, a_paper(1))
    with store.writing() as connection:
        connection.execute(f"UPDATE edition SET document = replace(document, {change})")
    with pytest.raises(StoreError, match=r"edition of daily of 2026-03-02 is damaged.*backup"):
        store.edition("daily", day(1))


def test_an_error_of_the_database_undoes_the_whole_save(store: SqlStore, url: str) -> None:
    decision = decision_on(store, [a_paper(1)], "daily", day(1))
    kept = everything(url)
    nameless = FeedState(source="hf", url="u", fingerprint=None, validators=Validators())  # type: ignore[arg-type] # the point
    impossible = record_of(decision, feeds=[nameless], readers=["a@example.org"])
    with pytest.raises(StoreError, match="cannot be used"):
        store.save(impossible, NOW)
    assert everything(url) == kept


def test_a_paper_known_by_its_title_goes_by_its_id_once_that_is_seen(store: SqlStore) -> None:
    title = "A Title That Two Papers Share"
    publish(store, Paper(title=title), date=day(1))
    publish(store, Paper(title=title, ids=("2603.00001",)), date=day(2))
    assert store.lookup("daily", ["arxiv:2603.00001"])["arxiv:2603.00001"].key == "arxiv:2603.00001"
    decision = publish(store, Paper(title=title, ids=("2603.00002",)), date=day(3))
    assert len(decision.new) == 1
