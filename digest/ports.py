"""The doors to the world, as the stories see them. `wiring` puts the adapters behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from digest.model.decisions import Known
from digest.model.deliveries import Delivery, Result
from digest.model.editions import FrozenEdition, Revision
from digest.model.replies import Glance, Listing, Occasion, Reply, Request, Validators, Visit
from digest.model.runs import RunRecord, RunReport
from digest.model.sources import SourceState


class Source(Protocol):
    """What one site looks like: which requests make a day, and how a reply parses. Pure.

    `fingerprint` changes with every setting that changes what `parse` returns, so that a reply
    read under other settings is never taken for read.
    """

    name: str
    fingerprint: str

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """What to fetch on an occasion; nothing where nothing can be there yet."""

    def parse(self, reply: Reply) -> Listing:
        """What a reply lists; nothing where it is rightly empty.

        Raises ParseError where the body is not what the source should send.
        """

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """Why a URL had nothing new, as a state (waiting, quiet or stale) and in words.

        Of one that had news (`glance.new`) it may say that it is stale all the same, or remark
        something as fresh; any other state of it is fresh without a word.
        """


class Fetcher(Protocol):
    """The only way to a source's data."""

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """One reply for a web URL, one for each file (in name order) of a file pattern.

        `known` maps URLs to the validators of their last reply that was kept. Raises
        FetchError, or FileError where a URL names files.
        """


class Endpoint(Protocol):
    """A language model behind the chat-completions API."""

    def ask(self, question: Mapping[str, Any], seconds: float) -> bytes:
        """The body of the answer, within so many seconds. For any thread.

        Raises FetchError, whose words are short and hold no secret.
        """


class Journal(Protocol):
    """The few questions every start asks, answered without loading the whole store."""

    def close(self) -> None:
        """Give the connection back."""

    def ready(self) -> bool:
        """Whether there is anything to ask: a store of this program's version."""

    def has_edition(self, newsletter: str, date: dt.date) -> bool:
        """Whether the daily edition of that local date exists."""

    def newest(self, newsletter: str, before: dt.date | None = None) -> dt.date | None:
        """The date of the newest daily edition, or of the newest before a date."""

    def validators(self, newsletter: str, source: str, fingerprint: str) -> dict[str, Validators]:
        """The validators kept for a source, by URL; none for another fingerprint."""

    def visits(self, newsletter: str, source: str) -> dict[str, Visit]:
        """What asking each URL of a source has come to so far, by URL."""

    def note_visits(self, newsletter: str, visits: Iterable[Visit]) -> None:
        """Keep what asking these URLs has come to."""

    def history(self, newsletter: str, source: str, runs: int) -> list[tuple[dt.date, int, int]]:
        """The date, sightings and new papers of a source in the last runs that read it.

        The newest first; only runs in which it showed papers and that no guard held.
        """

    def unfinished(self, newsletter: str) -> int:
        """How many deliveries still have something to come (pending, claimed, handed, deferred)."""

    def books(self, newsletter: str, date: dt.date | None = None) -> dict[str, int]:
        """Deliveries by state (every state named), of one edition or of all."""

    def note_run(self, newsletter: str, at: dt.datetime, date: dt.date, report: RunReport) -> None:
        """Keep what a run reported, for `digest status`."""


class Store(Protocol):
    """Everything that must outlive a run."""

    def lookup(self, newsletter: str, keys: Iterable[str]) -> dict[str, Known]:
        """The known paper behind each of `keys` that has one. One query for the whole batch."""

    def untold(self, newsletter: str) -> list[Revision]:
        """Revisions seen since their paper's edition that no edition has told yet."""

    def save(self, record: RunRecord, now: dt.datetime) -> bool:
        """Save a run in one transaction; False (and nothing saved) where its edition exists."""

    def edition(self, newsletter: str, date: dt.date | None = None) -> FrozenEdition | None:
        """The daily edition of a date, or the newest."""

    def edition_dates(self, newsletter: str) -> list[dt.date]:
        """The dates of all daily editions, oldest first."""

    def summaries(self, questions: Iterable[str]) -> dict[str, str]:
        """The machine-written summaries kept, by the fingerprint of what was asked."""

    def keep_summary(self, question: str, text: str, now: dt.datetime) -> None:
        """Keep a machine-written summary at once, outside the run's transaction: it cost money."""

    def explain(self, newsletter: str, key: str) -> dict[str, Any] | None:
        """What is known of a paper: its key, aliases, version, sightings and edition date."""


class Ledger(Protocol):
    """Who has had which edition, and how far the rest have come."""

    def recover(self, newsletter: str, *, repeatable: bool) -> list[dt.date]:
        """Take back what a dead sender held.

        Returns the edition's date of each delivery that became uncertain by it.

        The caller holds the newsletter's lock.

        Claimed rows become pending. Handed rows become uncertain, or pending where the
        transport is `repeatable` (a second hand-over of the same message changes nothing).
        """

    def due(self, newsletter: str, now: dt.datetime) -> list[dt.date]:
        """The dates of the editions with deliveries that are due, oldest first."""

    def claim(
        self, newsletter: str, date: dt.date, now: dt.datetime, *, limit: int, lease: dt.timedelta
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries of one edition for the time of `lease`."""

    def handed(self, delivery: Delivery) -> bool:
        """Note that the message is about to be given away; False where the claim was lost."""

    def settle(self, delivery: Delivery, result: Result, now: dt.datetime) -> bool:
        """Note how an attempt ended; False where the claim was lost meanwhile."""

    def release(self, delivery: Delivery) -> None:
        """Give a claim back untouched: the attempt charges nobody."""


class Repository(Store, Ledger, Protocol):
    """The store and the ledger, which are one database."""


class Transport(Protocol):
    """A way to give a built message away."""

    repeatable: bool  # a second hand-over of the same message changes nothing

    def send(
        self, message: bytes, sender: str, recipient: str, handed: Callable[[], None]
    ) -> Result:
        """Give one message (CRLF lines) away, calling `handed` just before it can be accepted.

        The result is sent, deferred, failed or uncertain. Raises TransportDown where nothing
        was handed over and no reader is to blame. An exception of `handed` ends the attempt
        before the message can be accepted, and is passed on.
        """

    def close(self) -> None:
        """End the session politely."""


class Archive(Protocol):
    """The static site."""

    def build(self, editions: Iterable[FrozenEdition]) -> None:
        """Write the pages of these editions and what lists them, each file atomically."""

    def has(self, date: dt.date) -> bool:
        """Whether all that the site says of that date's edition is there."""

    def dates(self) -> list[dt.date]:
        """The dates whose editions the site holds whole, oldest first."""

    def owner(self) -> str | None:
        """The slug of the newsletter whose editions the site holds."""

    def held(self) -> list[dt.date]:
        """The dates whose documents the site holds, oldest first."""
