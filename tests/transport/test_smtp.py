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
from hypothesis import given
from hypothesis import strategies as st

from digest.model.deliveries import Answer, Ending
from digest.transport.smtp import Smtp
from tests.transport.conftest import (
    LONG,
    MESSAGE,
    READER,
    SENDER,
    Books,
    give,
    send_all,
    send_once,
)
from tests.transport.scripted import DROP, ScriptedSmtp

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


def test_a_long_body_arrives_whole(way: Way, books: Books) -> None:
    with ScriptedSmtp(extensions=way) as server, closing(Smtp(server.url, None)) as smtp:
        assert give(smtp, books, LONG).ending is Ending.ACCEPTED
    assert server.accepted[0].message == LONG


def test_a_message_that_may_not_go_is_dropped_and_the_others_go(way: Way) -> None:
    books = Books(held=READERS[1:2])
    with ScriptedSmtp(extensions=way) as server:
        send_all(server, READERS[:3], books)
    assert set(books.told) == {READERS[0], READERS[2]}
    assert [mail.recipient for mail in server.accepted] == [READERS[0], READERS[2]]
    assert server.unfinished == [MESSAGE]


def test_an_exception_of_the_ledger_stops_the_message_before_its_dot(way: Way) -> None:
    class LostError(Books):
        def turn(self, *_: object) -> list[object]:  # type: ignore[override]
            raise KeyError("the claim was lost")

    with ScriptedSmtp(extensions=way) as server, closing(Smtp(server.url, None)) as smtp:
        with pytest.raises(KeyError):
            give(smtp, LostError())
        assert give(smtp, Books()).ending is Ending.ACCEPTED
    assert len(server.accepted) == 1
    assert server.unfinished == [MESSAGE]


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
        f"parcel = Parcel('a@example.org', 'b@example.org', ({MESSAGE!r},)); "
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
