"""The SMTP transport over one connection, proved against real servers by what they took."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending
from digest.transport.smtp import Smtp
from tests.transport.conftest import (
    MESSAGE,
    READER,
    SENDER,
    Books,
    give,
    said,
    send_all,
    send_once,
)
from tests.transport.scripted import DROP, HANG, LOSE, ScriptedSmtp

Way = tuple[str, ...]
READERS = [f"reader{number}@example.org" for number in range(1, 8)]


def test_a_message_arrives_byte_for_byte_and_the_answer_is_kept(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server:
        answer = send_once(server, books)
    assert answer == Answer(Ending.ACCEPTED, 250, "2.0.0", "queued")
    assert [(mail.sender, mail.recipient) for mail in server.accepted] == [(SENDER, READER)]
    assert server.accepted[0].message == MESSAGE
    assert server.commands[-1] == "quit"
    assert books.given == [READER]


def test_an_independent_server_takes_the_same_message(tmp_path: Path, books: Books) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inbox = Mailbox(str(tmp_path / "inbox"))
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with closing(Smtp(f"smtp://127.0.0.1:{port}", None)) as smtp:
            assert give(smtp, books).ending is Ending.ACCEPTED
    finally:
        controller.stop()
    (file,) = (tmp_path / "inbox" / "new").iterdir()
    assert file.read_bytes().endswith(b"\n\nOne.\n.two\n..three\n")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"a", b"\r\n.\r\n"])))
def test_no_body_can_end_its_message_early_or_start_another(parts: list[bytes]) -> None:
    message = b"Message-ID: <1@example.org>\r\n\r\n" + b"".join(parts)
    with ScriptedSmtp() as server, closing(Smtp(server.url, None)) as smtp:
        assert give(smtp, Books(), message).ending is Ending.ACCEPTED
    (mail,) = server.accepted
    assert mail.message.splitlines() == message.splitlines()


def test_several_messages_share_one_connection(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS, books)
    assert [mail.recipient for mail in server.accepted] == READERS
    assert books.those(Ending.ACCEPTED) == set(READERS)
    assert server.connections == 1


def test_a_later_round_uses_the_session_of_an_earlier_one(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server, closing(Smtp(server.url, None)) as smtp:
        for reader in READERS:
            assert give(smtp, books, reader=reader).ending is Ending.ACCEPTED
    assert (server.connections, len(server.accepted)) == (1, len(READERS))


def test_an_envelope_is_said_in_one_breath_where_the_server_can_take_it(books: Books) -> None:
    """A server that reads the whole envelope before it says a word still gets its message."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        closing(Smtp(f"smtp://127.0.0.1:{listener.getsockname()[1]}", None, timeout=5)) as smtp,
    ):
        from threading import Thread

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb") as lines:

                def say(text: bytes) -> None:
                    lines.write(text + b"\r\n")
                    lines.flush()

                say(b"220 ready")
                lines.readline()
                say(b"250-here\r\n250 PIPELINING")
                assert [lines.readline()[:4] for _ in range(3)] == [b"MAIL", b"RCPT", b"DATA"]
                say(b"250 ok\r\n250 ok\r\n354 go on")
                while lines.readline() != b".\r\n":
                    pass
                say(b"250 2.0.0 queued")
                lines.readline()

        thread = Thread(target=serve)
        thread.start()
        assert give(smtp, books).ending is Ending.ACCEPTED
        smtp.close()
        thread.join()


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


LONG = MESSAGE + b"a line of seventy characters or about as much as that comes to\r\n" * 300_000


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


def test_a_long_body_arrives_whole(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server, closing(Smtp(server.url, None)) as smtp:
        assert give(smtp, books, LONG).ending is Ending.ACCEPTED
    assert server.accepted[0].message == LONG


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


def test_a_message_that_may_not_go_is_dropped_and_the_others_go(way: Way) -> None:
    books = Books(held=READERS[1:2])
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS[:3], books)
    assert set(books.told) == {READERS[0], READERS[2]}
    assert [mail.recipient for mail in server.accepted] == [READERS[0], READERS[2]]
    assert server.unfinished == [MESSAGE.removesuffix(b"\r\n")]


def test_an_exception_of_the_ledger_stops_the_message_before_its_dot(way: Way) -> None:
    class LostError(Books):
        def turn(self, *_: object) -> list[object]:  # type: ignore[override]
            raise KeyError("the claim was lost")

    with ScriptedSmtp(extensions=way) as server, closing(Smtp(server.url, None)) as smtp:
        with pytest.raises(KeyError):
            give(smtp, LostError())
        assert give(smtp, Books()).ending is Ending.ACCEPTED
    assert len(server.accepted) == 1
    assert server.unfinished == [MESSAGE.removesuffix(b"\r\n")]


@pytest.mark.parametrize("stale", [DROP, "421 4.4.2 idle for too long", "503 5.5.1 nested MAIL"])
def test_a_session_gone_stale_is_replaced_without_charging_anyone(
    stale: str, way: Way, books: Books
) -> None:
    with (
        ScriptedSmtp({"MAIL": ["250 ok", stale]}, extensions=way) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        for reader in READERS[:2]:
            assert give(smtp, books, reader=reader).ending is Ending.ACCEPTED
    assert (server.connections, len(server.accepted)) == (2, 2)


def test_a_session_that_the_server_closed_between_two_rounds_is_replaced(books: Books) -> None:
    with ScriptedSmtp() as server, closing(Smtp(server.url, None)) as smtp:
        give(smtp, books)
        server.hang_up()
        assert give(smtp, books, reader="next@example.org").ending is Ending.ACCEPTED
    assert (server.connections, len(server.accepted)) == (2, 2)


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


@pytest.mark.parametrize(
    ("point", "taken"),
    [
        ("after-mail", 0),
        ("after-rcpt", 0),
        ("after-data", 0),
        ("before-dot", 0),
        ("after-dot", 1),
        ("after-reply", 1),
    ],
)
def test_a_sudden_death_at_any_point_leaves_whole_messages_only(
    point: str, taken: int, way: Way
) -> None:
    program = (
        "import sys; from digest.model.deliveries import Parcel; "
        "from digest.transport import transport_for; "
        f"parcel = Parcel('a@example.org', 'b@example.org', {MESSAGE!r}); "
        "turn = lambda done, ready: (print('handed', flush=True), ready)[1]; "
        "transport_for(sys.argv[1], None).carry(iter([parcel]), turn)"
    )
    with ScriptedSmtp(extensions=way) as server:
        run = subprocess.run(
            [sys.executable, "-c", program, server.url],
            env={"DIGEST_FAILPOINT": point},
            stdout=subprocess.PIPE,
            check=False,
        )
    assert run.returncode == -9
    assert len(server.accepted) == taken
    assert run.stdout == (
        b"handed\n" if point in ("before-dot", "after-dot", "after-reply") else b""
    )
