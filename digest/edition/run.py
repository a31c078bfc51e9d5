"""The daily run: is the edition there, is it due, and has any source something to show?

Idempotent: the edition of a date is made once, whoever asks and however often (G3). Most runs
end here; what makes an edition is loaded only for the others.
"""

from __future__ import annotations

from digest.edition.gather import Gathering, gather
from digest.edition.newsroom import Newsroom, Orders
from digest.failpoint import failpoint
from digest.guards import too_late
from digest.model.runs import RunReport, RunStatus


def run(room: Newsroom, orders: Orders) -> RunReport:
    """Make the edition of a date, unless it exists, is not due, or nothing is new."""
    newsletter = room.config.newsletter
    if room.journal.has_edition(newsletter.slug, orders.date):
        return _again(room, orders)
    if orders.mail and not orders.force:
        if reason := too_late(orders.date, newsletter.timezone, orders.now):
            return RunReport(edition=None, status=RunStatus.HELD, reason=reason)
        if orders.date.weekday() not in newsletter.days:
            reason = f"no edition is due on a {orders.date:%A}"
            return RunReport(edition=None, status=RunStatus.QUIET, reason=reason)
    gathering = _gather(room, orders)
    if not gathering.sightings:
        return RunReport(edition=None, status=RunStatus.QUIET, sources=gathering.reports)

    from digest.edition.publish import publish

    return publish(room, orders, gathering)


def _again(room: Newsroom, orders: Orders) -> RunReport:
    """The edition is there; archive it where a run that died after its save did not."""
    report = RunReport(edition=orders.date, status=RunStatus.EXISTS)
    if not orders.save or room.archive().has(orders.date):
        return report

    from digest.edition.publish import archive_missing

    return archive_missing(room, report)


def _gather(room: Newsroom, orders: Orders) -> Gathering:
    gathering = gather(
        room.sources,
        room.fetcher,
        room.journal,
        newsletter=room.config.newsletter.slug,
        day=orders.date,
        now=orders.now,
        wanted=lambda request: not orders.only_that_day or request.day == orders.date,
        progress=room.progress,
    )
    failpoint("after-gather")
    return gathering
