"""The sources, each asked once and as gently as a run does, and the time that their sites tell."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from digest import revisit, wiring
from digest.counts import plural
from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem, skipped, warning
from digest.doctor.state import is_ready
from digest.doctor.together import together
from digest.edition.reading import broken
from digest.errors import ConfigError, SourceError, StoreError
from digest.fetch import Fetchers
from digest.model.replies import Occasion, Pace, Reply, Request, Validators, Visit
from digest.ports import Journal, Source
from digest.sources import source_for

SHARE = 0.8  # of the time of all checks is the sources'


class _Asked(NamedTuple):
    """What came of asking a source: a finding, and how far its site's clock is ahead."""

    finding: Finding
    offsets: tuple[dt.timedelta, ...] = ()


class _Known(NamedTuple):
    """What a source is asked with, and what is known of it."""

    source: Source
    occasion: Occasion
    visits: Mapping[str, Visit]
    validators: Mapping[str, Validators]


def sites(case: Case) -> Iterator[Finding]:
    """How each source answers, and the clock by what their sites say. Nothing of it is kept."""
    known = _known(case)
    watch = Watch(case.monotonic)
    with wiring.fetchers(case.config, watch.watched) as web:
        seconds = SHARE * case.seconds
        tasks = [partial(_asked, case, one, web, watch) for one in known]
        came = together(tasks, seconds, case.monotonic)
    offsets: list[dt.timedelta] = []
    for one, asked in zip(known, came, strict=True):
        offsets += asked.offsets if asked else ()
        yield asked.finding if asked else _late(one.source.name, seconds)
    yield judging.clock(offsets) if case.clock else skipped("clock", "--now stands in for it")


def _late(name: str, seconds: float) -> Finding:
    found = f"has not answered within {seconds:.0f} s"
    return warning(f"source.{name}", found, "try again: others may be asking its site")


def _known(case: Case) -> list[_Known]:
    """The sources as the next run would ask them, as far as the database can be asked."""
    letter = case.config.newsletter
    now = Occasion(case.now.astimezone(letter.timezone).date(), case.now)
    sources = [source_for(one) for one in case.config.sources]
    if is_ready(case.config):
        with suppress(StoreError), closing(wiring.journal(case.config)) as journal:
            now = now._replace(since=journal.newest(letter.slug, before=now.day))
            return [_remembered(one, now, journal, letter.slug) for one in sources]
    return [_Known(one, now, {}, {}) for one in sources]


def _remembered(source: Source, now: Occasion, journal: Journal, slug: str) -> _Known:
    visits = journal.visits(slug, source.name)
    read = {url: visit.read_at for url, visit in visits.items() if visit.read_at}
    known = journal.validators(slug, source.name, source.fingerprint)
    return _Known(source, now._replace(read=read), visits, known)


class Watch:
    """Tells how long a request takes without the pauses that its site wants before it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._mine = threading.local()

    def watched(
        self, gate: Callable[[Pace], AbstractContextManager[None]]
    ) -> Callable[[Pace], AbstractContextManager[None]]:
        """The same gate, behind which time begins anew."""

        @contextmanager
        def passing(pace: Pace) -> Iterator[None]:
            with gate(pace):
                self.start()
                yield

        return passing

    def start(self) -> None:
        """Begin, for this thread."""
        self._mine.began = self._monotonic()

    def seconds(self) -> float:
        """Since this thread's start, or since the last gate it passed."""
        return float(self._monotonic() - self._mine.began)


def _asked(case: Case, known: _Known, web: Fetchers, watch: Watch) -> _Asked:
    """Ask a source; whatever breaks in it is its own affair."""
    name = f"source.{known.source.name}"
    try:
        return _answered(case, known, web, watch)
    except (SourceError, ConfigError) as error:
        return _Asked(problem(name, str(error)))
    except BaseException as error:  # noqa: BLE001 - a source of somebody else's may raise anything
        return _Asked(problem(name, broken(error)))


def _answered(case: Case, known: _Known, web: Fetchers, watch: Watch) -> _Asked:
    name = f"source.{known.source.name}"
    requests = known.source.requests(known.occasion)
    if not requests:
        return _Asked(skipped(name, "there is nothing to ask it for now"))
    request = next((one for one in requests if not one.fills), requests[0])
    is_file = request.url.startswith("file:")
    if case.offline and not is_file:
        return _Asked(skipped(name, "not asked, as --offline says"))
    visit = known.visits.get(request.url) or Visit(known.source.name, request.url)
    if bar := revisit.barred(visit, case.now):
        return _Asked(warning(name, bar, "digest run --force asks it at once"))
    asked = replace(request, moved_to=revisit.address(visit))
    watch.start()
    replies = list(web.fetch(asked, known.validators))
    seconds = watch.seconds()
    offsets = () if is_file or not case.clock else _offsets(asked, replies, case.clock())
    return _Asked(_told(name, known.source, replies, seconds), offsets)


def _told(name: str, source: Source, replies: Sequence[Reply], seconds: float) -> Finding:
    """How it answered. Raises ParseError where that cannot be read."""
    new = [reply for reply in replies if not reply.unchanged]
    papers = sum(len(source.parse(reply).papers) for reply in new)
    shows = f"shows {plural(papers, 'paper')}" if new else "is as it was when it was read last"
    found = f"answers in {seconds:.1f} s and {shows}"
    if seconds > judging.SLOW:
        return warning(name, found, "nothing, if it is often so; a run has patience")
    return ok(name, found)


def _offsets(
    request: Request, replies: Sequence[Reply], now: dt.datetime
) -> tuple[dt.timedelta, ...]:
    """How far a site's clock is ahead, where it proves to be that site (https)."""
    if not request.url.lower().startswith("https:"):
        return ()
    told = (judging.told_at(*reply.dated) for reply in replies)
    return tuple(instant - now for instant in told if instant)
