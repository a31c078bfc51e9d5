"""Reading one source: what it asks for, what came of each request, and what is kept of that."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from digest import revisit
from digest.errors import FetchError, ParseError, Partial, SourceError, Unreachable
from digest.model.replies import (
    FeedState,
    Glance,
    Listing,
    Occasion,
    Reply,
    Request,
    Sighting,
    Validators,
    Visit,
)
from digest.urls import public

if TYPE_CHECKING:
    from digest.ports import Fetcher, Source

MOST = 400  # requests of one source in one round; a month of bioRxiv needs over 200
BUDGET = 300.0  # seconds that one source may take in a round; a month of arXiv needs 100


class Failure(NamedTuple):
    """What went wrong."""

    words: str
    cause: str  # for the newsletter's readers; see SourceError


BROKEN = "the program that reads it is broken"
_ENDLESS = "it has more than could be read at once"


@dataclass(slots=True, kw_only=True)
class Round:
    """One source's part, as it grows: what it showed, and what is to be kept of how it was read.

    `feeds` holds the validators to keep once its papers are kept; `visits` has every URL that is
    still asked for.
    """

    source: Source
    occasion: Occasion
    known: dict[str, Validators] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    sightings: list[Sighting] = field(default_factory=list)
    feeds: list[FeedState] = field(default_factory=list)
    requested: list[tuple[str, str]] = field(default_factory=list)  # (source, url)
    parts: dict[str, str] = field(default_factory=dict)  # what each of the requests fills
    glances: list[Glance] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what went wrong and was made up for
    seconds: float | None = None  # that reading it took

    @property
    def until(self) -> dt.datetime:
        """Up to when what it is asked for tells (UTC): now, or the end of a day gone by."""
        ended = dt.datetime.combine(self.occasion.day, dt.time.max, dt.UTC)
        return min(self.occasion.now, ended)

    def kept(self) -> list[Visit]:
        """The visits of the URLs that were asked for."""
        asked = {url for _, url in self.requested} | {*self.parts.values()}
        return [visit for url, visit in self.visits.items() if url in asked]


class Reader:
    """Reads one source."""

    def __init__(
        self,
        turn: Round,
        fetcher: Fetcher,
        *,
        patient: bool,
        counted: bool,
        progress: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._turn = turn
        self._fetcher = fetcher
        self._patient = patient
        self._failed_visit = revisit.failed if counted else revisit.failed_poll
        self._progress = progress
        self._monotonic = monotonic
        self._dead: set[str] = set()  # hosts that do not answer
        self._leading: set[str] = set()  # SHA-256 of the pages that led to others
        self._unread: set[str] = set()  # URLs whose missed days did not come

    def read(self) -> None:
        """Ask for everything; whatever breaks on the way ends this source's round alone."""
        turn, began = self._turn, self._monotonic()
        queue: deque[Request] = deque()
        try:
            queue.extend(turn.source.requests(turn.occasion))
            while queue:
                if len(turn.requested) >= MOST:
                    words = f"it leads from page to page, {MOST} times; check the url"
                    turn.errors.append(Failure(words, _ENDLESS))
                    break
                if self._monotonic() > began + BUDGET:
                    words = f"it takes over {BUDGET:.0f} s; the rest comes next time"
                    turn.errors.append(Failure(words, _ENDLESS))
                    break
                queue.extendleft(reversed(self._ask(queue.popleft())))
        except BaseException as error:  # noqa: BLE001 - a source's own fault must stop no other
            turn.errors.append(Failure(broken(error), BROKEN))
            self._unread |= {*turn.parts.values()}
        for request in queue:
            turn.requested.append((turn.source.name, request.url))
            self._miss(request)
        turn.seconds = self._monotonic() - began
        self._settle()

    def _settle(self) -> None:
        """Note what was read whole: of several requests only where each was."""
        turn, name = self._turn, self._turn.source.name
        for url in {*turn.parts.values()} - {url for _, url in turn.requested}:
            turn.visits[url] = Visit(source=name, url=url, read_at=turn.until)
        turn.feeds = [feed for feed in turn.feeds if feed.url not in self._unread]
        for url in self._unread & turn.visits.keys():
            turn.visits[url] = turn.visits[url]._replace(read_at=turn.occasion.read.get(url))

    def _ask(self, request: Request) -> Sequence[Request]:
        """Make one request; what is to be asked next because of it."""
        turn, url = self._turn, request.url
        turn.requested.append((turn.source.name, url))
        if request.fills:
            turn.parts[url] = request.fills
        visit = turn.visits.get(url) or Visit(source=turn.source.name, url=url)
        barred = revisit.barred(visit, turn.occasion.now) if self._patient else None
        if barred:
            return self._failed(request, FetchError(f"{public(url)}: {barred}"))
        if (host := urlsplit(url).netloc) in self._dead:
            self._miss(request)
            return [request.instead] if request.instead else []
        self._progress(f"{turn.source.name}: {request.day or public(url)}")
        found: list[Request] = []
        try:
            for reply in self._fetcher.fetch(
                replace(request, moved_to=revisit.address(visit)), turn.known
            ):
                found += self._take(reply, request)
        except SourceError as error:
            if isinstance(error, Unreachable):
                self._dead.add(host)
            turn.visits[url] = self._failed_visit(visit, turn.occasion.now, error)
            return self._failed(request, error)
        return found

    def _take(self, reply: Reply, request: Request) -> Sequence[Request]:
        """Read one reply; one that cannot be read spoils no other of its source."""
        turn, name, url = self._turn, self._turn.source.name, reply.url
        if url != turn.requested[-1][1]:
            turn.requested.append((name, url))
        now = turn.occasion.now
        visit = turn.visits.get(url) or Visit(source=name, url=url)
        try:
            listing = Listing() if reply.unchanged else self._parsed(reply)
        except SourceError as error:
            if isinstance(error, Partial):
                self._see(error.listing, url, request)
            turn.visits[url] = self._failed_visit(visit, now, error)
            return self._failed(request, error)
        papers = None if reply.unchanged else len(listing.papers)
        until = (visit.read_at if reply.unchanged else listing.until) or turn.until
        turn.visits[url] = revisit.read(visit, min(until, turn.until), papers, reply.moved_to)
        turn.glances.append(
            Glance(
                url=url,
                day=request.day,
                papers=turn.visits[url].papers,
                firsts=listing.firsts,
                date=listing.date,
                unchanged=reply.unchanged,
                fresh_at=visit.fresh_at,
            )
        )
        if not reply.unchanged:
            self._see(listing, url, request)
        if not reply.unchanged and not listing.more:  # unchanged, it would not lead any further
            turn.feeds.append(
                FeedState(
                    source=name,
                    url=url,
                    fingerprint=turn.source.fingerprint,
                    validators=reply.validators,
                )
            )
        return listing.more

    def _parsed(self, reply: Reply) -> Listing:
        """What a reply lists. Raises ParseError, also where it leads on as the same page did."""
        listing, body = self._turn.source.parse(reply), reply.validators.sha256
        if any(_is_file(page.url) > _is_file(reply.url) for page in listing.more):
            raise ParseError(f"{public(reply.url)}: leads from the web to a file; check the url")
        if listing.more and body in self._leading:
            raise ParseError(
                f"{public(reply.url)}: a page came again instead of the next; check the url"
            )
        if listing.more and body:
            self._leading.add(body)
        return listing

    def _see(self, listing: Listing, url: str, request: Request) -> None:
        turn = self._turn
        day = request.day or turn.occasion.day
        for papers, replacement in ((listing.papers, False), (listing.replacements, True)):
            turn.sightings += [
                Sighting(
                    source=turn.source.name,
                    day=day,
                    paper=paper,
                    url=url,
                    replacement=replacement,
                )
                for paper in papers
            ]

    def _miss(self, request: Request) -> None:
        """Note that missed days did not come."""
        if request.fills:
            self._turn.parts[request.url] = request.fills
            self._unread.add(request.fills)

    def _failed(self, request: Request, error: SourceError) -> Sequence[Request]:
        """Note a failure, and ask for what can stand in."""
        self._miss(request)
        if request.instead:
            self._turn.notes.append(f"{error} (read from {public(request.instead.url)} instead)")
            return [request.instead]
        self._turn.errors.append(Failure(str(error), error.cause))
        return []


def broken(error: BaseException) -> str:
    """What is said of a source that raises what no source may."""
    from digest.sources.text import excerpt  # rarely needed

    told = f"{type(error).__name__}: {excerpt(str(error))}"
    return f"the source itself is broken ({told}); report this"


def _is_file(url: str) -> bool:
    return url[:5].lower() == "file:"
