"""The doors to what must outlive a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from digest.model.decisions import Known
from digest.model.deliveries import Result
from digest.model.editions import FrozenEdition, Revision
from digest.model.readers import Rule, Subscriber
from digest.model.replies import Kept, Validators, Visit
from digest.model.runs import RunNote, RunRecord, RunReport
from digest.model.searches import Found, Search
from digest.model.signups import Letterbox, Limits, SignUp
from digest.ports.delivery import Ledger


class Journal(Protocol):
    """The few questions every start asks, answered without loading the whole store."""

    def close(self) -> None:
        """Give the connection back."""

    def ready(self) -> bool:
        """Whether there is anything to ask: a store of this program's version."""

    def has_edition(self, newsletter: str, date: dt.date) -> bool:
        """Whether the daily edition of that local date exists."""

    def newest(
        self, newsletter: str, before: dt.date | None = None, *, period: str = "daily"
    ) -> dt.date | None:
        """The date of the newest edition of a period, or of the newest before a date."""

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

    def runs(self, newsletter: str, date: dt.date) -> list[RunNote]:
        """What the last runs of a local date reported, the newest first."""

    def has_kept(self, newsletter: str) -> bool:
        """Whether polls have seen anything that no edition has yet."""

    def told(self, newsletter: str) -> str:
        """What is remembered of what the operator was told; "" in the beginning."""

    def revise_told(self, newsletter: str, rule: Callable[[str], str]) -> None:
        """Make of that what a rule says, in one transaction."""


class Store(Protocol):
    """Everything that must outlive a run."""

    def lookup(self, newsletter: str, keys: Iterable[str]) -> dict[str, Known]:
        """The known paper behind each of `keys` that has one. One query for the whole batch."""

    def untold(self, newsletter: str) -> list[Revision]:
        """Revisions seen since their paper's edition that no edition has told yet."""

    def kept(self, newsletter: str) -> list[Kept]:
        """What polls have seen that no edition has yet."""

    def save(self, record: RunRecord, now: dt.datetime) -> bool:
        """Save a run in one transaction; False (and nothing saved) where its edition exists."""

    def edition(self, newsletter: str, date: dt.date | None = None) -> FrozenEdition | None:
        """The daily edition of a date, or the newest."""

    def editions_between(
        self, newsletter: str, first: dt.date, last: dt.date
    ) -> list[FrozenEdition]:
        """The daily editions of the dates from `first` to `last`, oldest first."""

    def edition_dates(self, newsletter: str) -> list[dt.date]:
        """The dates of all daily editions, oldest first."""

    def summaries(self, questions: Iterable[str]) -> dict[str, str]:
        """The machine-written summaries kept, by the fingerprint of what was asked."""

    def keep_summary(self, question: str, text: str, now: dt.datetime) -> None:
        """Keep a machine-written summary at once, outside the run's transaction: it cost money."""

    def search(self, newsletter: str, wanted: Search) -> Found:
        """The papers of daily editions that have what is wanted, the best first."""

    def explain(self, newsletter: str, key: str) -> dict[str, Any] | None:
        """What is known of a paper: its key, aliases, version, sightings and edition date."""


class Readers(Protocol):
    """The readers of a newsletter. An address is one reader, however it is written."""

    def keep_fixed(self, newsletter: str, addresses: Sequence[str], now: dt.datetime) -> None:
        """Make the readers that the configuration names those addresses, and no others.

        Who has left, bounced or complained stays so.
        """

    def find(self, newsletter: str, address: str) -> Subscriber | None:
        """The reader with an address."""

    def has_readers(self, newsletter: str, period: str) -> bool:
        """Whether anybody wants the editions of a period, now or once their pause is over."""


class Desks(Readers, Protocol):
    """What readers do for themselves.

    A rule is given how a mailbox stands, and says how it shall; what it raises undoes everything.
    """

    def sign_up(
        self, newsletter: str, asked: Sequence[SignUp], limits: Limits, now: dt.datetime
    ) -> list[bool]:
        """Keep what visitors ask for. One commit for all, however much of it is kept.

        Whether each gets a mail.
        """

    def asked(self, newsletter: str, token: str, now: dt.datetime) -> Subscriber | None:
        """What a link stands for, if it can still be used or was; the address is "" if it was."""

    def confirm(
        self, newsletter: str, token: str, rule: Rule, now: dt.datetime
    ) -> Subscriber | None:
        """Let a rule make a reader of who has the link; None where it stands for nothing."""

    def whose(self, newsletter: str, token: str) -> Subscriber | None:
        """The reader whose link has a token, as far as `keep_links` was told. Changes nothing."""

    def keep_links(self, newsletter: str, makers: Mapping[str, Callable[[str], str]]) -> None:
        """Keep the tokens of all new readers. `makers` make that of an address, each by a name."""

    def history(self, newsletter: str, address: str) -> dict[str, Any]:
        """All that is kept of a mailbox beside what `find` tells, as JSON has it."""

    def revise(
        self, newsletter: str, changes: Iterable[tuple[str, Rule]], now: dt.datetime
    ) -> Mapping[str, int]:
        """Let a rule decide what becomes of each address, in order and in one transaction."""


class Links(Protocol):
    """The mails to who asked on the subscribe page, each sent once."""

    def unmailed(self, newsletter: str, now: dt.datetime, limit: int) -> list[Letterbox]:
        """The sign-ups with a mail that is due, the longest waiting first."""

    def turn_links(
        self,
        settled: Iterable[tuple[Letterbox, Result]],
        ready: Mapping[Letterbox, str],
    ) -> set[Letterbox]:
        """Note what became of mails, and which others are about to be given away. One commit.

        `ready` has the tokens of links. Which of those may go: not those that another took.
        """


class Repository(Store, Ledger, Readers, Protocol):
    """The store, the ledger and the readers, which are one database."""
