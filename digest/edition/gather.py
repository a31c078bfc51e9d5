"""One round over the sources, each on its own: what one cannot give stops no other (G9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest.errors import Partial, SourceError
from digest.model.replies import FeedState, Reply, Request, Sighting
from digest.model.sources import SourceReport, SourceState

if TYPE_CHECKING:
    from digest.ports import Fetcher, Journal, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What a round brought. `feeds` holds the validators to keep once its papers are kept."""

    sightings: tuple[Sighting, ...]
    feeds: tuple[FeedState, ...]
    requested: tuple[tuple[str, str], ...]  # (source, url)
    reports: tuple[SourceReport, ...]


@dataclass(slots=True)
class _Round:
    """One source's part of it, as it grows."""

    source: Source
    sightings: list[Sighting] = field(default_factory=list)
    feeds: list[FeedState] = field(default_factory=list)
    requested: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    replies: int = 0
    unchanged: int = 0


def gather(
    sources: Sequence[Source],
    fetcher: Fetcher,
    journal: Journal,
    *,
    newsletter: str,
    day: dt.date,
    now: dt.datetime,
    wanted: Callable[[Request], bool] = lambda _: True,
    progress: Callable[[str], None] = lambda _: None,
) -> Gathering:
    """Ask every source for the newsletter's local date `day`, in the order of the configuration.

    `wanted` leaves out requests, for runs that may only look at some.
    """
    rounds = []
    since = journal.newest(newsletter, before=day)
    for source in sources:
        known = journal.validators(newsletter, source.name, source.fingerprint)
        turn = _Round(source)
        for request in filter(wanted, source.requests(day, now, since)):
            turn.requested.append((source.name, request.url))
            progress(f"{source.name}: {request.day or request.url}")
            try:
                for reply in fetcher.fetch(request, known):
                    _take(turn, reply, request.day or day)
            except SourceError as error:
                turn.errors.append(str(error))
        rounds.append(turn)
    return Gathering(
        sightings=tuple(sighting for turn in rounds for sighting in turn.sightings),
        feeds=tuple(feed for turn in rounds for feed in turn.feeds),
        requested=tuple(pair for turn in rounds for pair in turn.requested),
        reports=tuple(_report(turn) for turn in rounds),
    )


def _take(turn: _Round, reply: Reply, day: dt.date) -> None:
    """Read one reply; one that cannot be read spoils no other of its source."""
    name = turn.source.name
    if reply.url != turn.requested[-1][1]:
        turn.requested.append((name, reply.url))
    turn.replies += 1
    if reply.unchanged:
        turn.unchanged += 1
        return
    try:
        papers = turn.source.parse(reply)
        turn.feeds.append(
            FeedState(
                source=name,
                url=reply.url,
                fingerprint=turn.source.fingerprint,
                validators=reply.validators,
            )
        )
    except SourceError as error:
        turn.errors.append(str(error))
        papers = error.papers if isinstance(error, Partial) else ()
    turn.sightings += [Sighting(source=name, day=day, paper=paper) for paper in papers]


def _report(turn: _Round) -> SourceReport:
    if turn.errors:
        state, reason = SourceState.FAILED, "; ".join(dict.fromkeys(turn.errors))
    elif turn.sightings:
        state, reason = SourceState.FRESH, ""
    elif turn.replies and turn.unchanged == turn.replies:
        state, reason = SourceState.QUIET, "unchanged since the last run"
    else:
        state, reason = SourceState.QUIET, "it lists no papers"
    return SourceReport(
        name=turn.source.name, state=state, sightings=len(turn.sightings), reason=reason
    )
