"""What endpoints wrote is kept, in either database, for as long as it can be of use."""

from __future__ import annotations

from contextlib import closing

from digest.store.engine import SqlStore, open_store
from digest.store.times import to_day
from tests.store.conftest import store
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.store.old import make_old, row_of, write
from tests.store.records import DAY, at

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "store", "url"]  # fixtures


def test_what_was_kept_is_found_again_by_its_question(store: SqlStore, url: str) -> None:
    store.keep_summary("a", "Ünï \\x 'text' %s ?", at())
    store.keep_summary("b", "another", at())
    with closing(open_store(url)) as again:
        assert again.summaries(["a", "c"]) == {"a": "Ünï \\x 'text' %s ?"}
        assert again.summaries([]) == {}


def test_the_last_text_of_a_question_is_kept(store: SqlStore) -> None:
    store.keep_summary("a", "one", at())
    store.keep_summary("a", "two", at())
    assert store.summaries(["a"]) == {"a": "two"}


def test_after_three_months_it_is_forgotten(store: SqlStore) -> None:
    store.keep_summary("a", "one", at())
    store.keep_summary("b", "two", at(days=90))
    assert set(store.summaries(["a", "b"])) == {"a", "b"}
    store.keep_summary("c", "three", at(days=91))
    assert set(store.summaries(["a", "b", "c"])) == {"b", "c"}


def test_a_database_from_before_summaries_gets_their_table_and_keeps_all_else(url: str) -> None:
    make_old(url, "0002")
    edition = {"published_at": 0, "sha256": "", "document": "{}"}
    write(
        url,
        row_of("newsletter", slug="daily"),
        row_of("edition", newsletter=1, period="daily", date=to_day(DAY), **edition),
    )
    with closing(open_store(url)) as upgraded:
        upgraded.keep_summary("a", "text", at())
        assert upgraded.summaries(["a"]) == {"a": "text"}
        assert upgraded.edition_dates("daily") == [DAY]
