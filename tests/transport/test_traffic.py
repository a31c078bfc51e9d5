"""The SMTP transport over several connections, proved by what a server took over each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import chain

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import Ending, Parcel
from digest.transport.smtp import Smtp
from tests.transport.conftest import MESSAGE, Books, send_all
from tests.transport.scripted import DROP, HANG, LOSE, ScriptedSmtp, later

Way = tuple[str, ...]
READERS = [f"reader{number}@example.org" for number in range(1, 31)]


def taken(server: ScriptedSmtp) -> list[str]:
    return sorted(mail.recipient for mail in server.accepted)


def test_several_connections_share_the_work(way: Way, books: Books) -> None:
    with ScriptedSmtp({"dot": [later(0.05)] * 30}, extensions=way) as server:
        send_all(server, READERS, books, connections=5)
    assert taken(server) == sorted(READERS)
    assert books.those(Ending.ACCEPTED) == set(READERS)
    assert server.connections == server.most_at_once == 5
    assert len({mail.session for mail in server.accepted}) == 5


def test_there_are_no_more_connections_than_messages(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS[:2], books, connections=5)
    assert taken(server) == READERS[:2]
    assert server.connections <= 2


def test_nothing_to_send_opens_nothing(books: Books) -> None:
    with ScriptedSmtp() as server:
        send_all(server, [], books, connections=5)
    assert (server.connections, books.turns) == (0, 0)


@pytest.mark.parametrize("connections", [1, 3])
def test_a_connection_is_renewed_after_so_many_messages(
    connections: int, way: Way, books: Books
) -> None:
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS, books, connections=connections, per_connection=4)
    assert taken(server) == sorted(READERS)
    assert max(Counter(mail.session for mail in server.accepted).values()) == 4
    assert server.most_at_once <= connections
    ends = [line.upper() for line in server.commands].count("QUIT")
    assert ends >= len({mail.session for mail in server.accepted})


def test_one_commit_serves_several_connections(way: Way) -> None:
    class Slow(Books):
        def turn(self, *told: Sequence[object]) -> Collection[Parcel]:  # type: ignore[override]
            time.sleep(0.02)
            return super().turn(*told)  # type: ignore[arg-type]

    books = Slow()
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS, books, connections=10)
    assert taken(server) == sorted(READERS)
    assert books.turns <= 15


def test_over_one_connection_a_commit_serves_one_message_and_the_next(
    way: Way, books: Books
) -> None:
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS, books)
    assert books.turns == len(READERS) + 1


@pytest.mark.parametrize("connections", [1, 4])
def test_messages_are_taken_only_as_they_are_needed(connections: int, way: Way) -> None:
    most = 0

    class Watched(Books):
        def turn(self, *told: Sequence[object]) -> Collection[Parcel]:  # type: ignore[override]
            nonlocal most
            going = super().turn(*told)  # type: ignore[arg-type]
            most = max(most, len(self.taken) - len(self.told))
            return going

    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS, Watched(), connections=connections)
    assert most <= 2 * connections


def test_a_server_that_limits_connections_is_served_with_fewer(way: Way, books: Books) -> None:
    with ScriptedSmtp({"dot": [later(0.02)] * 30}, extensions=way, room=2) as server:
        send_all(server, READERS, books, connections=5, per_connection=8)
    assert taken(server) == sorted(READERS)
    assert books.those(Ending.ACCEPTED) == set(READERS)


def test_a_connection_that_failed_once_is_tried_again_later(way: Way, books: Books) -> None:
    script = {"connect": ["220 ready", "421 4.7.0 too many"], "dot": [later(0.02)] * 30}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS, books, connections=2, per_connection=8)
    sessions = [mail.session for mail in server.accepted]
    assert len(sessions) == len(READERS)
    assert sessions != sorted(sessions), "never two at once"


def test_a_connection_that_is_slow_to_come_holds_up_no_other(way: Way, books: Books) -> None:
    start = time.monotonic()
    with ScriptedSmtp({"connect": ["220 ready", HANG]}, extensions=way) as server:
        send_all(server, READERS, books, connections=2)
        assert time.monotonic() - start < 5
    assert taken(server) == sorted(READERS)


def test_a_message_that_hangs_holds_up_no_other(way: Way, books: Books) -> None:
    with ScriptedSmtp({f"dot {READERS[1]}": [HANG]}, extensions=way) as server:
        send_all(server, READERS, books, connections=3, timeout=0.5)
    assert books.those(Ending.LOST) == {READERS[1]}
    assert books.those(Ending.ACCEPTED) == set(READERS) - {READERS[1]}
    assert taken(server) == sorted(books.those(Ending.ACCEPTED))


@pytest.mark.parametrize("position", ["RCPT", "DATA", "body", "dot"])
@pytest.mark.parametrize("trouble", [DROP, "421 4.3.2 closing"])
def test_a_connection_that_breaks_takes_no_other_with_it(
    position: str, trouble: str, way: Way, books: Books
) -> None:
    with ScriptedSmtp({f"{position} {READERS[4]}": [trouble]}, extensions=way) as server:
        send_all(server, READERS, books, connections=5)
    assert books.those(Ending.ACCEPTED) == set(READERS) - {READERS[4]}
    assert taken(server) == sorted(set(READERS) - {READERS[4]})
    assert set(books.told) == set(READERS)


@pytest.mark.parametrize("trouble", [DROP, "421 4.3.2 closing"])
def test_one_connection_that_takes_no_mail_leaves_it_to_the_others(
    trouble: str, way: Way, books: Books
) -> None:
    with ScriptedSmtp({"MAIL": ["250 ok", trouble, trouble]}, extensions=way) as server:
        send_all(server, READERS, books, connections=5)
    assert books.those(Ending.ACCEPTED) == set(READERS)
    assert taken(server) == sorted(READERS)


@pytest.mark.parametrize(("trouble", "ending"), [(DROP, Ending.LOST), ("421 no", Ending.REFUSED)])
def test_what_was_let_go_is_answered_before_the_server_counts_as_gone(
    trouble: str, ending: Ending, way: Way, books: Books
) -> None:
    """Two messages are at their dots when a third finds that its sender is never taken."""
    script = {
        "MAIL refused@example.org": ["550 5.7.1 not you"] * 20,
        f"dot {READERS[0]}": [later(0.4)],
        f"dot {READERS[1]}": [later(0.3, trouble)],
    }
    third = Parcel("refused@example.org", READERS[2], (MESSAGE,))
    with (
        ScriptedSmtp(script, extensions=way) as server,
        closing(Smtp(server.url, None, connections=3, per_connection=1)) as smtp,
        pytest.raises(TransportDown, match=r"mail\.from: 550"),
    ):
        smtp.carry(chain(books.parcels(READERS[:2]), [third]), books.turn)
    assert books.endings() == {READERS[0]: Ending.ACCEPTED, READERS[1]: ending}
    assert taken(server) == READERS[:1]


@pytest.mark.parametrize(("position", "ending"), [("DATA", Ending.BROKEN), ("dot", Ending.LOST)])
@pytest.mark.parametrize("connections", [1, 3])
def test_five_messages_without_an_answer_in_a_row_are_enough(
    position: str, ending: Ending, connections: int, way: Way, books: Books
) -> None:
    script = {position: ["250 ok" if position == "dot" else "354 go on"] * 6 + [DROP] * 30}
    with (
        ScriptedSmtp(script, extensions=way) as server,
        pytest.raises(TransportDown, match=r"^127\.0\.0\.1 broke off \d+ messages in a row"),
    ):
        send_all(server, READERS, books, connections=connections)
    assert len(books.those(Ending.ACCEPTED)) == len(server.accepted) == 6
    assert 5 <= len(books.those(ending)) <= 5 + connections
    assert len(books.told) == len(books.those(ending)) + 6


def test_a_server_that_takes_only_some_is_no_server_gone(way: Way, books: Books) -> None:
    script = {f"DATA {reader}": [DROP] for reader in READERS[::2]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS, books, connections=1)
    assert books.those(Ending.BROKEN) == set(READERS[::2])
    assert taken(server) == sorted(READERS[1::2])


def test_an_exception_of_the_ledger_stops_every_connection(way: Way) -> None:
    class Failing(Books):
        failed = 0

        def turn(self, *told: Sequence[object]) -> Collection[Parcel]:  # type: ignore[override]
            if self.turns == 2:
                self.failed += 1
                raise KeyError("the disk is full")
            return super().turn(*told)  # type: ignore[arg-type]

    books = Failing()
    script = {"dot": [later(0.05 * number) for number in range(30)]}
    with ScriptedSmtp(script, extensions=way) as server, pytest.raises(KeyError):
        send_all(server, READERS, books, connections=5)
    assert set(taken(server)) <= set(books.given)
    assert books.failed == 1


def test_trouble_with_the_readers_lets_what_was_given_be_answered(way: Way, books: Books) -> None:
    def parcels() -> Iterator[Parcel]:
        yield from books.parcels(READERS[:6])
        raise OSError("the ledger's own trouble")

    script = {"dot": [later(0.1)] * 30}
    with (
        ScriptedSmtp(script, extensions=way) as server,
        closing(Smtp(server.url, None, connections=3)) as smtp,
    ):
        with pytest.raises(OSError, match="own trouble"):
            smtp.carry(parcels(), books.turn)
        assert books.those(Ending.ACCEPTED) == set(books.given)
    assert taken(server) == sorted(books.given)


def test_long_messages_cross_each_other(way: Way, books: Books) -> None:
    message = (
        MESSAGE + b"a line of seventy characters or about as much as that comes to\r\n" * 9_000
    )
    with (
        ScriptedSmtp(extensions=way) as server,
        closing(Smtp(server.url, None, connections=4)) as smtp,
    ):
        smtp.carry(books.parcels(READERS[:12], message), books.turn)
    assert taken(server) == sorted(READERS[:12])
    assert {mail.message for mail in server.accepted} == {message}


def test_a_lost_answer_is_lost_once(way: Way, books: Books) -> None:
    script = {f"dot {reader}": [LOSE] for reader in READERS[::3]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS, books, connections=4)
    assert books.those(Ending.LOST) == set(READERS[::3])
    assert taken(server) == sorted(READERS)
