"""Whatever a server does: nothing is lost, nothing is doubled, and the books say so."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import closing
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from digest.errors import TransportDown
from digest.model.deliveries import Ending
from digest.transport.smtp import Smtp
from tests.transport.conftest import Books
from tests.transport.scripted import DROP, LOSE, ScriptedSmtp

READERS = [f"reader{number}@example.org" for number in range(1, 13)]

REFUSALS = ["450 4.2.1 later", "550 5.1.1 unknown", "421 4.3.2 closing", "banana", DROP]
TROUBLE = {
    "connect": ["421 4.7.0 too many", DROP],
    "EHLO": ["421 4.3.2 closing", DROP],
    "MAIL": REFUSALS,
    "RCPT": REFUSALS,
    "DATA": [*REFUSALS, "250 what?"],
    "no recipient": ["354 go on", "250 what?", DROP],
    "body": REFUSALS,
    "dot": [*REFUSALS, LOSE],
    "RSET": REFUSALS,
    "QUIT": [DROP],
}


class Case(NamedTuple):
    script: dict[str, list[str]]
    extensions: tuple[str, ...]
    readers: list[str]
    held: list[str]
    connections: int
    per_connection: int
    room: int
    patience: float  # messages let go until there is a hurry


def scripts() -> st.SearchStrategy[dict[str, list[str]]]:
    """Trouble at some visits of some positions, of anybody's or of one reader's."""

    def entries(position: str) -> st.SearchStrategy[list[str]]:
        return st.lists(st.sampled_from(["", "", "", *TROUBLE[position]]), max_size=12)

    anybody = {position: entries(position) for position in TROUBLE}
    named = {
        f"{position} {reader}": entries(position)
        for position in ("RCPT", "DATA", "body", "dot")
        for reader in READERS[::4]
    }
    return st.fixed_dictionaries({}, optional=anybody | named)


CASES = st.builds(
    Case,
    script=scripts(),
    extensions=st.sampled_from([(), ("PIPELINING",)]),
    readers=st.integers(1, len(READERS)).map(lambda count: READERS[:count]),
    held=st.lists(st.sampled_from(READERS), max_size=2),
    connections=st.integers(1, 4),
    per_connection=st.sampled_from([1, 2, 3, 100]),
    room=st.sampled_from([1, 2, 1_000]),
    patience=st.sampled_from([0, 1, 5, math.inf, math.inf]),
)


@given(CASES)
def test_each_message_is_accepted_once_at_most_and_told_as_it_is(case: Case) -> None:
    books = Books(held=case.held)
    with (
        ScriptedSmtp(case.script, extensions=case.extensions, room=case.room) as server,
        closing(
            Smtp(
                server.url,
                None,
                connections=case.connections,
                per_connection=case.per_connection,
                timeout=5,
                hurry=lambda: 60.0 if len(books.given) > case.patience else math.inf,
            )
        ) as smtp,
    ):
        whole = True
        try:
            smtp.carry(books.parcels(case.readers), books.turn)
        except TransportDown:
            whole = False
    taken = Counter(mail.recipient for mail in server.accepted)
    assert not [reader for reader, times in taken.items() if times > 1]
    accepted, lost = books.those(Ending.ACCEPTED), books.those(Ending.LOST)
    assert accepted <= set(taken) <= accepted | lost
    assert set(taken) <= set(books.given)
    assert set(books.given) <= set(books.told)
    if whole and case.patience == math.inf:
        assert set(case.readers) == set(books.told) | (set(case.held) & set(case.readers))
