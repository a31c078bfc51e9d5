"""The daily run: is the edition there, is it due, and has any source something to show?

Idempotent: the edition of a date is made once, whoever asks and however often (G3). Most runs
end here; what makes an edition is loaded only for the others.
"""

from __future__ import annotations

from digest.edition.gather import Gathering, gather
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.states import News, nothing_new, reports, visits
from digest.failpoint import failpoint
from digest.guards import behind, too_late
from digest.model.replies import Occasion
from digest.model.runs import RunReport, RunStatus


def run(room: Newsroom, orders: Orders) -> RunReport:
    """Make the edition of a date, unless it exists, is not due, or nothing is new."""
    report = _made(room, orders)
    return _archived(room, report) if orders.save else report


def _made(room: Newsroom, orders: Orders) -> RunReport:
    newsletter = room.config.newsletter
    if room.journal.has_edition(newsletter.slug, orders.date):
        return RunReport(edition=orders.date, status=RunStatus.EXISTS)
    if orders.mail and orders.date.weekday() not in newsletter.days:
        reason = f"no edition is due on a {orders.date:%A}"
        return RunReport(edition=None, status=RunStatus.QUIET, reason=reason)
    if orders.mail and not orders.force:
        newest, zone = room.journal.newest(newsletter.slug), newsletter.timezone
        doubt = behind(newest, zone, orders.now) or too_late(orders.date, zone, orders.now)
        if doubt:
            return RunReport(edition=None, status=RunStatus.HELD, reason=doubt)
    gathering = _gather(room, orders)
    if orders.only_that_day and any(turn.errors for turn in gathering.rounds):
        # Nothing would ever come back for what is missing.
        told = reports(gathering.rounds, News(), orders.now)
        reason = "a past day is made of all its sources, or not yet"
        return RunReport(edition=None, status=RunStatus.QUIET, sources=told, reason=reason)
    if gathering.sightings or (not orders.only_that_day and room.journal.has_kept(newsletter.slug)):
        from digest.edition.publish import publish

        return publish(room, orders, gathering)
    told = reports(gathering.rounds, News(), orders.now)
    if orders.save and orders.mail:
        room.journal.note_visits(newsletter.slug, visits(gathering.rounds, News(), orders.now))
    return RunReport(edition=None, status=nothing_new(told), sources=told)


def _archived(room: Newsroom, report: RunReport) -> RunReport:
    """Archive this run's edition, and what an earlier run that died after its save left out."""
    dates = {report.edition, room.journal.newest(room.config.newsletter.slug)}
    has = all(room.archive().has(date) for date in dates if date)
    if has and report.status is not RunStatus.PUBLISHED:
        return report

    from digest.edition.publish import archive_missing

    return archive_missing(room, report)


def _gather(room: Newsroom, orders: Orders) -> Gathering:
    slug = room.config.newsletter.slug
    gathering = gather(
        room.sources,
        room.fetcher,
        room.journal,
        newsletter=slug,
        occasion=Occasion(
            day=orders.date,
            now=orders.now,
            since=room.journal.newest(slug, before=orders.date),
            alone=orders.only_that_day,
        ),
        patient=not orders.force,
        progress=room.progress,
        monotonic=room.monotonic,
    )
    failpoint("after-gather")
    return gathering
