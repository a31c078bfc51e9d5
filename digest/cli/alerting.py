"""Telling a person what a command came to, where one is needed, and that runs go well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from digest import logs, wiring
from digest.cli import report
from digest.config import Config
from digest.errors import Busy, ConfigError, DigestError, FetchError, StoreError

if TYPE_CHECKING:
    from digest.alerts.troubles import Look
    from digest.delivery import Outcome

Clock = Callable[[], dt.datetime]


def watched(config: Config, clock: Clock, run: Callable[[], int]) -> int:
    """The exit code of a run, once what broke it is told, and a dead-man's switch has heard of it.

    One that finds another at work leaves both to that.
    """
    try:
        code = run()
    except Busy:
        raise
    except DigestError as error:
        if isinstance(error, StoreError):
            _database(config, str(error), clock)
        elif isinstance(error, ConfigError):
            _settings(config, error.problems, clock)
        _ping(config, 2 if isinstance(error, ConfigError) else 1)
        raise
    _database(config, "", clock)
    _ping(config, code)
    return code


def read_again(config: Config, problems: list[str], clock: Clock) -> None:
    """Tell that a changed configuration is wrong, by the one in force; or, without problems, right.

    For a process that stays.
    """
    if wiring.wants_alerts(config):
        from digest.alerts.finding import of_reading_again

        tell(config, of_reading_again(problems), clock)


def of_mail(sent: Outcome | None) -> Look:
    """What a round of delivery came to, for a person."""
    from digest.alerts.finding import of_channels
    from digest.alerts.finding import of_mail as found
    from digest.alerts.troubles import Look

    if sent is None:
        return Look(frozenset(), {})
    look = found(
        stopped=sent.stopped,
        held=sent.held,
        down=sent.down,
        passing=sent.passing,
        uncertain={report.named(one): one.states["uncertain"] for one in sent.accounts},
    )
    return look.and_also(of_channels(sent.said))


def tell(config: Config, look: Look, clock: Clock) -> None:
    """Tell what is new of a look, and remember it. A database that refuses that is warned of."""
    from digest.alerts.telling import settle

    now, slug = clock(), config.newsletter.slug
    try:
        with closing(wiring.journal(config)) as journal:
            memory = wiring.memory(config, journal)
            settle(slug, look, memory, wiring.ways(config, now), now)
    except StoreError as error:
        logs.tell("alert.failed", f"alerts: {error}")


def _settings(config: Config, problems: list[str], clock: Clock) -> None:
    """Tell that what a person set is wrong; the next run that goes well tells the end of it."""
    if wiring.wants_alerts(config):
        from digest.alerts.finding import of_settings

        tell(config, of_settings(problems), clock)


def _database(config: Config, problem: str, clock: Clock) -> None:
    """Tell that the database cannot be used, or no longer so."""
    if not wiring.wants_alerts(config):
        return
    memory = wiring.memory_of_the_database(config)
    if problem or memory.read():
        from digest.alerts.finding import of_database
        from digest.alerts.telling import settle

        now = clock()
        ways = wiring.ways(config, now)
        settle(config.newsletter.slug, of_database(problem), memory, ways, now)


def _ping(config: Config, code: int) -> None:
    """Tell the dead-man's switch; what becomes of that is no trouble of the run's."""
    if not config.alerts.ping:
        return
    try:
        wiring.ping(config, code)
    except FetchError as error:
        logs.tell("ping.failed", f"alerts.ping: {error}")
