"""The newest edition of each period, on both databases."""

from __future__ import annotations

from digest.store.engine import SqlStore
from tests.store.records import NOW, a_paper, day, publish
from tests.store.test_addressing import weekly


def test_each_period_has_a_newest_edition_of_its_own(store: SqlStore) -> None:
    assert store.newest("daily", "daily") is None
    for number in (1, 2):
        publish(store, a_paper(number), date=day(number))
    publish(store, a_paper(1), date=day(3), newsletter="other")
    assert store.newest("daily", "weekly") is None
    assert store.save(weekly(date=day(1)), NOW)
    for period, date in (("daily", day(2)), ("weekly", day(1))):
        found = store.newest("daily", period)
        assert found
        assert (found.period, found.date) == (period, date)
        edition = store.edition_of(found).edition
        assert (edition.period, edition.date) == (period, date)
