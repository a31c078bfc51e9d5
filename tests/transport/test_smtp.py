"""The SMTP transport, proved against real servers by what they took."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import TransportDown
from digest.model.deliveries import DeliveryState, Result
from digest.transport.smtp import Smtp
from tests.transport.conftest import MESSAGE, READER, SENDER, Handed, give, send_once
from tests.transport.scripted import DROP, HANG, LOSE, ScriptedSmtp


def test_a_message_arrives_byte_for_byte_and_the_answer_is_kept(handed: Handed) -> None:
    with ScriptedSmtp() as server:
        result = send_once(server, handed)
    assert result == Result(state=DeliveryState.SENT, code="250 2.0.0 queued")
    assert [(mail.sender, mail.recipient) for mail in server.accepted] == [(SENDER, READER)]
    assert server.accepted[0].message == MESSAGE
    assert server.commands[-1] == "quit"
    assert len(handed) == 1


def test_an_independent_server_takes_the_same_message(tmp_path: Path, handed: Handed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inbox = Mailbox(str(tmp_path / "inbox"))
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        smtp = Smtp(f"smtp://127.0.0.1:{port}", None)
        assert give(smtp, handed).state == DeliveryState.SENT
        smtp.close()
    finally:
        controller.stop()
    (file,) = (tmp_path / "inbox" / "new").iterdir()
    assert file.read_bytes().endswith(b"\n\nOne.\n.two\n..three\n")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"a", b"\r\n.\r\n"])))
def test_no_body_can_end_its_message_early_or_start_another(parts: list[bytes]) -> None:
    message = b"Message-ID: <1@example.org>\r\n\r\n" + b"".join(parts)
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, Handed(), message).state == DeliveryState.SENT
        smtp.close()
    (mail,) = server.accepted
    assert mail.message.splitlines() == message.splitlines()


def test_several_messages_share_one_connection(handed: Handed) -> None:
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        assert [give(smtp, handed).state for _ in range(3)] == [DeliveryState.SENT] * 3
        smtp.close()
    assert (server.connections, len(server.accepted)) == (1, 3)


@pytest.mark.parametrize(
    ("position", "reply", "state", "given"),
    [
        ("RCPT", "450 4.2.1 greylisted", DeliveryState.DEFERRED, 0),
        ("RCPT", "550 5.1.1 unknown", DeliveryState.FAILED, 0),
        ("DATA", "451 4.3.0 busy", DeliveryState.DEFERRED, 0),
        ("DATA", "554 5.6.0 no", DeliveryState.FAILED, 0),
        ("dot", "452 4.2.2 full", DeliveryState.DEFERRED, 1),
        ("dot", "421 4.3.2 closing", DeliveryState.DEFERRED, 1),
        ("dot", "552 5.3.4 too big", DeliveryState.FAILED, 1),
    ],
)
def test_a_refusal_is_this_reader_s_alone_and_the_next_is_sent(
    position: str, reply: str, state: DeliveryState, given: int, handed: Handed
) -> None:
    with ScriptedSmtp({position: [reply]}) as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed) == Result(state=state, code=reply)
        assert len(handed) == given
        assert give(smtp, handed, reader="next@example.org").state == DeliveryState.SENT
        smtp.close()
    assert [mail.recipient for mail in server.accepted] == ["next@example.org"]
    assert "rset" in server.commands


@pytest.mark.parametrize("position", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_closes_for_all_charges_nobody(position: str, handed: Handed) -> None:
    script = {position: ["421 4.3.2 shutting down"]}
    with ScriptedSmtp(script) as server, pytest.raises(TransportDown, match=r"^127\.0\.0\.1"):
        send_once(server, handed)
    assert not handed
    assert not server.accepted


@pytest.mark.parametrize("position", ["connect", "EHLO", "MAIL"])
def test_a_break_before_the_reader_is_named_charges_nobody(position: str, handed: Handed) -> None:
    with ScriptedSmtp({position: [DROP]}) as server, pytest.raises(TransportDown):
        send_once(server, handed)
    assert not handed


@pytest.mark.parametrize("position", ["RCPT", "DATA"])
def test_a_break_after_the_reader_is_named_defers_that_reader(
    position: str, handed: Handed
) -> None:
    with ScriptedSmtp({position: [DROP]}) as server:
        smtp = Smtp(server.url, None)
        broken = give(smtp, handed)
        assert (broken.state, len(handed)) == (DeliveryState.DEFERRED, 0)
        assert give(smtp, handed).state == DeliveryState.SENT
        smtp.close()
    assert len(server.accepted) == 1


def test_a_break_inside_the_body_is_no_hand_over(handed: Handed) -> None:
    body = MESSAGE + b"a line of seventy characters or about as much as that comes to\r\n" * 300_000
    with ScriptedSmtp({"body": [DROP]}) as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed, body).state == DeliveryState.DEFERRED
        smtp.close()
    assert not handed
    assert not server.accepted


@pytest.mark.parametrize(("ending", "taken"), [(DROP, 0), (LOSE, 1)])
def test_a_lost_answer_to_the_final_dot_is_uncertain(
    ending: str, taken: int, handed: Handed
) -> None:
    with ScriptedSmtp({"dot": [ending]}) as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed).state == DeliveryState.UNCERTAIN
        assert len(server.accepted) == taken
        assert give(smtp, handed, reader="next@example.org").state == DeliveryState.SENT
        smtp.close()
    assert len(server.accepted) == taken + 1


@pytest.mark.parametrize("answer", ["banana", "354 more?", "25"])
def test_an_answer_to_the_final_dot_that_means_nothing_is_uncertain(
    answer: str, handed: Handed
) -> None:
    with ScriptedSmtp({"dot": [answer]}) as server:
        assert send_once(server, handed).state == DeliveryState.UNCERTAIN


def test_a_server_that_never_answers_is_left_after_the_timeout(handed: Handed) -> None:
    with ScriptedSmtp({"dot": [HANG]}) as server:
        assert send_once(server, handed, timeout=0.2).state == DeliveryState.UNCERTAIN
    with ScriptedSmtp({"connect": [HANG]}) as server, pytest.raises(TransportDown):
        send_once(server, handed, timeout=0.2)


def test_an_exception_of_the_ledger_stops_the_message_before_its_dot() -> None:
    def lost() -> None:
        raise KeyError("the claim was lost")

    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        with pytest.raises(KeyError):
            smtp.send(MESSAGE, SENDER, READER, lost)
        assert give(smtp, Handed()).state == DeliveryState.SENT
        smtp.close()
    assert len(server.accepted) == 1
    assert server.unfinished == [MESSAGE.removesuffix(b"\r\n")]


@pytest.mark.parametrize("stale", [DROP, "421 4.4.2 idle for too long", "503 5.5.1 nested MAIL"])
def test_a_session_gone_stale_is_replaced_without_charging_anyone(
    stale: str, handed: Handed
) -> None:
    with ScriptedSmtp({"MAIL": ["250 ok", stale]}) as server:
        smtp = Smtp(server.url, None)
        assert [give(smtp, handed).state for _ in range(2)] == [DeliveryState.SENT] * 2
        smtp.close()
    assert (server.connections, len(server.accepted)) == (2, 2)


def test_a_refused_sender_charges_no_reader(handed: Handed) -> None:
    with (
        ScriptedSmtp({"MAIL": ["550 5.7.1 not yours"]}) as server,
        pytest.raises(TransportDown, match=r"mail\.from.*550"),
    ):
        send_once(server, handed)


def test_a_server_that_is_not_there_charges_nobody(handed: Handed) -> None:
    with ScriptedSmtp() as server:
        url = server.url
    with pytest.raises(TransportDown, match=r"check mail\.transport"):
        give(Smtp(url, None), handed)


def test_no_address_is_kept_with_an_answer(handed: Handed) -> None:
    reply = "550 5.1.1 <jane@example.org>: Jane@example.org, bounce+jane=example.org@example.com"
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        result = send_once(server, handed)
    assert result.code == "550 5.1.1 <address>: <address>, <address>"


def test_an_answer_of_many_lines_and_odd_characters_is_kept_as_one_short_line(
    handed: Handed,
) -> None:
    reply = "550-5.7.1 first\r\n550-5.7.1 \x1b[31mred\x07\r\n550 5.7.1 " + "x" * 500
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        code = send_once(server, handed).code
    assert code.startswith("550 5.7.1 first 5.7.1 ?[31mred? 5.7.1 xxx")
    assert len(code) == 200


def test_an_address_that_needs_smtputf8_is_refused_unless_the_server_offers_it(
    handed: Handed,
) -> None:
    reader = "jörg@example.org"
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        refused = give(smtp, handed, reader=reader)
        smtp.close()
    assert refused.state == DeliveryState.FAILED
    assert refused.code == "needs SMTPUTF8, which the server does not offer"
    with ScriptedSmtp(extensions=("SMTPUTF8", "8BITMIME")) as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed, reader=reader).state == DeliveryState.SENT
        smtp.close()
    assert server.accepted[0].recipient == reader
    assert f"MAIL FROM:<{SENDER}> SMTPUTF8" in server.commands


@pytest.mark.parametrize("sender", ["jürgen@example.org", SENDER])
def test_what_no_reader_is_the_reason_of_charges_nobody(sender: str, handed: Handed) -> None:
    message = b"Reply-To: " + "jürgen@example.org\r\n".encode() + MESSAGE
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        with pytest.raises(TransportDown) as caught:
            smtp.send(message, sender, READER, handed)
        smtp.close()
    assert str(caught.value) == (
        "127.0.0.1 does not offer SMTPUTF8, and so takes no letters beyond ASCII in"
        " mail.from, mail.sender or mail.reply_to; take them out or use another server"
    )
    assert not handed


def test_a_body_of_eight_bits_goes_only_where_it_is_taken(handed: Handed) -> None:
    message = b"Message-ID: <1@example.org>\r\n\r\n" + "naïve\r\n".encode()
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        with pytest.raises(TransportDown, match="does not offer 8BITMIME"):
            give(smtp, handed, message)
        smtp.close()
    with ScriptedSmtp(extensions=("8BITMIME",)) as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed, message).state == DeliveryState.SENT
        smtp.close()
    assert server.accepted[0].message == message


@pytest.mark.parametrize("reader", ["a@b\r\nRCPT TO:<c@d", "a b@example.org", "nobody", "<a@b>"])
def test_what_is_no_address_never_reaches_the_server(reader: str, handed: Handed) -> None:
    with ScriptedSmtp() as server:
        smtp = Smtp(server.url, None)
        assert give(smtp, handed, reader=reader).state == DeliveryState.FAILED
        smtp.close()
    assert server.connections == 0


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
def test_a_sudden_death_at_any_point_leaves_whole_messages_only(point: str, taken: int) -> None:
    program = (
        "import sys; from digest.transport import transport_for; "
        f"transport_for(sys.argv[1], None).send({MESSAGE!r}, 'a@example.org', 'b@example.org', "
        "lambda: print('handed', flush=True))"
    )
    with ScriptedSmtp() as server:
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
