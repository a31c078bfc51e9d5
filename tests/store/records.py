"""What runs leave, said shortly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from typing import Any

from digest.document import freeze
from digest.identity import recognise, works
from digest.model.decisions import Decision, Work
from digest.model.deliveries import Delivery, DeliveryState, EditionRef, Result
from digest.model.editions import Edition, Evidence, Placement, Revision, Section
from digest.model.papers import Paper
from digest.model.readers import Subscriber
from digest.model.replies import FeedState, Kept, Sighting
from digest.model.runs import RunRecord
from digest.ports import Ledger, Store
from digest.store.database import database
from digest.store.engine import SqlStore
from digest.suppress import decide

DAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
LEASE = dt.timedelta(minutes=5)
SENT = Result(state=DeliveryState.SENT, code="250 2.0.0 ok")

_TOKENS = count(1)


def a_paper(number: int, *, version: int | None = None, title: str = "", doi: str = "") -> Paper:
    """The paper arxiv:2603.NNNNN."""
    tail = f"v{version}" if version else ""
    ids = (f"https://arxiv.org/abs/2603.{number:05d}{tail}", *([doi] if doi else []))
    return Paper(title=title or f"A remarkable finding, number {number}", ids=ids, url=ids[0])


def key_of(number: int) -> str:
    return f"arxiv:2603.{number:05d}"


def decision_on(
    store: Store, papers: Sequence[Paper], newsletter: str, day: dt.date, source: str = "hf"
) -> Decision:
    """What a run that finds these papers decides."""
    found = works([Sighting(source=source, day=day, paper=paper) for paper in papers])
    known = store.lookup(newsletter, [key for work in found for key in work.keys])
    return decide(recognise(found, known))


def edition_of(
    new: Sequence[Work], newsletter: str, date: dt.date, told: Sequence[Revision] = ()
) -> Edition:
    placements = tuple(
        Placement(
            key=work.keys[0], paper=work.paper, sources=("hf",), evidence=Evidence(reason="none")
        )
        for work in new
    )
    return Edition(
        newsletter=newsletter,
        title="Daily Papers",
        period="daily",
        date=date,
        published_at=NOW,
        sections=(Section(theme="other", label="Other", papers=placements),),
        revisions=tuple(told),
    )


def record_of(
    decision: Decision,
    *,
    newsletter: str = "daily",
    date: dt.date = DAY,
    readers: Sequence[str] = (),
    told: Sequence[Revision] = (),
    feeds: Sequence[FeedState] = (),
    requested: Sequence[tuple[str, str]] = (),
    kept: Sequence[Kept] | None = None,
    channels: Sequence[str] = (),
) -> RunRecord:
    """The record of a run; it has an edition where something is new."""
    made = edition_of(decision.new, newsletter, date, told)
    return RunRecord(
        newsletter=newsletter,
        date=date,
        decision=decision,
        feeds=tuple(feeds),
        requested=tuple(requested),
        visits=(),
        edition=freeze(made) if decision.new else None,
        readers=tuple(readers),
        kept=None if kept is None else tuple(kept),
        channels=tuple(channels),
    )


def publish(
    store: Store,
    *papers: Paper,
    newsletter: str = "daily",
    date: dt.date = DAY,
    source: str = "hf",
    **rest: Any,
) -> Decision:
    """A whole run that finds these papers; what it decided."""
    decision = decision_on(store, papers, newsletter, date, source)
    assert store.save(record_of(decision, newsletter=newsletter, date=date, **rest), NOW)
    return decision


def day(number: int) -> dt.date:
    """The first, second, … day."""
    return DAY + dt.timedelta(days=number - 1)


def at(**later: float) -> dt.datetime:
    return NOW + dt.timedelta(**later)


def rows(url: str, sql: str) -> list[Any]:
    """What a table holds, as any other program would see it."""
    with closing(database(url).connect(autocommit=True)) as connection:
        return list(connection.execute(sql).fetchall())


def subscribe(store: SqlStore, *addresses: str, newsletter: str = "daily", **rest: Any) -> None:
    """Readers who are in no configuration."""
    for address in addresses:
        store.put(newsletter, Subscriber(address=address, **rest), NOW)


def the_edition(store: Ledger, newsletter: str = "daily", date: dt.date = DAY) -> EditionRef:
    """The edition of a date, of which there is one."""
    (found,) = store.editions_of(newsletter, date)
    return found


def claim(
    store: Ledger,
    edition: EditionRef | None = None,
    now: dt.datetime = NOW,
    *,
    limit: int = 100,
    sender: int = 1,
    **rest: Any,
) -> list[Delivery]:
    """Claim deliveries, of the first edition where none is named, under a token of their own."""
    return store.claim(
        edition or the_edition(store),
        now,
        limit=limit,
        lease=LEASE,
        sender=sender,
        token=next(_TOKENS),
        **rest,
    )


def hand(store: Ledger, *deliveries: Delivery, now: dt.datetime = NOW) -> set[Delivery]:
    """Those of some deliveries that may be given away."""
    return store.turn([], deliveries, now)


def settle(
    store: Ledger, *deliveries: Delivery, result: Result = SENT, now: dt.datetime = NOW
) -> None:
    """Let deliveries end alike."""
    store.turn([(one, result) for one in deliveries], [], now)
