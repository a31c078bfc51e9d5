"""deliver, and how `digest run` delivers: what is due, within what a signal leaves of time."""

from __future__ import annotations

import argparse
import datetime as dt
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from digest import wiring
from digest.cli import alerting, common, report
from digest.edition.newsroom import Newsroom
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.delivery import Outcome, PostOffice
    from digest.delivery.stopping import Stop


def command(options: argparse.Namespace) -> int:
    """Deliver what is due."""
    if options.limit is not None and options.limit < 1:
        raise UsageError(f"--limit {options.limit}: give a number of messages, at least 1")
    config, progress = common.configuration(options), common.progress(options)
    with wiring.newsroom(config, progress=progress) as room:
        if options.resend_uncertain and not _agreed(options, room):
            return 0
        sent = deliver(options, room, limit=options.limit, force=options.force)
        counts = books(room, sent.dates if sent else ())
    progress("")
    report.show_deliveries(options, counts, sent)
    code = verdict(sent)
    if sent and not sent.interrupted and wiring.wants_alerts(config):
        alerting.tell(config, alerting.of_mail(sent), common.clock(options))
    return code


def deliver(
    options: argparse.Namespace,
    room: Newsroom,
    *,
    limit: int | None = None,
    force: bool = False,
    date: dt.date | None = None,
) -> Outcome | None:
    """Deliver what is due; None where nothing is, which is told without loading the story."""
    if not force and not room.journal.unfinished(room.config.newsletter.slug):
        return None
    from digest.delivery import deliver_everywhere

    config = room.config
    names = [channel.name for channel in config.channels]
    offices = partial(wiring.channel_offices, config)
    with _post_office(options, room) as office:
        return deliver_everywhere(office, names, offices, limit=limit, force=force, date=date)


def books(room: Newsroom, dates: Collection[dt.date | None]) -> dict[str, int]:
    """Deliveries by state over the editions of some dates; what a sender holds is pending."""
    total = dict.fromkeys(report.BOOKS, 0)
    for date in filter(None, dates):
        for state, count in room.journal.books(room.config.newsletter.slug, date).items():
            total["pending" if state in {"claimed", "handed"} else state] += count
    return total


def verdict(sent: Outcome | None) -> int:
    """The exit code of a round of delivery, whose troubles are told here."""
    if sent is None:
        return 0
    for reason in [*sent.held, *filter(None, [sent.down]), *chain(*sent.said.values())]:
        common.warn(reason, logged=True)
    if sent.trouble > bool(sent.down):
        for need in report.needs(sent):
            common.warn(need)
    return 3 if sent.held else int(sent.trouble > 0)


@contextmanager
def _post_office(options: argparse.Namespace, room: Newsroom) -> Iterator[PostOffice]:
    import time

    from digest.delivery.stopping import Stop

    clock, progress = common.passing_clock(options), common.progress(options)
    stop = Stop(time.monotonic)
    with stoppable(stop), wiring.post_office(room, clock, stop, progress=progress) as office:
        yield office


@contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Let SIGTERM and a first Ctrl-C finish what is in hand; a second Ctrl-C ends it at once."""

    def ask(number: int, _: object) -> None:
        if number == signal.SIGINT:
            signal.signal(number, before[signal.SIGINT])
        stop.ask()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _agreed(options: argparse.Namespace, room: Newsroom) -> bool:
    """Whether to go on, once the uncertain deliveries that are to be sent again are due."""
    slug, force = room.config.newsletter.slug, options.force
    if not room.journal.books(slug)["uncertain"]:
        return True
    from digest.delivery import resend_uncertain, uncertain

    now = common.passing_clock(options)()
    count = sum(uncertain(room.store(), slug, now, force=force).values())
    if count and not options.yes and not _is_sure(count):
        return False
    with _post_office(options, room) as office:
        resend_uncertain(office, force=force)
    return True


def _is_sure(count: int) -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("--resend-uncertain: nobody is there to ask; say --yes")
    question = f"{count} may have arrived already, and would come twice. Send again? [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
