"""What tells a person where one is needed, and a dead-man's switch that all is well."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Config
from digest.wiring.state import beside_state

if TYPE_CHECKING:
    from digest.alerts.memory import FileMemory
    from digest.alerts.telling import Memory, Message, Way
    from digest.ports import Journal


def wants_alerts(config: Config) -> bool:
    """Whether anybody wants to be told where a person is needed."""
    return bool(config.alerts.notify or config.alerts.operator)


def ways(config: Config, now: dt.datetime) -> list[Way]:
    """The ways by which that is told."""
    found: list[Way] = []
    if config.alerts.notify:
        from digest.alerts.services import notify  # as few have any

        found.append(partial(notify, config.alerts.notify))
    if config.alerts.operator:
        found.append(partial(_mail, config, now))
    return found


def memory(config: Config, journal: Journal) -> Memory:
    """What remembers what was told."""
    from digest.alerts.memory import Remembered

    return Remembered(journal, config.newsletter.slug)


def memory_of_the_database(config: Config) -> FileMemory:
    """What remembers whether it was told that the database cannot be used."""
    from digest.alerts.memory import FileMemory

    return FileMemory(Path(f"{beside_state(config)}.{config.newsletter.slug}.alerts.json"))


def ping(config: Config, code: int) -> None:
    """Tell the dead-man's switch how a run ended, where that is wanted. Raises FetchError."""
    import time

    from digest.config.alerts import CODE
    from digest.fetch.ping import ping as ask

    url = config.alerts.ping
    if url and (CODE in url or not code):
        ask(url.replace(CODE, str(code)), sleep=time.sleep, monotonic=time.monotonic)


def _mail(config: Config, now: dt.datetime, message: Message) -> bool:
    """Mail a message the way of all mail; whether it was taken."""
    import time
    from contextlib import closing

    from digest.delivery import send_alone
    from digest.delivery.stopping import Stop
    from digest.errors import TransportDown
    from digest.message import notice
    from digest.model.deliveries import Ending
    from digest.wiring.posting import transport

    parcel = notice(config.mail.sender, config.alerts.operator, message.title, message.lines, now)
    try:
        with closing(transport(config, Stop(time.monotonic))) as way:
            return send_alone(way, parcel).ending is Ending.ACCEPTED
    except TransportDown:
        return False
