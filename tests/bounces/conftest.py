"""A newsletter with an edition and readers, on real databases, and who hears its reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from functools import partial

import pytest

from digest.bounces.hearing import Hearing, Outcome
from digest.bounces.reading import read
from digest.document import freeze
from digest.message.letter import message_id
from digest.model.editions import FrozenEdition
from digest.model.readers import Consent, Subscriber
from digest.store.engine import SqlStore, open_store
from digest.tokens import token
from digest.verp import reader_of, return_path
from tests.bounces import reports
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.store.records import NOW, a_paper, day, decision_on, edition_of, record_of

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "url"]

SLUG = "daily"
PATTERN = "bounces+{reader}@papers.example"
WAY_OUT = "mailto:leave+{token}@papers.example?subject=unsubscribe"
KEY = "sixteen letters!"
MORNING = dt.timedelta(minutes=5)  # after the edition


@dataclass
class Desk:
    """The newsletter's store, and a clock that is set by hand."""

    store: SqlStore
    url: str
    slug: str = SLUG
    now: dt.datetime = NOW + MORNING
    pattern: str = PATTERN
    way_out: str = WAY_OUT
    editions: list[FrozenEdition] = field(default_factory=list)  # the oldest first

    def publish(self, date: dt.date) -> None:
        """An edition of one paper, made at half past seven."""
        number = len(self.editions) + 1
        decision = decision_on(self.store, [a_paper(number)], self.slug, date, self.slug)
        at = dt.datetime.combine(date, NOW.timetz())
        edition = replace(edition_of(decision.new, self.slug, date), published_at=at)
        frozen = freeze(edition)
        record = record_of(decision, newsletter=self.slug, date=date)
        assert self.store.save(record._replace(edition=frozen), at)
        self.editions.append(frozen)

    def join(self, *addresses: str, state: Consent = Consent.ACTIVE) -> None:
        for address in addresses:
            self.store.put(self.slug, Subscriber(address=address, state=state), NOW)

    def state(self, address: str) -> Consent:
        reader = self.store.find(self.slug, address)
        assert reader
        return reader.state

    def letter(self, address: str, edition: int = -1) -> str:
        """The mail of an edition to an address."""
        frozen = self.editions[edition]
        number = message_id(frozen.sha256, address, "papers.example", KEY)
        mail = reports.letter(address, number.strip("<").partition("@")[0])
        return mail.replace(reports.WRITTEN, format_datetime(frozen.edition.published_at))

    def return_path(self, address: str) -> str:
        reader = self.store.reader(self.slug, address)
        assert reader
        return return_path(PATTERN, KEY, self.slug, reader.id)

    def leave(self, address: str) -> str:
        """Where a reader's mail program writes to let them leave."""
        return f"leave+{token(KEY, self.slug, address)}@papers.example"

    def hear(self, *raws: bytes) -> list[Outcome]:
        hearing = Hearing(
            newsletter=self.slug,
            store=self.store,
            reader_of=partial(reader_of, pattern=self.pattern, key=KEY, newsletter=self.slug),
            identify=partial(message_id, domain="", copy=KEY),
            way_out=self.way_out,
            tokens={"key": lambda address: token(KEY, self.slug, address).lower()},
            clock=lambda: self.now,
        )
        return [one.outcome for one in hearing.hear([read(raw) for raw in raws])]


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with closing(open_store(url)) as store:
        desk = Desk(store, url)
        desk.publish(day(1))
        desk.join("jane@example.org", "Joe@Example.org")
        yield desk
