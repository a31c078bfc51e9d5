"""What of a round is new: with what polls have kept, and without what looks like a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from digest.edition.newsroom import Newsroom, Orders
from digest.edition.reading import Round
from digest.edition.states import news
from digest.guards import flood
from digest.identity import keys_of, recognise, works
from digest.model.decisions import Decision
from digest.model.replies import Kept, Sighting
from digest.model.sources import SourceReport, SourceState
from digest.suppress import decide, without

if TYPE_CHECKING:
    from digest.ports import Source, Store

HISTORY = 30  # runs with news that tell what is usual of a source


class Sifted(NamedTuple):
    """What is new, without what only those sources show that are held, each with the reason."""

    decision: Decision
    held: Mapping[str, str]


def kept_for(room: Newsroom, orders: Orders) -> list[Kept]:
    """What polls have kept of the sources as they are set now; nothing for a day alone."""
    slug = room.config.newsletter.slug
    if orders.only_that_day or not room.journal.has_kept(slug):
        return []
    known = {(source.name, source.fingerprint) for source in room.sources}
    return [
        one for one in room.store().kept(slug) if (one.sighting.source, one.fingerprint) in known
    ]


def unite(rounds: Sequence[Round], kept: Iterable[Kept]) -> list[Sighting]:
    """Add what was kept to the rounds of its sources, once; returns that of other sources."""
    turns = {turn.source.name: turn for turn in rounds}
    places = {
        (one.source, keys_of(one.paper)[0], one.replacement): at
        for turn in rounds
        for at, one in enumerate(turn.sightings)
    }
    others = []
    for old in (one.sighting._replace(kept=True) for one in kept):
        if old.source not in turns:
            others.append(old)
            continue
        shown = turns[old.source].sightings
        at = places.get((old.source, keys_of(old.paper)[0], old.replacement))
        if at is None:
            shown.append(old)
        else:
            shown[at] = shown[at]._replace(day=min(old.day, shown[at].day), kept=True)
    return others


def sift(
    room: Newsroom,
    orders: Orders,
    store: Store,
    rounds: Sequence[Round],
    others: Iterable[Sighting] = (),
) -> Sifted:
    """Decide on what rounds show, and `others` beside them."""
    found = works([*(one for turn in rounds for one in turn.sightings), *others])
    known = store.lookup(room.config.newsletter.slug, {key for work in found for key in work.keys})
    decision = decide(recognise(found, known))
    held = {} if orders.force else _floods(room, orders, decision, rounds)
    return Sifted(without(decision, held), held)


def still_held(kept: Iterable[Kept], held: Mapping[str, str]) -> tuple[Kept, ...]:
    """What of the kept goes on to wait, as its source is held."""
    return tuple(one for one in kept if one.sighting.source in held)


def fingerprints(sources: Iterable[Source]) -> dict[str, str]:
    """The fingerprint of each source by its name."""
    return {source.name: source.fingerprint for source in sources}


def _floods(
    room: Newsroom, orders: Orders, decision: Decision, rounds: Sequence[Round]
) -> dict[str, str]:
    """The sources whose new papers look like a mistake, and why (G8)."""
    new = news(decision.new, rounds).by_source
    slug, found = room.config.newsletter.slug, {}
    for turn in rounds:
        name = turn.source.name
        if name in new and not orders.only_that_day:
            history = room.journal.history(slug, name, HISTORY)
            if reason := flood(history, orders.date, len(turn.sightings), new[name]):
                found[name] = reason
    return found


def told(reports: tuple[SourceReport, ...], held: Mapping[str, str]) -> tuple[SourceReport, ...]:
    """The reports, in which those that are held say so."""
    return tuple(
        replace(
            report,
            state=SourceState.FAILED,
            reason=held[report.name],
            cause="more was new at once than is usual, which may be a mistake",
            held=True,
        )
        if report.name in held
        else report
        for report in reports
    )
