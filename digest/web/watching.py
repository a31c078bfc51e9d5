"""What is counted of the pages, for the log and for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from starlette.types import ASGIApp

from digest import logs, wiring
from digest.config import Config
from digest.store.engine import SqlStore
from digest.web.observing import Logged


class Watch(NamedTuple):
    """What requests go through, and who hears how many mails to who signed up were accepted."""

    watched: Callable[[ASGIApp], ASGIApp] = lambda app: app
    mailed: Callable[[int], None] = lambda _: None


@contextmanager
def watching(config: Config, store: SqlStore) -> Iterator[Watch]:
    """Count for the log, and let Prometheus ask, where that is configured."""
    with _measured(config, store) as measured:
        if logs.in_words():
            yield measured
            return
        logged = Logged(time.monotonic)

        def mailed(mails: int) -> None:
            logged.mailed(mails)
            measured.mailed(mails)

        yield Watch(lambda app: logged.watched(measured.watched(app)), mailed)
        logged.tell()


@contextmanager
def _measured(config: Config, store: SqlStore) -> Iterator[Watch]:
    if not config.web.metrics:
        yield Watch()
        return
    from digest.web.metrics import Metrics  # slow to load

    slug = config.newsletter.slug

    def readers() -> dict[str, int]:
        return {state.value: many for state, many in store.reader_counts(slug).items()}

    def deliveries() -> dict[str, int]:
        with closing(wiring.journal(config)) as journal:
            newest = journal.newest(slug)
            return journal.books(slug, newest) if newest else {}

    metrics = Metrics(readers=readers, deliveries=deliveries)
    with metrics.served(*config.web.metrics):
        yield Watch(metrics.watched, metrics.mailed)
