"""What a visitor asks costs the same however many asked before."""

from __future__ import annotations

from contextlib import closing
from itertools import count

from digest.model.deliveries import DeliveryState, Result
from digest.model.signups import Limits
from digest.store.engine import SqlStore, open_store
from tests.store.records import at
from tests.store.test_signups import asked, sign_up


def test_many_sign_ups_make_the_next_no_dearer(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        wide = Limits(all=1_000_000)
        sign_up(store, limits=wide)
        before = _steps(store)
        many = [asked(f"reader{n}@example.org", f"network {n}") for n in range(2_000)]
        sign_up(store, *many, limits=wide, days=1)
        for one in store.unmailed("daily", at(days=1), 2_000):
            store.turn_links([(one, Result(state=DeliveryState.SENT))], {one: f"link {one.id}"})
        sign_up(store, asked("one@example.org"), limits=wide, days=4)
        assert _steps(store, days=4) < before + 20


def _steps(store: SqlStore, **later: float) -> int:
    """What it costs SQLite to keep a sign-up and to look at a link."""
    steps = count()
    with store.reading() as connection:
        raw = connection.raw  # which is the next one's, too
    raw.set_progress_handler(lambda: next(steps) < 0, 10)
    sign_up(store, asked("last@example.org", "another network"), **later)
    store.asked("daily", "a token", at(days=2))
    raw.set_progress_handler(None, 10)
    return next(steps)
