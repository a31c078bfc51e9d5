"""The SMTP transport: what it can say to a server, and what it keeps of answers."""

from __future__ import annotations

from contextlib import closing

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending
from digest.transport.smtp import Smtp
from tests.transport.conftest import MESSAGE, READER, SENDER, Books, give, said, send_once
from tests.transport.scripted import ScriptedSmtp


def test_no_address_is_kept_with_an_answer(books: Books) -> None:
    reply = "550 5.1.1 <jane@example.org>: Jane@example.org, bounce+jane=example.org@example.com"
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        answer = send_once(server, books)
    assert answer == Answer(Ending.REFUSED, 550, "5.1.1", "<address>: <address>, <address>")


def test_an_answer_of_many_lines_and_odd_characters_is_kept_as_one_short_line(
    books: Books,
) -> None:
    reply = "550-5.7.1 first\r\n550-5.7.1 \x1b[31mred\x07\r\n550 5.7.1 " + "x" * 500
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        answer = send_once(server, books)
    assert said(answer).startswith("550 5.7.1 first ?[31mred? xxx")
    assert len(answer.text) == 200


@pytest.mark.parametrize(
    "reply", ["550", "550 no", "550 5.1.1", "550 5.1.1234 no", "550-no\r\n550"]
)
def test_an_answer_may_lack_a_status_or_words(reply: str, books: Books) -> None:
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        answer = send_once(server, books)
    assert (answer.ending, answer.code) == (Ending.REFUSED, 550)
    assert answer.status == ("5.1.1" if reply == "550 5.1.1" else "")


def test_an_address_that_needs_smtputf8_is_refused_unless_the_server_offers_it(
    books: Books,
) -> None:
    reader = "jörg@example.org"
    with ScriptedSmtp() as server, closing(Smtp(server.url, None)) as smtp:
        refused = give(smtp, books, reader=reader)
    text = "needs SMTPUTF8, which the server does not offer"
    assert refused == Answer(Ending.REFUSED, 553, "5.6.7", text)
    assert not books.given
    with (
        ScriptedSmtp(extensions=("SMTPUTF8", "8BITMIME")) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        assert give(smtp, Books(), reader=reader).ending is Ending.ACCEPTED
    assert server.accepted[0].recipient == reader
    assert f"MAIL FROM:<{SENDER}> SMTPUTF8" in server.commands


@pytest.mark.parametrize("sender", ["jürgen@example.org", SENDER])
def test_what_no_reader_is_the_reason_of_charges_nobody(sender: str, books: Books) -> None:
    message = b"Reply-To: " + "jürgen@example.org\r\n".encode() + MESSAGE
    with (
        ScriptedSmtp() as server,
        closing(Smtp(server.url, None)) as smtp,
        pytest.raises(TransportDown) as caught,
    ):
        give(smtp, books, message, sender=sender)
    assert str(caught.value) == (
        "127.0.0.1 does not offer SMTPUTF8, and so takes no letters beyond ASCII in"
        " mail.from, mail.sender or mail.reply_to; take them out or use another server"
    )
    assert not books.turns


def test_a_body_of_eight_bits_goes_only_where_it_is_taken(books: Books) -> None:
    message = b"Message-ID: <1@example.org>\r\n\r\n" + "naïve\r\n".encode()
    with (
        ScriptedSmtp() as server,
        closing(Smtp(server.url, None)) as smtp,
        pytest.raises(TransportDown, match="does not offer 8BITMIME"),
    ):
        give(smtp, books, message)
    with (
        ScriptedSmtp(extensions=("8BITMIME",)) as server,
        closing(Smtp(server.url, None)) as smtp,
    ):
        assert give(smtp, Books(), message).ending is Ending.ACCEPTED
    assert server.accepted[0].message == message


@pytest.mark.parametrize("reader", ["a@b\r\nRCPT TO:<c@d", "a b@example.org", "nobody", "<a@b>"])
def test_what_is_no_address_never_reaches_the_server(reader: str, books: Books) -> None:
    with ScriptedSmtp() as server, closing(Smtp(server.url, None)) as smtp:
        answer = give(smtp, books, reader=reader)
    assert answer == Answer(Ending.REFUSED, 553, "5.1.3", "not an address that SMTP can carry")
    assert server.connections == 0


def test_very_many_readers_without_an_address_are_told_of_without_a_server(books: Books) -> None:
    readers = [f"nobody {number}" for number in range(1_000)]
    with ScriptedSmtp() as server, closing(Smtp(server.url, None)) as smtp:
        smtp.carry(books.parcels(readers), books.turn)
    assert books.those(Ending.REFUSED) == set(readers)
    assert server.connections == 0


def test_a_sender_that_is_no_address_charges_nobody(books: Books) -> None:
    with (
        ScriptedSmtp() as server,
        closing(Smtp(server.url, None)) as smtp,
        pytest.raises(TransportDown, match=r"^mail\.from: not an address"),
    ):
        give(smtp, books, reader=READER, sender="a@b>\r\nRCPT TO:<c@d")
    assert (books.turns, server.connections) == (0, 0)
