"""A poll: what sources have to show before an edition is due, kept for it.

A rolling list loses papers between two editions, and a batch that is late is seen when it comes.
What is new is kept in the transaction that keeps the validators, so that an answer of "unchanged"
loses nothing; the edition takes it in its own (G2, G4).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from digest.edition.gather import gather
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.reading import Round
from digest.edition.sifting import Sifted, fingerprints, kept_for, sift, still_held, told, unite
from digest.edition.states import News, news, reports, visits
from digest.failpoint import failpoint
from digest.guards import behind
from digest.identity import works
from digest.model.decisions import Decision, Work
from digest.model.replies import Kept, Occasion
from digest.model.runs import RunRecord, RunReport, RunStatus
from digest.model.sources import SourceReport
from digest.revisit import settled


def poll(room: Newsroom, orders: Orders) -> RunReport:
    """Ask the sources that have not come to an end with a date; no edition is made.

    The report tells of all that were asked on that date.
    """
    newsletter, journal = room.config.newsletter, room.journal
    if not orders.force:
        newest = journal.newest(newsletter.slug)
        if doubt := behind(newest, newsletter.timezone, orders.now):
            return RunReport(edition=None, status=RunStatus.HELD, reason=doubt)
    before = {
        one.name: one
        for note in journal.runs(newsletter.slug, orders.date)[:1]
        for one in note.sources
    }
    done = () if orders.force else {name for name, one in before.items() if settled(one)}
    rounds = _asked(room, orders, done)
    kept = kept_for(room, orders)
    if any(turn.sightings for turn in rounds):
        asked, papers = _keep(room, orders, rounds, kept)
    else:
        asked = reports(rounds, News(), orders.now)
        papers = len(works([one.sighting for one in kept]))
        if orders.save:
            journal.note_visits(newsletter.slug, visits(rounds, News(), orders.now))
    return RunReport(
        edition=None,
        status=RunStatus.POLLED,
        kept=papers,
        sources=_in_order(room, {**before, **{one.name: one for one in asked}}),
    )


def _asked(room: Newsroom, orders: Orders, done: Collection[str]) -> Sequence[Round]:
    slug = room.config.newsletter.slug
    gathering = gather(
        [source for source in room.sources if source.name not in done],
        room.fetcher,
        room.journal,
        newsletter=slug,
        occasion=Occasion(
            day=orders.date,
            now=orders.now,
            since=room.journal.newest(slug, before=orders.date),
        ),
        patient=not orders.force,
        counted=False,
        progress=room.progress,
        monotonic=room.monotonic,
    )
    failpoint("after-gather")
    return gathering.rounds


def _keep(
    room: Newsroom, orders: Orders, rounds: Sequence[Round], kept: Sequence[Kept]
) -> tuple[tuple[SourceReport, ...], int]:
    """Keep what is new; the reports of those that were asked, and how many papers wait now."""
    store = room.store()
    sifted = sift(room, orders, store, rounds, unite(rounds, kept))
    unseen = [work for work in sifted.decision.new if not any(one.kept for one in work.sightings)]
    fresh = news(unseen, rounds)
    if orders.save:
        record = _record(room, orders, rounds, kept, sifted)
        record = record._replace(visits=tuple(visits(_free(rounds, sifted), fresh, orders.now)))
        store.save(record, orders.now)
    return told(reports(rounds, fresh, orders.now), sifted.held), len(sifted.decision.new)


def _free(rounds: Sequence[Round], sifted: Sifted) -> list[Round]:
    return [turn for turn in rounds if turn.source.name not in sifted.held]


def _record(
    room: Newsroom,
    orders: Orders,
    rounds: Sequence[Round],
    kept: Sequence[Kept],
    sifted: Sifted,
) -> RunRecord:
    free, decision = _free(rounds, sifted), sifted.decision
    return RunRecord(
        newsletter=room.config.newsletter.slug,
        date=orders.date,
        decision=Decision(new=(), repeats=decision.repeats, revised=decision.revised),
        feeds=tuple(feed for turn in free for feed in turn.feeds),
        requested=tuple(pair for turn in free for pair in turn.requested),
        visits=(),
        edition=None,
        readers=None,
        kept=(*_waiting(room, decision.new, sifted), *still_held(kept, sifted.held)),
    )


def _waiting(room: Newsroom, new: Sequence[Work], sifted: Sifted) -> list[Kept]:
    of = fingerprints(room.sources)
    return [
        Kept(one, of[one.source])
        for work in new
        for one in work.sightings
        if one.source not in sifted.held
    ]


def _in_order(room: Newsroom, found: dict[str, SourceReport]) -> tuple[SourceReport, ...]:
    return tuple(found[source.name] for source in room.sources if source.name in found)
