"""run, backfill: the commands that make editions."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from digest import logs, wiring
from digest.cli import alerting, common, events, posting, report
from digest.config import Config
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.run import run as run_story
from digest.errors import Busy, ConfigError, StoreError, UsageError
from digest.model.runs import RunReport, RunStatus
from digest.model.sources import SourceState

if TYPE_CHECKING:
    from digest.delivery import Outcome

Clock = Callable[[], dt.datetime]


def run(options: argparse.Namespace) -> int:
    """Make the edition of today, or of --date, and deliver what is due."""
    config, clock = common.configuration(options), common.clock(options)
    date = options.date or _today(config, clock)
    if date > _today(config, clock):
        raise UsageError(f"--date {date} is in the future; today is {_today(config, clock)}")
    orders = Orders(date=date, now=clock(), save=not options.dry_run, force=options.force)
    if options.poll:
        return _poll(options, config, orders)
    if not orders.save:
        return _run(options, config, orders)
    return alerting.watched(config, clock, lambda: _run(options, config, orders))


def _run(options: argparse.Namespace, config: Config, orders: Orders) -> int:
    """What is asked of `run`, and the telling of it; the exit code."""
    began = time.monotonic()
    logs.event("run.began", edition=orders.date)
    after = _After()
    with _newsroom(options, config, rehearsal=not orders.save) as room:
        if orders.save and not room.journal.ready():
            room.store()  # so that whatever comes of this run is remembered
        made = told = _made(options, room, orders)
        events.sources(told)
        if orders.save:
            after = _afterwards(options, room, orders)
            dates = {told.edition, told.weekly, *(after.sent.dates if after.sent else ())}
            trouble = "; ".join(filter(None, [told.trouble, *after.faults, after.unpublished]))
            told = replace(told, deliveries=posting.books(room, dates), trouble=trouble)
            clock = common.clock(options)
            room.journal.note_run(config.newsletter.slug, clock(), orders.date, told)
    common.progress(options)("")
    report.show_run(options, told, config, after.sent)
    code = max(_code(told), posting.verdict(after.sent), after.code)
    events.ended(told, orders.date, code, time.monotonic() - began)
    if orders.save and wiring.wants_alerts(config):
        _alert(config, made, after, common.clock(options))
    return code


class _After(NamedTuple):
    """What came of an edition once it was saved."""

    sent: Outcome | None = None
    faults: Sequence[str] = ()  # for which it could not be delivered
    code: int = 0  # that they make the exit code
    unpublished: str = ""  # why the site could not be published


def _afterwards(options: argparse.Namespace, room: Newsroom, orders: Orders) -> _After:
    """Deliver and publish. Whatever fails, the edition is there, and so must its report be."""
    after = _After()
    if not options.no_deliver:
        try:
            sent = posting.deliver(options, room, force=orders.force, date=orders.date)
            after = _After(sent)
        except (ConfigError, StoreError) as error:
            code = 2 if isinstance(error, ConfigError) else 1
            after = _After(faults=str(error).splitlines(), code=code)
    return after._replace(unpublished=_published(options, room.config))


def _alert(config: Config, made: RunReport, after: _After, clock: Clock) -> None:
    """Tell a person where one is needed, unless somebody waits for the end of this run."""
    if after.sent and after.sent.interrupted:
        return
    from digest.alerts.finding import of_edition, of_settings, of_site

    look = of_edition(made).and_also(of_site(made.trouble, after.unpublished))
    look = look.and_also(alerting.of_mail(after.sent))
    alerting.tell(config, look.and_also(of_settings(after.faults)), clock)


def _poll(options: argparse.Namespace, config: Config, orders: Orders) -> int:
    """Ask the sources, and make nothing."""
    from digest.edition.polling import poll

    with _newsroom(options, config) as room:
        if not room.journal.ready():
            room.store()  # as above
        with _alone(options, config):
            told = poll(room, orders)
        room.journal.note_run(config.newsletter.slug, common.clock(options)(), orders.date, told)
    common.progress(options)("")
    report.show_run(options, told, config, None)
    return _code(told)


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
            told = _made(options, room, orders)
            common.progress(options)("")
            report.show_day(options, date, told)
            code = max(code, _code(told))
            if code == 3:
                break
    if trouble := _published(options, config):
        common.warn(trouble)
        code = max(code, 1)
    return code


def _published(options: argparse.Namespace, config: Config) -> str:
    """Publish the site where that is set up and due, once the mail is out; what went wrong."""
    if config.publish is None:
        return ""
    from digest.cli.archive import publish_owed

    common.progress(options)("publishing")
    return publish_owed(config)


@contextmanager
def _newsroom(
    options: argparse.Namespace, config: Config, *, rehearsal: bool = False
) -> Iterator[Newsroom]:
    progress = common.progress(options)
    with wiring.newsroom(config, rehearsal=rehearsal, progress=progress) as room:
        yield room


def _made(options: argparse.Namespace, room: Newsroom, orders: Orders) -> RunReport:
    """The run's story, alone in the newsletter."""
    with _alone(options, room.config):
        return _with_weekly(room, orders, run_story(room, orders))


@contextmanager
def _alone(options: argparse.Namespace, config: Config) -> Iterator[None]:
    """The newsletter's lock. Where another holds it, the report says so."""
    try:
        with wiring.lock(config):
            yield
    except Busy as busy:
        report.show_busy(options, str(busy))
        raise


def _with_weekly(room: Newsroom, orders: Orders, told: RunReport) -> RunReport:
    """The report of a run, once the weekly edition is made, too, where one is due."""
    if room.config.newsletter.weekly is None or told.status is RunStatus.HELD:
        return told
    from digest.edition.weekly import make_weekly  # few newsletters have one

    settled = told.status is not RunStatus.WAITING
    return replace(told, weekly=make_weekly(room, orders, settled=settled))


def _today(config: Config, clock: Clock) -> dt.date:
    return clock().astimezone(config.newsletter.timezone).date()


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
