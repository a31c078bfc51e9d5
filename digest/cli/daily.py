"""run, deliver, backfill: the commands that make and send editions."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from digest import wiring
from digest.cli import common, report
from digest.config import Config
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.run import run as run_story
from digest.errors import Busy, ConfigError, UsageError
from digest.model.runs import RunReport, RunStatus
from digest.model.sources import SourceState

if TYPE_CHECKING:
    from digest.delivery import Outcome


def run(options: argparse.Namespace) -> int:
    """Make the edition of today, or of --date, and deliver what is due."""
    config, clock = common.configuration(options), common.clock(options)
    date = options.date or _today(config, clock)
    if date > _today(config, clock):
        raise UsageError(f"--date {date} is in the future; today is {_today(config, clock)}")
    orders = Orders(date=date, now=clock(), save=not options.dry_run, force=options.force)
    sent, faults = None, []
    with _newsroom(options, config, rehearsal=options.dry_run) as room:
        if orders.save and not room.journal.ready():
            room.store()  # so that whatever comes of this run is remembered
        told = run_story(room, orders)
        if orders.save:
            if not options.no_deliver:
                try:
                    sent = _deliver(options, room, force=options.force)
                except ConfigError as error:  # the edition is there, and so must its report be
                    faults = error.problems
            dates = {told.edition, *(sent.dates if sent else ())}
            trouble = "; ".join(filter(None, [told.trouble, *faults]))
            told = replace(told, deliveries=_books(room, dates), trouble=trouble)
            room.journal.note_run(config.newsletter.slug, clock(), date, told)
    common.progress(options)("")
    report.show_run(options, told, config)
    return max(_code(told), _verdict(sent), 2 if faults else 0)


def deliver(options: argparse.Namespace) -> int:
    """Deliver what is due."""
    if options.limit is not None and options.limit < 1:
        raise UsageError(f"--limit {options.limit}: give a number of messages, at least 1")
    config = common.configuration(options)
    with _newsroom(options, config) as room:
        sent = _deliver(options, room, limit=options.limit)
        books = _books(room, set(sent.dates) if sent else set())
    common.progress(options)("")
    report.show_deliveries(options, books)
    return _verdict(sent)


def backfill(options: argparse.Namespace) -> int:
    """Make the editions of past dates for the archive, from sources that can be asked by day."""
    config, clock = common.configuration(options), common.clock(options)
    first, last, today = options.from_date, options.to_date, _today(config, clock)
    if not first <= last < today:
        raise UsageError(
            f"--from {first} --to {last}: give two dates in order, both before today, {today}"
        )
    code = 0
    with _newsroom(options, config) as room:
        for date in (first + dt.timedelta(days) for days in range((last - first).days + 1)):
            orders = Orders(date=date, now=clock(), mail=False, only_that_day=True)
            told = run_story(room, orders)
            common.progress(options)("")
            report.show_day(options, date, told)
            code = max(code, _code(told))
            if code == 3:
                break
    return code


@contextmanager
def _newsroom(
    options: argparse.Namespace, config: Config, *, rehearsal: bool = False
) -> Iterator[Newsroom]:
    """The newsroom. Where another run is at work in it, its report says so (Busy)."""
    try:
        with wiring.newsroom(
            config, rehearsal=rehearsal, progress=common.progress(options)
        ) as room:
            yield room
    except Busy as busy:
        report.show_busy(options, str(busy))
        raise


def _today(config: Config, clock: Callable[[], dt.datetime]) -> dt.date:
    return clock().astimezone(config.newsletter.timezone).date()


def _deliver(
    options: argparse.Namespace, room: Newsroom, *, limit: int | None = None, force: bool = False
) -> Outcome | None:
    """Deliver what is due; None where nothing is, which is told without loading the story."""
    if not room.journal.unfinished(room.config.newsletter.slug):
        return None
    from digest.delivery import deliver as deliver_story

    clock, progress = common.clock(options), common.progress(options)
    with wiring.post_office(room, clock, progress=progress) as office:
        return deliver_story(office, limit=limit, force=force)


def _books(room: Newsroom, dates: set[dt.date | None]) -> dict[str, int]:
    """Deliveries by state over the editions of some dates; what a sender holds is pending."""
    total = dict.fromkeys(report.BOOKS, 0)
    for date in filter(None, dates):
        for state, count in room.journal.books(room.config.newsletter.slug, date).items():
            total["pending" if state in {"claimed", "handed"} else state] += count
    return total


def _code(told: RunReport) -> int:
    """The exit code of a run whose trouble has been told."""
    if told.trouble:
        common.warn(told.trouble)
    if told.status is RunStatus.HELD:
        return 3
    if any(source.held for source in told.sources):
        return 3
    failed = any(source.state is SourceState.FAILED for source in told.sources)
    return int(failed or bool(told.trouble))


def _verdict(sent: Outcome | None) -> int:
    """The exit code of a round of delivery, whose troubles are told here."""
    if sent is None:
        return 0
    for reason in [*sent.held, *filter(None, [sent.down])]:
        common.warn(reason)
    if ended := sent.trouble - bool(sent.down):
        common.warn(f"{ended} of the deliveries failed for good or lost their answer")
    return 3 if sent.held else int(sent.trouble > 0)
