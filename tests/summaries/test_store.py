"""What endpoints wrote is kept, in either database, for as long as it can be of use."""

from __future__ import annotations

from contextlib import closing

from digest.store.engine import SqlStore, open_store
from tests.store.conftest import store
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.store.records import a_paper, at, publish

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


def test_a_database_from_before_summaries_gets_their_table_and_keeps_all_else(
    store: SqlStore, url: str
) -> None:
    publish(store, a_paper(1))
    with store.writing() as connection:
        connection.execute("DROP TABLE machine_summary")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    with closing(open_store(url)) as upgraded:
        upgraded.keep_summary("a", "text", at())
        assert upgraded.summaries(["a"]) == {"a": "text"}
        assert len(upgraded.edition_dates("daily")) == 1
