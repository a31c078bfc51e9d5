"""The SMTP transport over one connection: refusals, breaks and silence, and whom they charge."""

from __future__ import annotations

from contextlib import closing

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending
from digest.transport.smtp import Smtp
from tests.transport.conftest import (
    LONG,
    Books,
    give,
    said,
    send_all,
    send_once,
)
from tests.transport.scripted import DROP, HANG, LOSE, ScriptedSmtp

Way = tuple[str, ...]
READERS = [f"reader{number}@example.org" for number in range(1, 8)]


@pytest.mark.parametrize(
    ("position", "reply"),
    [
        ("RCPT", "450 4.2.1 greylisted"),
        ("RCPT", "550 5.1.1 unknown"),
        ("DATA", "451 4.3.0 busy"),
        ("DATA", "554 5.6.0 no"),
        ("dot", "452 4.2.2 full"),
        ("dot", "421 4.3.2 closing"),
        ("dot", "552 5.3.4 too big"),
    ],
)
def test_a_refusal_is_this_reader_s_alone_and_the_others_are_sent(
    position: str, reply: str, way: Way, books: Books
) -> None:
    refused = READERS[2]
    script = {f"{position} {refused}": [reply]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS, books)
    answer = books.told[refused]
    assert (answer.ending, said(answer)) == (Ending.REFUSED, reply)
    assert answer.at_content is (position != "RCPT")
    assert (refused in books.given) is (position == "dot")
    others = [reader for reader in READERS if reader != refused]
    assert [mail.recipient for mail in server.accepted] == others
    assert books.those(Ending.ACCEPTED) == set(others)
    assert server.connections == 1 + reply.startswith("421")


@pytest.mark.parametrize("position", ["RCPT", "DATA"])
def test_a_transaction_that_was_refused_is_reset_before_the_next(
    position: str, way: Way, books: Books
) -> None:
    with ScriptedSmtp({position: ["450 4.2.1 later"]}, extensions=way) as server:
        send_all(server, READERS[:2], books)
    verbs = [line.partition(" ")[0].upper() for line in server.commands]
    assert verbs[verbs.index("RSET") + 1] == "MAIL"
    assert "503" not in " ".join(said(answer) for answer in books.told.values())
    assert server.connections == 1


def test_a_server_that_goes_on_without_a_recipient_is_never_given_a_message(books: Books) -> None:
    script = {"RCPT": ["550 5.1.1 unknown"], "no recipient": ["354 go on"]}
    with ScriptedSmtp(script, extensions=("PIPELINING",)) as server:
        send_all(server, READERS[:2], books)
    assert said(books.told[READERS[0]]) == "550 5.1.1 unknown"
    assert [mail.recipient for mail in server.accepted] == READERS[1:2]
    assert server.unfinished == [b""]


def test_a_server_that_still_has_a_refused_message_in_mind_gets_a_new_session(
    books: Books,
) -> None:
    """With a later envelope already said, there was no place for RSET."""
    script = {"dot": ["452 4.2.2 full"], "MAIL": ["250 ok", "503 5.5.1 nested MAIL"]}
    with ScriptedSmtp(script, extensions=("PIPELINING",)) as server:
        send_all(server, READERS[:3], books)
    assert books.those(Ending.REFUSED) == {READERS[0]}
    assert [mail.recipient for mail in server.accepted] == READERS[1:3]
    assert server.connections == 2


@pytest.mark.parametrize("position", ["connect", "EHLO", "MAIL"])
@pytest.mark.parametrize("trouble", ["421 4.3.2 shutting down", DROP])
def test_what_fails_before_the_reader_is_named_charges_nobody(
    position: str, trouble: str, way: Way, books: Books
) -> None:
    script = {position: [trouble]}
    with (
        ScriptedSmtp(script, extensions=way) as server,
        pytest.raises(TransportDown, match=r"^127\.0\.0\.1"),
    ):
        send_once(server, books)
    assert (books.turns, server.accepted) == (0, [])


@pytest.mark.parametrize("position", ["RCPT", "DATA"])
@pytest.mark.parametrize("trouble", ["421 4.3.2 shutting down", DROP, "banana", "25"])
def test_a_break_after_the_reader_is_named_is_told_of_that_reader(
    position: str, trouble: str, way: Way, books: Books
) -> None:
    script = {f"{position} {READERS[1]}": [trouble]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS[:3], books)
    answer = books.told[READERS[1]]
    assert answer.ending is Ending.BROKEN
    assert said(answer).removeprefix("0 ") in {trouble, "broken off before the final dot"}
    assert books.given == [READERS[0], READERS[2]]
    assert [mail.recipient for mail in server.accepted] == books.given
    assert server.connections == 2


def test_a_break_inside_the_body_is_no_hand_over(way: Way, books: Books) -> None:
    with (
        ScriptedSmtp({"body": [DROP]}, extensions=way) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        assert give(smtp, books, LONG).ending is Ending.BROKEN
    assert not books.given
    assert not server.accepted


def test_a_refusal_inside_the_body_is_the_answer_to_the_message(way: Way, books: Books) -> None:
    script = {"body": ["552 5.3.4 too big"]}
    with (
        ScriptedSmtp(script, extensions=way) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        answer = give(smtp, books, LONG)
        assert (answer.ending, said(answer)) == (Ending.REFUSED, "552 5.3.4 too big")
        assert give(smtp, books, reader="next@example.org").ending is Ending.ACCEPTED
    assert books.given == ["next@example.org"]
    assert server.connections == 2


def test_no_acceptance_counts_before_the_final_dot(way: Way, books: Books) -> None:
    with (
        ScriptedSmtp({"body": ["250 what?"]}, extensions=way) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        assert give(smtp, books, LONG).ending is Ending.BROKEN
    assert (books.given, server.accepted) == ([], [])


@pytest.mark.parametrize(("ending", "taken"), [(DROP, 0), (LOSE, 1)])
def test_a_lost_answer_to_the_final_dot_is_told_as_lost(
    ending: str, taken: int, way: Way, books: Books
) -> None:
    script = {f"dot {READERS[1]}": [ending]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(server, READERS[:3], books)
    assert books.told[READERS[1]] == Answer(Ending.LOST, text="no answer to the final dot")
    assert books.those(Ending.ACCEPTED) == {READERS[0], READERS[2]}
    assert len(server.accepted) == taken + 2


@pytest.mark.parametrize("answer", ["banana", "354 more?", "25"])
def test_an_answer_to_the_final_dot_that_means_nothing_is_no_answer(
    answer: str, way: Way, books: Books
) -> None:
    with ScriptedSmtp({"dot": [answer]}, extensions=way) as server:
        assert send_once(server, books).ending is Ending.LOST


def test_a_server_that_never_answers_is_left_after_the_timeout(way: Way, books: Books) -> None:
    with ScriptedSmtp({"dot": [HANG]}, extensions=way) as server:
        assert send_once(server, books, timeout=0.2).ending is Ending.LOST
    for position in ("connect", "MAIL"):
        with (
            ScriptedSmtp({position: [HANG]}, extensions=way) as server,
            pytest.raises(TransportDown),
        ):
            send_once(server, Books(), timeout=0.2)


def test_an_endless_answer_is_left(books: Books) -> None:
    script = {"RCPT": ["250-" + "x" * 100_000]}
    with ScriptedSmtp(script) as server:
        assert send_once(server, books, timeout=5).ending is Ending.BROKEN


def test_a_refused_sender_charges_no_reader(way: Way, books: Books) -> None:
    with (
        ScriptedSmtp({"MAIL": ["550 5.7.1 not yours"]}, extensions=way) as server,
        pytest.raises(TransportDown, match=r"mail\.from.*550"),
    ):
        send_once(server, books)
    assert not books.turns


def test_a_server_that_is_not_there_charges_nobody(books: Books) -> None:
    with ScriptedSmtp() as server:
        url = server.url
    with pytest.raises(TransportDown, match=r"check mail\.transport"):
        give(Smtp(url, None), books)
