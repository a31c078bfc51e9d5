"""What a daily run works with, and what it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from digest.config import Config

if TYPE_CHECKING:
    from digest.ports import Archive, Endpoint, Fetcher, Journal, Repository, Source
    from digest.themes.taxonomy import Taxonomy


class Newsroom(NamedTuple):
    """What the run works with. What a quiet morning does not need is loaded when asked for."""

    config: Config
    sources: Sequence[Source]
    fetcher: Fetcher
    journal: Journal
    store: Callable[[], Repository]
    archive: Callable[[], Archive]
    taxonomy: Callable[[], Taxonomy]
    endpoint: Callable[[], Endpoint]  # asked only where the configuration names one
    monotonic: Callable[[], float]  # a clock, in seconds
    progress: Callable[[str], None] = lambda _: None


class Orders(NamedTuple):
    """How one run differs from the usual one."""

    date: dt.date
    now: dt.datetime  # UTC
    mail: bool = True  # make delivery rows for the readers
    save: bool = True  # False: a rehearsal
    force: bool = False  # past the guards
    only_that_day: bool = False  # leave out what cannot be asked for by day (backfill)
