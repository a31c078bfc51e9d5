"""The few questions every start asks, answered before the store is loaded."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from digest.store import tally, visiting
from digest.store.database import HEAD, Database, database
from digest.store.run_notes import POLLED, as_json, as_note, as_run, same
from digest.store.times import from_day, to_day, to_seconds

if TYPE_CHECKING:
    from digest.model.replies import Validators, Visit
    from digest.model.runs import RunNote, RunReport

KEPT_RUNS = 400  # of a newsletter: a year of daily runs and some

_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_ADD_RUN = (
    "INSERT INTO run (newsletter, at, date, status, report)"
    " SELECT id, ?, ?, ?, ? FROM newsletter WHERE slug = ?"
)
_LAST_RUN = (
    "SELECT run.id, date, report FROM run JOIN newsletter ON newsletter.id = run.newsletter"
    " WHERE slug = ? ORDER BY run.id DESC LIMIT 1"
)
_FORGET_POLLS = (
    "DELETE FROM run WHERE newsletter = (SELECT id FROM newsletter WHERE slug = ?) AND status = ?"
)
_FORGET_RUNS = (
    "DELETE FROM run WHERE newsletter = (SELECT id FROM newsletter WHERE slug = ?) AND id <="
    " (SELECT run.id FROM run JOIN newsletter ON newsletter.id = run.newsletter"
    " WHERE slug = ? ORDER BY run.id DESC LIMIT 1 OFFSET ?)"
)
_RUNS = (
    "SELECT at, date, status, report FROM run JOIN newsletter ON newsletter.id = run.newsletter"
    " WHERE slug = ? ORDER BY run.id DESC LIMIT ?"
)
_TOLD = "SELECT words FROM told JOIN newsletter ON newsletter.id = told.newsletter WHERE slug = ?"
_TELL = (  # since when something is so stands in the words
    "INSERT INTO told (newsletter, words, at) SELECT id, ?, 0 FROM newsletter WHERE slug = ?"
    " ON CONFLICT (newsletter) DO UPDATE SET words = excluded.words"
)
_EDITIONS = (
    "SELECT count(*), min(date), max(date) FROM edition"
    " JOIN newsletter ON newsletter.id = edition.newsletter WHERE slug = ? AND period = 'daily'"
)
_PAPERS = (
    "SELECT count(*) FROM seen JOIN newsletter ON newsletter.id = seen.newsletter WHERE slug = ?"
)
_FEEDS = (
    "SELECT name, count(*) FROM feed JOIN newsletter ON newsletter.id = feed.newsletter"
    " JOIN source ON source.id = feed.source WHERE slug = ? GROUP BY name ORDER BY name"
)


class SqlJournal:
    """The port Journal. Where there is no database, or an empty one, it is blank.

    It makes no database: that is the store's. One made meanwhile is noticed at the next call.
    `upgrade` brings a database of another program version up to date, or raises StoreError.
    """

    def __init__(self, place: Database, upgrade: Callable[[], object]) -> None:
        self._database = place
        self._upgrade = upgrade
        self._connection: Any = None

    def has_edition(self, newsletter: str, date: dt.date) -> bool:
        """Whether the daily edition of that local date exists."""
        sql = (
            "SELECT 1 FROM edition JOIN newsletter ON newsletter.id = edition.newsletter"
            " WHERE slug = ? AND period = 'daily' AND date = ?"
        )
        return bool(self._rows(sql, newsletter, to_day(date)))

    def newest(
        self, newsletter: str, before: dt.date | None = None, *, period: str = "daily"
    ) -> dt.date | None:
        """The date of the newest edition of a period, or of the newest before a date."""
        sql = (
            "SELECT max(date) FROM edition JOIN newsletter ON newsletter.id = edition.newsletter"
            " WHERE slug = ? AND period = ? AND date < ?"
        )
        rows = self._rows(sql, newsletter, period, to_day(before or dt.date.max))
        return from_day(rows[0][0]) if rows and rows[0][0] is not None else None

    def runs(self, newsletter: str, date: dt.date) -> list[RunNote]:
        """What the last runs of a local date reported, the newest first."""
        sql = (
            "SELECT at, status, report FROM run JOIN newsletter ON newsletter.id = run.newsletter"
            " WHERE slug = ? AND date = ? ORDER BY run.id DESC LIMIT 9"
        )
        return [as_run(*row) for row in self._rows(sql, newsletter, to_day(date))]

    def has_kept(self, newsletter: str) -> bool:
        """Whether polls have seen anything that no edition has yet."""
        sql = (
            "SELECT 1 FROM kept JOIN newsletter ON newsletter.id = kept.newsletter"
            " WHERE slug = ? LIMIT 1"
        )
        return bool(self._rows(sql, newsletter))

    def validators(self, newsletter: str, source: str, fingerprint: str) -> dict[str, Validators]:
        """The validators kept for a source, by URL; none for another fingerprint."""
        from digest.model.replies import Validators

        sql = (
            "SELECT url, etag, last_modified, sha256 FROM feed"
            " JOIN newsletter ON newsletter.id = feed.newsletter"
            " JOIN source ON source.id = feed.source"
            " WHERE slug = ? AND name = ? AND fingerprint = ?"
        )
        return {
            url: Validators(etag=etag, last_modified=last_modified, sha256=sha256)
            for url, etag, last_modified, sha256 in self._rows(sql, newsletter, source, fingerprint)
        }

    def visits(self, newsletter: str, source: str) -> dict[str, Visit]:
        """What asking each URL of a source has come to so far, by URL."""
        return visiting.read(self._rows, newsletter, source)

    def health(self, newsletter: str) -> dict[str, dict[str, Any]]:
        """How asking each source has gone, by its name, of whichever URL of it went worst.

        `failures` (runs in a row), `not_before` (when the first URL that is left alone is asked
        again, or None) and `read_at` (up to when any was read whole, or None).
        """
        return visiting.health(self._rows, newsletter)

    def note_visits(self, newsletter: str, visits: Iterable[Visit]) -> None:
        """Keep what asking these URLs has come to, and forget the other URLs of their sources."""
        with self._writing(newsletter) as execute:
            visiting.keep(execute, newsletter, visits)

    def history(self, newsletter: str, source: str, runs: int) -> list[tuple[dt.date, int, int]]:
        """The date, sightings and new papers of a source in the last runs that had new ones.

        The newest first, `runs` of them at most; without polls, and those that a guard held.
        """
        notes = self._rows(_RUNS, newsletter, KEPT_RUNS)
        told = (
            (date, json.loads(text)["sources"].get(source, {}))
            for _, date, status, text in notes
            if status != POLLED
        )
        found = (
            (from_day(date), one["sightings"], one["new"])
            for date, one in told
            if one.get("new") and not one["held"]
        )
        return list(islice(found, runs))

    def unfinished(self, newsletter: str) -> int:
        """How many deliveries still have something to come (pending, claimed, handed, deferred)."""
        return tally.unfinished(self._rows, newsletter)

    def books(self, newsletter: str, date: dt.date | None = None) -> dict[str, int]:
        """Deliveries by state (every state named), of the daily edition of a date or of all."""
        return tally.books(self._rows, newsletter, None if date is None else to_day(date))

    def note_run(self, newsletter: str, at: dt.datetime, date: dt.date, report: RunReport) -> None:
        """Keep what a run reported, for `digest status`, and forget the oldest beyond 400.

        A run that came to the same as the one before it, of the same date, takes its place,
        however long either took, and any run that of the last poll.
        """
        status, text = report.status.value, as_json(report)
        with self._writing(newsletter) as execute:
            execute(_FORGET_POLLS, newsletter, POLLED)
            for last, day, before in self._rows(_LAST_RUN, newsletter):
                if day == to_day(date) and same(before, text):
                    execute("DELETE FROM run WHERE id = ?", last)
            execute(_ADD_RUN, to_seconds(at), to_day(date), status, text, newsletter)
            execute(_FORGET_RUNS, newsletter, newsletter, KEPT_RUNS)

    def told(self, newsletter: str) -> str:
        """What is remembered of what the operator was told."""
        rows = self._rows(_TOLD, newsletter)
        return str(rows[0][0]) if rows else ""

    def revise_told(self, newsletter: str, rule: Callable[[str], str]) -> None:
        """Make of that what a rule says, in one transaction."""
        with self._writing(newsletter) as execute:
            execute(_TELL, rule(self.told(newsletter)), newsletter)

    def overview(self, newsletter: str, runs: int = 10) -> dict[str, Any]:
        """What `digest status` shows, as JSON holds it.

        `runs` (the last ones, newest first: at, date, status, report), `editions` (how many
        daily ones), `first` and `last` (their dates or None), `papers` (shown; one that was
        entered as two, as several newsletters may, counts as two), `books` (deliveries by
        state), `accounts` (see `tally.accounts`), `readers` (by state), `suppressed` (mailboxes
        that get no more mail, by the reason), `channels` (see `tally.channels`), `paused` (why
        delivery is stopped, or ""), `feeds` (URLs with validators, by source) and `bytes`.
        """
        notes = self._rows(_RUNS, newsletter, runs)
        editions = self._rows(_EDITIONS, newsletter)
        papers = self._rows(_PAPERS, newsletter)
        total, first, last = editions[0] if editions else (0, None, None)
        with self._opened() as connection:
            size = self._database.size(connection) if connection else 0
        return {
            "runs": [as_note(*note) for note in notes],
            "editions": total,
            "first": None if first is None else from_day(first).isoformat(),
            "last": None if last is None else from_day(last).isoformat(),
            "papers": papers[0][0] if papers else 0,
            "books": self.books(newsletter),
            "accounts": tally.accounts(self._rows, newsletter),
            "readers": tally.readers(self._rows, newsletter),
            "suppressed": tally.suppressed(self._rows, newsletter),
            "channels": tally.channels(self._rows, newsletter),
            "paused": tally.paused(self._rows, newsletter),
            "feeds": dict(self._rows(_FEEDS, newsletter)),
            "bytes": size,
        }

    def ready(self) -> bool:
        """Whether there is a database with this program's schema."""
        with self._opened() as connection:
            return connection is not None

    def close(self) -> None:
        """Close the connection; a later question opens another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._opened() as connection:
            return list(self._execute(sql, *values).fetchall()) if connection else []

    def _execute(self, sql: str, *values: object) -> Any:
        return self._connection.execute(self._database.spelled(sql), values)

    @contextmanager
    def _writing(self, newsletter: str) -> Iterator[Callable[..., Any]]:
        """A transaction, in which the newsletter has its row; one that leads nowhere if blank."""
        with self._opened() as connection:
            if not connection:
                yield lambda *_: None
                return
            try:
                self._execute("BEGIN")
                self._database.alone(connection)
                self._execute(_ADD_NEWSLETTER, newsletter)
                yield self._execute
                self._execute("COMMIT")
            except BaseException:
                self.close()  # which undoes what is not committed
                raise

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """The connection, or None where there is nothing to ask."""
        try:
            if not self._connection and self._database.exists():
                self._connect()
            yield self._connection
        except self._database.errors as error:
            self.close()
            raise self._database.trouble(error) from error

    def _connect(self) -> None:
        connection = self._database.connect(autocommit=True)
        with ExitStack() as unusable:
            unusable.callback(connection.close)
            version = self._database.version(connection)
            if version is None:
                return
            if version != HEAD:
                self._upgrade()
            unusable.pop_all()
        self._connection = connection


def open_journal(url: str, progress: Callable[[str], None] = lambda _: None) -> SqlJournal:
    """The journal at a URL (see `database`); it connects when first asked.

    `progress` is told what takes long, and "" when that is done.
    """

    def upgrade() -> None:
        from digest.store.engine import open_store  # few starts need it

        open_store(url, progress).close()

    return SqlJournal(database(url), upgrade)
