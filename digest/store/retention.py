"""What is kept for some time only, and the room that it leaves.

What a guarantee needs is kept for ever: which paper was shown, every edition, how many deliveries
of it ended in which state, and who must not be mailed again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice

from digest.config import RetentionConfig
from digest.failpoint import failpoint
from digest.model.deliveries import EditionRef
from digest.model.readers import Consent
from digest.store import bounces, signups, summaries
from digest.store.engine import SqlStore
from digest.store.papers import NEWSLETTER
from digest.store.readers import newsletter_id
from digest.store.times import from_day, to_day, to_seconds
from digest.subscribe import rules

Progress = Callable[[str], None]

TABLES = ("delivery", "reader", "run", "sign_up", "link", "heard", "machine_summary")

_PAGE = 1_000  # readers erased in one transaction
_ENDED = (Consent.LEFT, Consent.BOUNCED, Consent.COMPLAINED)
_OLD = f"""
SELECT id, period, date FROM edition WHERE newsletter = {NEWSLETTER} AND date < ?
AND EXISTS (SELECT 1 FROM delivery WHERE delivery.edition = edition.id) ORDER BY id
"""  # noqa: S608 - our own words, here and below
# All of an edition at once: its account tells of all that were, and nobody recounts the rest.
_FORGET_DELIVERIES = """
DELETE FROM delivery WHERE edition = ? AND edition IN (SELECT edition FROM account)
"""
_FORGET_RUNS = f"DELETE FROM run WHERE newsletter = {NEWSLETTER} AND at < ?"  # noqa: S608
_FORGET_LINKS = "DELETE FROM link WHERE reader NOT IN (SELECT id FROM reader)"


def forget(
    store: SqlStore,
    newsletter: str,
    kept: RetentionConfig,
    now: dt.datetime,
    progress: Progress = lambda _: None,
) -> dict[str, int]:
    """Forget what a newsletter keeps no longer, bit by bit: how much of what.

    `deliveries`, `readers`, `runs`, `sign_ups`, `links` of readers who were erased, `reports` of
    bounces, `summaries`.
    """
    forgotten = dict.fromkeys(("deliveries", "readers", "runs"), 0)
    if kept.deliveries:
        before = now.date() - dt.timedelta(kept.deliveries)
        forgotten["deliveries"] = forget_deliveries(store, newsletter, before, progress)
    if kept.former_readers:
        since = now - dt.timedelta(kept.former_readers)
        forgotten["readers"] = erase_former(store, newsletter, since, now)
    if kept.runs:
        forgotten["runs"] = forget_runs(store, newsletter, now - dt.timedelta(kept.runs))
    return forgotten | forget_the_rest(store, newsletter, now)


def forget_deliveries(
    store: SqlStore, newsletter: str, before: dt.date, progress: Progress = lambda _: None
) -> int:
    """Forget who had the editions of before a date, those that are done; how many deliveries.

    Their accounts stay: how many ended in which state.
    """
    with store.reading() as connection:
        rows = connection.rows(_OLD, newsletter, to_day(before))
    forgotten = 0
    for id_, period, day in rows:
        store.close_books(EditionRef(id_, period, from_day(day)))
        with store.writing() as connection:
            connection.alone()  # as who opens the books again
            forgotten += int(connection.execute(_FORGET_DELIVERIES, id_).rowcount)
        progress(f"{forgotten:,} deliveries forgotten")
        failpoint("after-forgetting")
    return forgotten


def erase_former(store: SqlStore, newsletter: str, before: dt.datetime, now: dt.datetime) -> int:
    """Erase who left, bounced or complained before an instant, but that they get no mail."""
    erased = 0
    former = _former(store, newsletter, before)
    while page := list(islice(former, _PAGE)):
        erased += store.revise(newsletter, [(one, rules.erased) for one in page], now)["erased"]
    return erased


def _former(store: SqlStore, newsletter: str, before: dt.datetime) -> Iterator[str]:
    for state in _ENDED:
        for known in store.readers(newsletter, state):
            if known.since < before:
                yield known.subscriber.address


def forget_runs(store: SqlStore, newsletter: str, before: dt.datetime) -> int:
    """Forget what runs reported before an instant."""
    with store.writing() as connection:
        return int(connection.execute(_FORGET_RUNS, newsletter, to_seconds(before)).rowcount)


def forget_the_rest(store: SqlStore, newsletter: str, now: dt.datetime) -> dict[str, int]:
    """Forget what is of use for a fixed time, as those who write it do."""
    with store.writing() as connection:
        return {
            "sign_ups": signups.tidy(connection, newsletter_id(connection, newsletter), now),
            "links": int(connection.execute(_FORGET_LINKS).rowcount),
            "reports": bounces.forget(connection, now),
            "summaries": summaries.forget(connection, now),
        }


def give_back(store: SqlStore) -> None:
    """Give back the room of what was forgotten. Raises StoreError where that needs more room."""
    place = store.place
    try:
        with closing(place.connect(autocommit=True)) as raw:
            place.give_back(raw, TABLES)
    except place.errors as error:
        raise place.trouble(error) from error


def size(store: SqlStore) -> int:
    """The size of a database in bytes."""
    with store.reading() as connection:
        return connection.place.size(connection.raw)
