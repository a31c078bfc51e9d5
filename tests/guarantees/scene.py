"""A newsletter, its readers and a mail server, and what must hold of them whatever happened."""

from __future__ import annotations

import datetime as dt
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import pytest

from digest.addresses import wire
from digest.store.database import database
from tests.forks import Fork
from tests.guarantees.receiver import Receiver
from tests.home import Answer, Home, ended
from tests.pages import page

FIRST = dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
OPEN = {"pending", "claimed", "handed", "deferred"}

_ROWS = """
SELECT edition.date, reader.address, delivery.state, delivery.attempts, delivery.next_try,
    delivery.code
FROM delivery JOIN edition ON edition.id = delivery.edition
JOIN reader ON reader.id = delivery.reader ORDER BY edition.date, reader.id
"""


class Row(NamedTuple):
    """One edition on its way to one reader, as the books have it."""

    date: int
    address: str
    state: str
    attempts: int
    next_try: int | None  # seconds since 1970
    code: str


def slow(*values: Any) -> list[Any]:
    """Parameters of what `make prove` alone tries."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]


def some(number: int) -> list[str]:
    """Readers."""
    return [f"reader{at}@example.org" for at in range(number)]


@dataclass
class Scene:
    """A home whose mail goes to a receiver. Days are counted from 0."""

    folder: Path
    receiver: Receiver
    readers: Sequence[str] = field(default_factory=lambda: some(40))
    connections: int = 3
    state: str = ""  # another database than the home's own; PostgreSQL's goes to the environment
    real_time: bool = False
    mail: str = ""  # more lines of [mail]

    def __post_init__(self) -> None:
        self.home = Home(self.folder)
        self.pages = self.folder / "pages"
        self.pages.mkdir(exist_ok=True)
        self.url = self.state or f"sqlite:///{self.folder}/state/digest.db"
        self.days = 0  # with papers
        self.configure()

    @property
    def postgresql(self) -> bool:
        return self.url.startswith("postgresql")

    def configure(self, mail: str | None = None) -> None:
        """Write the configuration, with other lines of [mail] where they are given."""
        self.mail = self.mail if mail is None else mail
        transport = "" if "transport" in self.mail else f'transport = "{self.receiver.url}"\n'
        state = "" if self.postgresql else f'[state]\nurl = "{self.url}"\n'
        self.home.configure(
            f'[[source]]\nkind = "saved-page"\npath = "pages"\n{state}'
            f'[mail]\nfrom = "Papers <papers@example.org>"\nto = {list(self.readers)!r}\n'
            f"connections = {self.connections}\n{transport}{self.mail}"
        )

    def now(self, day: int = 0, **later: float) -> str | None:
        """An instant of a day, as --now takes it; None where the time is the real one."""
        if self.real_time:
            return None
        return (FIRST + day * DAY + dt.timedelta(**later)).isoformat()

    def publish(self, day: int = 0) -> None:
        """New papers, and one of the day before once more."""
        numbers = range(3 * day, 3 * day + 4)
        (self.pages / f"{day:03}.txt").write_text(page(*numbers), encoding="utf-8")
        self.days = day + 1

    def make(self, day: int = 0, *, readers: Sequence[str] | None = None) -> None:
        """Make the edition of a day, and deliver nothing yet."""
        self.publish(day)
        if readers is not None:
            self.readers = readers
            self.configure()
        answer = self.home.digest("run", "--no-deliver", now=self.now(day))
        assert answer.code == 0, answer.err

    def deliver(self, *arguments: str, day: int = 0, **later: float) -> Answer:
        """Deliver what is due, within this process."""
        return self.home.digest("deliver", *arguments, now=self.now(day, **later))

    def subscribers(self, *arguments: str) -> Answer:
        """A change of who gets mail."""
        answer = self.home.digest("subscribers", *arguments)
        assert answer.code == 0, answer.err
        return answer

    def start(self, *arguments: str, day: int = 0, **environ: str) -> Fork:
        """Start a command as a process of its own."""
        process = self.home.fork(*arguments, now=self.now(day), **environ)
        _started.append(process)
        return process

    def process(self, *arguments: str, day: int = 0, **environ: str) -> Answer:
        """Run a command as a process of its own."""
        return ended(self.start(*arguments, day=day, **environ))

    # The books, and the receipts beside them.

    def rows(self) -> list[Row]:
        return [Row(*row) for row in self._rows(_ROWS)]

    def _rows(self, sql: LiteralString) -> list[Any]:
        with closing(database(self.url).connect()) as connection:
            return list(connection.execute(sql).fetchall())

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return dict(Counter(row.state for row in self.rows()))

    def row(self, address: str) -> Row:
        """The last delivery to a reader."""
        return [row for row in self.rows() if row.address == address][-1]

    def consents(self) -> dict[str, int]:
        """How many readers are in each state."""
        return dict(Counter(state for (state,) in self._rows("SELECT state FROM reader")))

    def books(self) -> dict[str, int]:
        """What `digest status` tells of the deliveries."""
        books = self.home.digest("status", "--json").json["books"]
        return {state: count for state, count in books.items() if count}

    def second(self, day: int = 0) -> int:
        """An instant of a day in seconds since 1970."""
        return int((FIRST + day * DAY).timestamp())

    def received(self) -> Counter[str]:
        """How many messages each address got."""
        self.receiver.quiet()
        return Counter(event.recipient for event in self.receiver.accepted)

    def check(self, *, uncertain: int = 0, others: Sequence[str] = ()) -> None:
        """Lost 0, doubled 0, at most so many uncertain, and the books balance.

        `others` are the states in which nothing may have been received.
        """
        self.receiver.quiet()
        ids = Counter(event.message_id for event in self.receiver.accepted)
        assert set(ids.values()) <= {1}, f"doubled: {ids.most_common(3)}"
        told = Counter((row.address, row.state) for row in self.rows())
        states = self.states()
        assert not OPEN & set(states), states
        assert set(states) <= {"sent", "uncertain", *others}, states
        assert states.get("uncertain", 0) <= uncertain, states
        received = self.received()
        for address in {row.address for row in self.rows()}:
            sent, unsure = told[address, "sent"], told[address, "uncertain"]
            assert sent <= received[wire(address)] <= sent + unsure, (address, sent, unsure)
        self.balance()

    def balance(self) -> None:
        """What `digest status` tells is what the rows say: each reader once an edition."""
        assert self.books() == self.states()
        pairs = Counter((row.date, row.address) for row in self.rows())
        assert set(pairs.values()) <= {1}


_started: list[Fork] = []


def end_all() -> None:
    """End what a test has left at work."""
    while _started:
        process = _started.pop()
        process.kill()
        process.communicate()


def killed(process: Fork) -> Answer:
    """A process that was killed where it stood."""
    process.send_signal(signal.SIGKILL)
    return ended(process)
