"""What each kind of server's report is taken for, and that no message at all does harm."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.bounces.judging import code_of, kind_of, words
from digest.bounces.reading import LARGEST, read
from digest.model.bounces import Finding, Kind
from tests.bounces import reports

SERVERS = [
    (reports.postfix, Kind.HARD),
    (reports.exim, Kind.HARD),
    (reports.exim_of_old, Kind.HARD),
    (reports.sendmail, Kind.SOFT),
    (reports.exchange, Kind.HARD),
    (reports.gmail, Kind.HARD),
    (reports.qmail, Kind.HARD),
    (reports.delayed, Kind.NOTICE),
    (reports.complaint, Kind.COMPLAINT),
]


@pytest.mark.parametrize(("server", "kind"), SERVERS)
def test_the_report_of_each_kind_of_server_is_understood(server, kind) -> None:  # type: ignore[no-untyped-def]
    report = read(server())
    assert [(one.kind, one.addresses) for one in report.findings] == [(kind, (reports.READER,))]
    assert report.letters == {reports.LETTER}
    assert reports.READER in report.addresses
    assert dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC) in report.dates
    assert report.date == dt.datetime(2026, 3, 2, 7, 31, tzinfo=dt.UTC)


@pytest.mark.parametrize(("server", "kind"), SERVERS)
def test_line_ends_and_the_line_before_a_piped_message_change_nothing(server, kind) -> None:  # type: ignore[no-untyped-def]
    raw = server()
    piped = b"From MAILER-DAEMON Mon Mar  2 07:31:00 2026\n" + raw
    for other in (raw.replace(b"\n", b"\r\n"), piped):
        assert read(other) == read(raw)


def test_an_address_beyond_ascii_is_read_from_an_international_report() -> None:
    [finding] = read(reports.international()).findings
    assert finding == Finding(Kind.HARD, ("jané@example.org",), "5.1.1")


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind"),
    [
        ("5.1.1", "", Kind.HARD),
        ("5.1.10", "", Kind.HARD),
        ("5.0.0", "smtp; 550 5.1.1 unknown", Kind.HARD),
        ("5.1.0", "smtp; 550-5.1.6 moved", Kind.HARD),
        ("", "smtp; 550 5.1.2 no such host", Kind.HARD),
        ("5.2.1", "smtp; 550 5.2.1 disabled", Kind.SOFT),
        ("5.2.2", "", Kind.SOFT),
        ("4.4.7", "smtp; 550 5.1.1 unknown", Kind.SOFT),
        ("5.5.0", "smtp; 550 5.5.0 mailbox unavailable", Kind.SOFT),
        ("5.0.0", "smtp; 550 no such user", Kind.SOFT),
        ("5.0.0", "x-unix; mailer 5.1.1.7 failed", Kind.SOFT),
        ("", "", Kind.SOFT),
        ("5.7.1", "", Kind.POLICY),
        ("5.7.26", "smtp; 550 5.7.26 unauthenticated", Kind.POLICY),
        ("5.6.0", "", Kind.POLICY),
        ("5.1.8", "", Kind.POLICY),
        ("5.2.3", "", Kind.POLICY),
        ("2.0.0", "", Kind.NOTICE),
    ],
)
def test_the_code_that_says_most_decides(status: str, diagnostic: str, kind: Kind) -> None:
    assert kind_of(code_of(status, diagnostic)) is kind
    raw = reports.report(
        reports.status(
            f"""\
            Final-Recipient: rfc822; jane@example.org
            Action: failed
            Status: {status}
            Diagnostic-Code: {diagnostic}
            """
        )
    )
    assert [one.kind for one in read(raw).findings] == [kind]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed (to a fax)", "expanded"])
def test_a_report_of_no_failure_is_a_notice(action: str) -> None:
    assert [one.kind for one in read(reports.postfix(action=action)).findings] == [Kind.NOTICE]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_feedback_that_is_no_complaint_is_a_notice(kind: str) -> None:
    assert [one.kind for one in read(reports.complaint(kind=kind)).findings] == [Kind.NOTICE]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"Auto_Submitted": "auto-generated"},  # as Exchange has it
        {"Auto_Submitted": "", "X_Autoreply": "yes"},
        {"Auto_Submitted": "", "Precedence": "auto_reply"},
    ],
)
def test_an_out_of_office_reply_is_a_notice(fields: dict[str, str]) -> None:
    assert read(reports.out_of_office(**fields)).findings == (Finding(Kind.NOTICE),)


def test_a_read_receipt_is_a_notice() -> None:
    raw = reports.report(
        reports.words("Your message was read."),
        "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n",
        kind="disposition-notification",
    )
    assert read(raw).findings == (Finding(Kind.NOTICE),)


def test_what_a_person_writes_is_not_understood() -> None:
    raw = b"From: Jane <jane@example.org>\nSubject: unsubscribe\n\nPlease take me off the list.\n"
    assert read(raw).findings == ()


def test_each_recipient_of_a_report_has_a_finding() -> None:
    raw = reports.report(
        reports.status(
            "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n",
            "Final-Recipient: rfc822; b@example.org\nAction: relayed\nStatus: 2.0.0\n",
        )
    )
    found = [(one.kind, one.addresses) for one in read(raw).findings]
    assert found == [(Kind.HARD, ("a@example.org",)), (Kind.NOTICE, ("b@example.org",))]


def test_the_same_report_has_the_same_identifier_and_others_have_others() -> None:
    one = reports.postfix(identifier="1@mx.example.net")
    again = reports.postfix(identifier="1@mx.example.net", Delivered_To="bounces@elsewhere.example")
    assert read(one).identifier == read(again).identifier
    assert read(one).identifier != read(reports.postfix(identifier="2@mx.example.net")).identifier
    nameless = [reports.postfix(Message_ID="", Subject=text) for text in ("One", "Two")]
    assert len({read(raw).identifier for raw in nameless}) == 2


def test_words_hold_neither_addresses_nor_the_names_they_begin_with() -> None:
    told = words("550 5.1.1 <jane@example.org> User\r\n jane\x00 unknown", ["Jane@example.org"])
    assert told == "550 5.1.1 … User … unknown"
    assert words("x" * 1_000) == "x" * 160


@given(st.binary(max_size=2_000))
def test_no_bytes_raise(raw: bytes) -> None:
    read(raw)


PIECES = [
    *(server() for server, _ in SERVERS),
    reports.international(),
    b"Content-Type: multipart/mixed; boundary*=a\0b'x'%00%ff\n\n",
    b"Content-Type: multipart/report; boundary==?utf-8?q?=00?=\n\n--\n",
    b"Content-Transfer-Encoding: base64\n\n!!!=\n",
    b"Final-Recipient: rfc822;" + b";" * 50 + b"\xff@\xfe\n",
    b"Status: \xc3\xbc\nAction: failed\n\n",
    b"Hi. This is the qmail-send program\n\n<\xff@\xff>:\n",
    b"--=_1\n",
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.integers(0, 900), st.integers(1, 900))))
def test_no_mixture_of_damaged_reports_raises(cuts: list[tuple[bytes, int, int]]) -> None:
    read(b"".join(piece[start : start + length] for piece, start, length in cuts))


HOSTILE = {
    "a header of semicolons": b"Content-Type: multipart/report" + b";" * LARGEST,
    "a folded header": b"Content-Type: multipart/report" + b";;;;\n " * LARGEST,
    "nested parts": b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * LARGEST,
    "nested messages": b"Content-Type: message/rfc822\n\n" * LARGEST,
    "nested digests": b"Content-Type: multipart/digest; boundary=a\n\n--a\n\n--a\n" * LARGEST,
    "recipients": b"Content-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822;a@b\nAction: failed\nStatus: 5.1.1\n\n" * LARGEST,
    "empty groups": b"Content-Type: message/delivery-status\n\nA: b\n\n" + b"C:\n\n" * LARGEST,
    "addresses": b"".join(b"<a%d@b>\n" % number for number in range(50_000)),
    "one endless line": b"a" * 10 * LARGEST,
    "the words of servers": b"\nthe following addresses had\n" + b"a" * 10 * LARGEST,
    "the words of servers, in lines": b"\nfailed addresses follow:\n" + (b"a" * 990 + b"\n") * 300,
    "at signs": b"@" * LARGEST,
    "international domains": "".join(f"<a{n}@{'ü' * 60}>\n" for n in range(4_000)).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_message_made_to_be_slow_is_read_in_time(name: str) -> None:
    start = time.monotonic()
    read(HOSTILE[name][: 10 * LARGEST])
    assert time.monotonic() - start < 10
