"""The dry run: all is told, and nothing leaves."""

from __future__ import annotations

from digest.model.deliveries import Answer, Ending
from digest.transport import transport_for
from digest.transport.dry import Dry
from tests.transport.conftest import MESSAGE, Books

READERS = [f"reader{number}@example.org" for number in range(50)]


def test_messages_are_counted_and_told_as_not_sent() -> None:
    books = Books(held=READERS[7:8])
    dry = transport_for("dry:", None)
    assert isinstance(dry, Dry)
    dry.carry(books.parcels(READERS), books.turn)
    dry.close()
    assert (dry.messages, dry.octets) == (49, 49 * len(MESSAGE))
    assert set(books.told.values()) == {Answer(Ending.ACCEPTED, text="not sent: dry")}
    assert len(books.told) == 49


def test_a_dry_run_stops_when_asked() -> None:
    books = Books()
    Dry(hurry=lambda: (len(books.given) and 5.0) or float("inf")).carry(
        books.parcels(READERS), books.turn
    )
    assert 0 < len(books.told) < len(READERS)
    assert set(books.told) == set(books.given)
