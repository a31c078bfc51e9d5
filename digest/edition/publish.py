"""From what a round brought to a saved edition, and its archiving; loaded when there is need.

    works -> recognise -> decide -> compose -> summarise -> freeze -> save

Before `save` nothing has happened, but that summaries that were paid for are kept; archiving comes
after it and can be done again at any time (G4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from digest import logs
from digest.edition.gather import Gathering
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.reading import Round
from digest.edition.sifting import kept_for, sift, still_held, told, unite
from digest.edition.states import news, nothing_new, reports, visits
from digest.errors import ConfigError, DigestError
from digest.failpoint import failpoint
from digest.guards import forgotten
from digest.model.decisions import Decision
from digest.model.readers import Frequency
from digest.model.runs import RunRecord, RunReport, RunStatus, SummaryReport
from digest.model.sources import SourceReport

if TYPE_CHECKING:
    from digest.model.editions import Edition, FrozenEdition
    from digest.ports import Store


def publish(room: Newsroom, orders: Orders, gathering: Gathering) -> RunReport:
    """Make the edition of what is new; without news, keep what was learnt all the same."""
    store, rounds, kept = room.store(), gathering.rounds, kept_for(room, orders)
    unite(rounds, kept)
    decision, held = sift(room, orders, store, rounds)
    sources = told(reports(rounds, news(decision.new, rounds), orders.now), held)
    report = RunReport(
        edition=None,
        status=RunStatus.HELD if held and not decision.new else nothing_new(sources),
        repeats=len(decision.repeats),
        revised=len(decision.revised),
        sources=sources,
        reason="; ".join(f"{name}: {reason}" for name, reason in held.items()),
    )
    frozen = None
    if decision.new:
        if reason := _doubt(room, orders, store):
            return replace(report, status=RunStatus.HELD, reason=reason)
        edition = _composed(room, orders, decision, sources, store)
        frozen, summaries = _frozen(room, orders, edition, store)
        report = replace(report, summaries=summaries)
    if orders.save:
        free = [turn for turn in rounds if turn.source.name not in held]
        record = _record(room, orders, decision, free, frozen)
        record = record._replace(kept=still_held(kept, held) if kept else None)
        if not store.save(record, orders.now):
            return RunReport(edition=orders.date, status=RunStatus.EXISTS, sources=sources)
    return _published(report, frozen) if frozen else report


def _published(report: RunReport, frozen: FrozenEdition) -> RunReport:
    from digest.document import outline

    sections = outline(frozen.document).sections
    new = sum(len(section.papers) for section in sections)
    date, repeats, revised = frozen.edition.date, report.repeats, report.revised
    logs.event("edition", edition=date, new=new, repeats=repeats, revised=revised)
    return replace(report, edition=date, status=RunStatus.PUBLISHED, new=new, sections=sections)


def _doubt(room: Newsroom, orders: Orders, store: Store) -> str | None:
    """Why to hold the edition. Raises ConfigError where the archive is another newsletter's."""
    slug, owner = room.config.newsletter.slug, room.archive().owner()
    if owner not in (None, slug):
        raise ConfigError(
            [
                f"archive.path: {room.config.archive_path} holds the editions of {owner!r};"
                f" give {slug!r} a folder of its own"
            ]
        )
    if orders.force:
        return None
    newest = room.archive().newest()
    if newest is None or room.journal.newest(slug) == newest:
        return None  # as nearly always, and quick to tell
    return forgotten(store.edition_dates(slug), room.archive().dates())


def _composed(
    room: Newsroom,
    orders: Orders,
    decision: Decision,
    sources: tuple[SourceReport, ...],
    store: Store,
) -> Edition:
    from digest.edition.compose import compose  # slow to load, and many runs find nothing new

    return compose(
        room.config.newsletter,
        decision,
        untold=store.untold(room.config.newsletter.slug),
        sources=sources,
        taxonomy=room.taxonomy(),
        follow=room.config.themes.follow,
        date=orders.date,
        now=orders.now,
    )


def _frozen(
    room: Newsroom, orders: Orders, edition: Edition, store: Store
) -> tuple[FrozenEdition, SummaryReport | None]:
    """The edition as it stays, with summaries where there is an endpoint and readers to be."""
    from digest.document import freeze  # as above

    config = room.config.summary
    if not (config.endpoint and orders.save and orders.mail):
        return freeze(edition), None
    from digest.edition.summaries import summarised  # few newsletters have an endpoint

    edition, told = summarised(
        edition,
        config,
        room.endpoint,
        store,
        now=orders.now,
        monotonic=room.monotonic,
        progress=room.progress,
    )
    return freeze(edition), told


def _record(
    room: Newsroom,
    orders: Orders,
    decision: Decision,
    rounds: Sequence[Round],
    frozen: FrozenEdition | None,
) -> RunRecord:
    return RunRecord(
        newsletter=room.config.newsletter.slug,
        date=orders.date,
        decision=decision,
        feeds=tuple(feed for turn in rounds for feed in turn.feeds),
        requested=tuple(pair for turn in rounds for pair in turn.requested),
        edition=frozen,
        visits=tuple(visits(rounds, news(decision.new, rounds), orders.now)) if orders.mail else (),
        readers=room.config.mail.to if orders.mail else None,
        zone=room.config.newsletter.timezone.key,
        channels=room.config.channels_of(Frequency.DAILY),
    )


def archive_missing(room: Newsroom, report: RunReport) -> RunReport:
    """Write every edition that the site does not hold yet.

    A site that cannot be written, or whose templates are wrong, is reported, and keeps no reader
    from the mail: the next run tries again.
    """
    store, archive, newsletter = room.store(), room.archive(), room.config.newsletter.slug
    dates = store.edition_dates(newsletter)
    try:
        wanted = {*archive.missing(dates), *(date for date in dates[-1:] if not archive.has(date))}
        if report.edition and report.status is RunStatus.PUBLISHED:
            wanted.add(report.edition)  # the site may have another, which the store has forgotten
        archive.build(filter(None, map(partial(store.edition, newsletter), sorted(wanted))))
    except DigestError as error:
        report = replace(report, trouble=str(error))
    failpoint("after-archive")
    return report
