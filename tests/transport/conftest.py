"""Parcels, and books that see to what a transport owes whoever keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from digest.model.deliveries import Answer, Ending, Parcel
from digest.ports import Transport
from digest.transport.smtp import Smtp
from tests.transport.scripted import ScriptedSmtp

SENDER = "papers@example.org"
READER = "jane@example.org"
MESSAGE = b"Message-ID: <1@example.org>\r\nSubject: Papers\r\n\r\nOne.\r\n.two\r\n..three\r\n"
LONG = MESSAGE + b"a line of seventy characters or about as much as that comes to\r\n" * 300_000

AFTER_HANDING = (Ending.ACCEPTED, Ending.LOST)


@dataclass
class Books:
    """What a transport told, in its order; whoever is told twice fails the test."""

    held: Collection[str] = ()  # who is not let go
    taken: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)  # who was let go
    told: dict[str, Answer] = field(default_factory=dict)
    turns: int = 0

    def turn(
        self, done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]
    ) -> Collection[Parcel]:
        """The port's Turn."""
        assert done or ready
        self.turns += 1
        for parcel, answer in done:
            assert parcel.recipient in self.taken
            assert parcel.recipient not in self.told
            assert answer.ending not in AFTER_HANDING or parcel.recipient in self.given
            self.told[parcel.recipient] = answer
        going = [parcel for parcel in ready if parcel.recipient not in self.held]
        for parcel in going:
            assert parcel.recipient in self.taken
            assert parcel.recipient not in self.given
            self.given.append(parcel.recipient)
        return going

    def parcels(self, readers: Iterable[str], message: bytes = MESSAGE) -> Iterator[Parcel]:
        for reader in readers:
            self.taken.append(reader)
            yield Parcel(SENDER, reader, (message,))

    def endings(self) -> dict[str, Ending]:
        return {reader: answer.ending for reader, answer in self.told.items()}

    def those(self, ending: Ending) -> set[str]:
        return {reader for reader, answer in self.told.items() if answer.ending is ending}


def give(
    transport: Transport,
    books: Books,
    message: bytes = MESSAGE,
    reader: str = READER,
    sender: str = SENDER,
) -> Answer:
    """Carry one message."""
    books.taken.append(reader)
    transport.carry(iter([Parcel(sender, reader, (message,))]), books.turn)
    return books.told[reader]


def send_once(server: ScriptedSmtp, books: Books, **options: Any) -> Answer:
    with closing(Smtp(server.url, None, **options)) as smtp:
        return give(smtp, books)


def send_all(server: ScriptedSmtp, readers: Sequence[str], books: Books, **options: Any) -> None:
    with closing(Smtp(server.url, None, **options)) as smtp:
        smtp.carry(books.parcels(readers), books.turn)


def said(answer: Answer) -> str:
    """An answer as one line."""
    return " ".join(filter(None, (str(answer.code), answer.status, answer.text)))


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["step by step", "pipelining"])
def way(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The extensions of a server that is talked to in either way."""
    extensions: tuple[str, ...] = request.param
    return extensions
