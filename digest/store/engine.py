"""The whole store behind one name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from digest.errors import StoreError
from digest.failpoint import failpoint
from digest.store import editions, keeping, papers, saving, summaries
from digest.store.accounts import Accounts
from digest.store.bounces import Bounces
from digest.store.channels import Channels
from digest.store.database import HEAD, Database, database
from digest.store.history import History
from digest.store.links import Links
from digest.store.readers import Readership
from digest.store.schema import bring_up_to_date
from digest.store.searches import Searches
from digest.store.signups import SignUps

if TYPE_CHECKING:
    from digest.model.decisions import Known
    from digest.model.deliveries import EditionRef
    from digest.model.editions import FrozenEdition, Revision
    from digest.model.replies import Kept
    from digest.model.runs import RunRecord


class SqlStore(Channels, Accounts, Readership, SignUps, Links, History, Searches, Bounces):
    """The ports Store, Ledger, Readers, SignUps and Links on one database.

    Its errors are StoreErrors.
    """

    def lookup(self, newsletter: str, keys: Iterable[str]) -> dict[str, Known]:
        """The known paper behind each of `keys` that has one. One query for the whole batch."""
        with self.reading() as connection:
            return papers.find(connection, newsletter, list(keys))

    def untold(self, newsletter: str) -> list[Revision]:
        """Revisions seen since their paper's edition that no edition has told yet."""
        with self.reading() as connection:
            return papers.untold(connection, newsletter)

    def kept(self, newsletter: str) -> list[Kept]:
        """What polls have seen that no edition has yet."""
        with self.reading() as connection:
            return keeping.read(connection, newsletter)

    def save(self, record: RunRecord, now: dt.datetime) -> bool:
        """Save a run in one transaction; False (and nothing saved) where its edition exists.

        Raises StoreError, with nothing saved, where another run of the newsletter has shown one
        of the record's new papers since they were looked up.
        """
        with self.writing() as connection:
            saved = saving.save(connection, record, now)
            failpoint("before-commit")
        failpoint("after-commit")
        return saved

    def edition(self, newsletter: str, date: dt.date | None = None) -> FrozenEdition | None:
        """The daily edition of a date, or the newest. Raises StoreError where it was changed."""
        with self.reading() as connection:
            return editions.read(connection, newsletter, date)

    def edition_of(self, ref: EditionRef) -> FrozenEdition:
        """The edition of some deliveries. Raises StoreError where it was changed."""
        with self.reading() as connection:
            return editions.of_id(connection, ref.id)

    def editions_between(
        self, newsletter: str, first: dt.date, last: dt.date
    ) -> list[FrozenEdition]:
        """The daily editions of the dates from `first` to `last`, oldest first.

        Raises StoreError where one was changed.
        """
        with self.reading() as connection:
            return editions.between(connection, newsletter, first, last)

    def edition_dates(self, newsletter: str) -> list[dt.date]:
        """The dates of all daily editions, oldest first."""
        with self.reading() as connection:
            return editions.dates(connection, newsletter)

    def explain(self, newsletter: str, key: str) -> dict[str, Any] | None:
        """What is known of the paper that any of its keys names, as JSON holds it.

        `key` (the canonical one), `aliases` (all its keys), `version`, `edition` (the date
        that this newsletter showed it), `sightings` [{source, first, last}] of this newsletter.
        """
        with self.reading() as connection:
            return papers.explain(connection, newsletter, key)

    def summaries(self, questions: Iterable[str]) -> dict[str, str]:
        """The summaries kept, by the fingerprint of what was asked."""
        with self.reading() as connection:
            return summaries.find(connection, questions)

    def keep_summary(self, question: str, text: str, now: dt.datetime) -> None:
        """Keep a summary for three months, whatever becomes of the run."""
        with self.writing() as connection:
            summaries.keep(connection, question, text, now)
        failpoint("after-summary")


def open_store(url: str, progress: Callable[[str], None] = lambda _: None) -> SqlStore:
    """The store at a URL (see `database`), made or brought up to date where need be.

    `progress` is told what takes long, and "" when that is done.
    Raises StoreError where it cannot be reached, is damaged, or was written by a newer program.
    """
    place = database(url)
    place.make()
    store = SqlStore(place)
    try:
        version = _version(place)
        if version != HEAD:
            if version is not None:
                progress("bringing the database up to date, once: this may take a minute")
            with store.writing() as connection:
                bring_up_to_date(connection)
            progress("")
    except StoreError:
        progress("")
        store.close()
        raise
    return store


def _version(place: Database) -> str | None:
    """The schema's version. Raises StoreError where it is newer than this program."""
    version = schema_version(place)
    if version is not None and version > HEAD:
        raise StoreError(
            f"{place.name} has schema {version}, newer than this program's {HEAD}: "
            "upgrade Papertide, or restore a backup made before the upgrade"
        )
    return version


def schema_version(place: Database) -> str | None:
    """The schema's version as the database tells it; None where it has none."""
    try:
        connection = place.connect()
        try:
            return place.version(connection)
        finally:
            connection.close()
    except place.errors as error:
        raise place.trouble(error) from error
