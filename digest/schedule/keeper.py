"""Looks what is due, and begins it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing

from digest import wiring
from digest.config import Config
from digest.errors import StoreError
from digest.schedule import rules
from digest.schedule.leading import Leader
from digest.schedule.rules import Moment, Task

Clock = Callable[[], dt.datetime]

_COMMANDS = {Task.RUN: ["run"], Task.POLL: ["run", "--poll"]}


class Keeper:
    """Begins the run of each local date once, polls before it, and rounds of delivery after it.

    What was done stands in the journal alone. So a run that left no report, as it crashed or
    another was at work, is tried again in each round; and one begun by cron counts, too.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        begin: Callable[[list[str]], None],
        tell: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._config = config
        self._clock = clock
        self._begin = begin
        self._tell = tell
        self._warn = warn
        self._leader = self._led_by(config)
        self._looked: tuple[Moment | None, int] | None = None
        self._warned = ""
        self._next: Config | None = None

    def look(self) -> None:
        """Begin what is due now, and wait for its end. What the journal refuses is told once."""
        try:
            if self._next:
                self._take(self._next)
            if self._leader.leads():
                self._look()
            self._warned = ""
        except StoreError as error:  # the next look may find it well
            if str(error) != self._warned:
                self._warned = str(error)
                self._warn(self._warned)

    def change(self, config: Config) -> None:
        """Go by another configuration from the next look on."""
        self._next = config

    def close(self) -> None:
        """Let another lead."""
        self._leader.close()

    def _led_by(self, config: Config) -> Leader:
        return Leader(lambda: wiring.try_lead(config), self._tell)

    def _take(self, config: Config) -> None:
        if _place(config) != _place(self._config):
            self.close()
            self._leader = self._led_by(config)
        self._config, self._next, self._looked = config, None, None

    def _look(self) -> None:
        letter, now = self._config.newsletter, self._clock()
        moment = rules.at_hand(letter.timezone, letter.send_at, now)
        looking = moment, rules.round_of(now)
        if looking == self._looked:
            return
        commands = self._due(moment, now)
        self._looked = looking
        for command in commands:
            self._begin(command)

    def _due(self, moment: Moment | None, now: dt.datetime) -> list[list[str]]:
        """The commands that are due: that of a date, and delivery unless a run sees to it."""
        slug, task = self._config.newsletter.slug, None
        with closing(wiring.journal(self._config)) as journal:
            if moment:
                letter, names = self._config.newsletter, [one.name for one in self._config.sources]
                begun = rules.since(letter.timezone, letter.send_at, moment.date)
                task = rules.task(moment, begun, journal.runs(slug, moment.date), names, now)
            found = [["deliver"]] if task is not Task.RUN and journal.unfinished(slug) else []
        if task and moment:
            found.append([*_COMMANDS[task], "--date", moment.date.isoformat()])
        return found


def when(config: Config) -> str:
    """When the editions of a newsletter are due, in words."""
    letter = config.newsletter
    return f"editions are made and delivered at {letter.send_at:%H:%M}, {letter.timezone}"


def _place(config: Config) -> tuple[str, str]:
    return config.state_url, config.newsletter.slug
