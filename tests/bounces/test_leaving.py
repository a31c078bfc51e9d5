"""A mail that a reader has sent to leave lets that reader go, and no other message anybody."""

from __future__ import annotations

import tempfile
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.bounces.hearing import Outcome
from digest.bounces.leaving import token_in
from digest.bounces.reading import read
from digest.model.readers import Consent, Standing
from digest.store.engine import open_store
from digest.tokens import token
from tests.bounces import reports
from tests.bounces.conftest import KEY, SLUG, WAY_OUT, Desk
from tests.store.records import day, rows

JANE, JOE = "jane@example.org", "Joe@Example.org"
PROGRAMS = [reports.gmail_leaving, reports.apple_leaving]
SERVERS = [
    reports.postfix,
    reports.exim,
    reports.exim_of_old,
    reports.sendmail,
    reports.exchange,
    reports.gmail,
    reports.qmail,
    reports.delayed,
    reports.complaint,
    reports.out_of_office,
]


def reason(desk: Desk, address: str = JANE) -> str:
    reader = desk.store.find(SLUG, address)
    assert reader
    return reader.reason


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_mail_program_lets_its_reader_go_at_once(desk, program) -> None:  # type: ignore[no-untyped-def]
    assert desk.hear(program(desk.leave(JANE))) == [Outcome.LEFT]
    assert (desk.state(JANE), reason(desk)) == (Consent.LEFT, "left by a mail")
    assert desk.store.is_suppressed(SLUG, JANE)
    assert desk.state(JOE) is Consent.ACTIVE


def test_to_leave_again_changes_nothing(desk: Desk) -> None:
    mails = [program(desk.leave(JANE)) for program in PROGRAMS]
    assert desk.hear(*mails) == [Outcome.LEFT, Outcome.IGNORED]
    assert desk.hear(*mails) == [Outcome.IGNORED, Outcome.IGNORED]
    assert desk.state(JANE) is Consent.LEFT


def test_who_it_is_from_says_nothing(desk: Desk) -> None:
    raw = reports.gmail_leaving(desk.leave(JANE), "someone.else@example.net")
    assert desk.hear(raw) == [Outcome.LEFT]
    assert desk.hear(reports.gmail_leaving("leave@papers.example", JOE)) == [Outcome.UNKNOWN]
    for sender in ("", "a:;", "=?utf-8?q?=C3?=", "<@>"):
        assert desk.hear(reports.gmail_leaving(desk.leave(JANE), From=sender)) == [Outcome.IGNORED]
    assert (desk.state(JANE), desk.state(JOE)) == (Consent.LEFT, Consent.ACTIVE)


@pytest.mark.parametrize(
    "to",
    [
        '"leave" <{}>',
        "Someone <a@example.net>,\n <{}>",
        "<{}> (the list)",
        "a@example.net",  # it was a blind copy: Delivered-To alone says it
    ],
)
def test_the_address_is_found_wherever_servers_and_programs_write_it(desk: Desk, to: str) -> None:
    own = desk.leave(JOE)
    for changed in (own, own.lower(), own.upper()):
        raw = reports.gmail_leaving(changed, To=to.format(changed))
        assert token_in(read(raw), WAY_OUT) == token(KEY, SLUG, JOE).lower()
    assert desk.hear(raw) == [Outcome.LEFT]


@pytest.mark.parametrize("state", [Consent.BOUNCED, Consent.COMPLAINED])
def test_what_is_graver_than_leaving_stays(desk: Desk, state: Consent) -> None:
    desk.join("kim@example.org", state=state)
    assert desk.hear(reports.gmail_leaving(desk.leave("kim@example.org"))) == [Outcome.IGNORED]
    assert desk.state("kim@example.org") is state


@pytest.mark.parametrize("state", [Consent.PENDING, Consent.PAUSED])
def test_who_gets_no_mail_for_now_can_leave(desk: Desk, state: Consent) -> None:
    desk.join("kim@example.org", state=state)
    assert desk.hear(reports.gmail_leaving(desk.leave("kim@example.org"))) == [Outcome.LEFT]
    assert desk.state("kim@example.org") is Consent.LEFT


def test_a_token_of_nobody_is_told_and_changes_nothing(desk: Desk) -> None:
    own = desk.leave(JANE)
    guesses = [
        f"leave+{token(KEY, SLUG, 'kim@example.org')}@papers.example",
        f"leave+{token('another key', SLUG, JANE)}@papers.example",
        f"leave+{token(KEY, 'other', JANE)}@papers.example",
        f"leave+{'x' * 22}@papers.example",
    ]
    assert desk.hear(*map(reports.gmail_leaving, guesses)) == 4 * [Outcome.NOT_OURS]
    others = [
        own.replace("papers.example", "example.net"),
        own.replace("leave+", "bounces+"),
        own.replace("leave+", "xleave+"),
        own.replace("@", "x@"),
        own.replace("leave+", "leave+x"),
    ]
    assert desk.hear(*map(reports.gmail_leaving, others)) == 5 * [Outcome.UNKNOWN]
    assert desk.state(JANE) is Consent.ACTIVE


def test_a_token_is_its_own_newsletter_s(desk: Desk) -> None:
    other = Desk(desk.store, desk.url, slug="other")
    other.publish(day(1))
    other.join(JANE)
    raw = reports.gmail_leaving(other.leave(JANE))
    assert desk.hear(raw) == [Outcome.NOT_OURS]
    assert other.hear(raw) == [Outcome.LEFT]
    assert (desk.state(JANE), other.state(JANE)) == (Consent.ACTIVE, Consent.LEFT)


def test_who_was_erased_is_nobody_and_who_comes_back_can_leave_by_an_old_letter(desk: Desk) -> None:
    other = Desk(desk.store, desk.url, slug="other")
    other.publish(day(1))
    other.join(JANE)
    raw = reports.gmail_leaving(desk.leave(JANE))
    assert desk.hear(raw) == [Outcome.LEFT]
    desk.store.revise(SLUG, [(JANE, lambda _: Standing(None, None))], desk.now)
    assert desk.hear(raw) == [Outcome.NOT_OURS]
    assert desk.store.find(SLUG, JANE) is None
    desk.join(JANE)
    assert desk.hear(raw) == [Outcome.LEFT]
    assert (desk.state(JANE), other.state(JANE)) == (Consent.LEFT, Consent.ACTIVE)


@pytest.mark.parametrize(
    "fields",
    [
        {"Return_Path": "<>"},
        {"Auto_Submitted": "auto-generated"},
        {"Auto_Submitted": "Auto-Replied; owner-email=jane@example.org"},
        {"Auto_Submitted": "auto-notified"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Content_Type": 'multipart/report; report-type=delivery-status; boundary="=_1"'},
    ],
)
def test_what_a_program_writes_by_itself_lets_nobody_go(desk: Desk, fields: dict[str, str]) -> None:
    raw = reports.gmail_leaving(desk.leave(JANE), Subject="I am away", **fields)
    [outcome] = desk.hear(raw)
    assert outcome in {Outcome.IGNORED, Outcome.UNKNOWN}
    assert desk.state(JANE) is Consent.ACTIVE


@pytest.mark.parametrize("mark", ["auto-generated", "auto-replied"])
def test_what_a_program_writes_as_the_link_has_it_lets_its_reader_go(desk: Desk, mark: str) -> None:
    raw = reports.gmail_leaving(desk.leave(JANE), Auto_Submitted=mark, Subject="Unsubscribe")
    assert desk.hear(raw) == [Outcome.LEFT]


@pytest.mark.parametrize("mark", ["no", "No; it is a person"])
def test_what_says_that_a_person_wrote_it_lets_its_reader_go(desk: Desk, mark: str) -> None:
    raw = reports.gmail_leaving(desk.leave(JANE), Auto_Submitted=mark, Subject="Enough")
    assert desk.hear(raw) == [Outcome.LEFT]


@pytest.mark.parametrize("server", [reports.postfix, reports.complaint])
def test_a_report_that_came_to_the_same_address_is_a_report_still(desk, server) -> None:  # type: ignore[no-untyped-def]
    number = desk.letter(JANE).partition("Message-ID: <")[2].partition("@")[0]
    raw = server(To=desk.leave(JOE)).replace(reports.LETTER.encode(), number.encode())
    assert desk.hear(raw) in ([Outcome.HARD], [Outcome.COMPLAINT])
    assert desk.state(JOE) is Consent.ACTIVE


def test_a_letter_that_is_sent_on_or_answered_lets_nobody_go(desk: Desk) -> None:
    letter = f"List-Unsubscribe: <mailto:{desk.leave(JANE)}>\n{reports.letter()}"
    answer = f"From: Jane <{JANE}>\nTo: papers@papers.example\nSubject: unsubscribe\n\n> {letter}"
    sent_on = (
        "From: a@example.net\nTo: bounces@papers.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=_1"\n\n'
        f"--=_1\nContent-Type: message/rfc822\n\nTo: {desk.leave(JANE)}\n{letter}\n--=_1--\n"
    )
    for raw in (letter, answer, sent_on):
        assert Outcome.LEFT not in desk.hear(raw.encode())
    assert desk.state(JANE) is Consent.ACTIVE


@pytest.mark.parametrize(
    ("way_out", "to", "subject"),
    [
        ("mailto:leave@papers.example?subject=unsubscribe%20{token}", "leave", "unsubscribe {}"),
        ("mailto:leave@papers.example?body=x&Subject={token}", "elsewhere", "{}"),
        ("mailto:leave%2B{token}@papers.example", "leave+{}", ""),
        ("mailto:{token}@papers.example", "{}", "Hello"),
    ],
)
def test_the_token_may_stand_in_the_address_or_the_subject(
    desk: Desk, way_out: str, to: str, subject: str
) -> None:
    desk.way_out, own = way_out, token(KEY, SLUG, JANE)
    address = f"{to.format(own)}@papers.example"
    raw = reports.gmail_leaving(address, Subject=subject.format(own))
    answer = reports.gmail_leaving(address, Subject=f"Re: {subject.format(own)}", Return_Path="<>")
    assert desk.hear(answer) == [Outcome.UNKNOWN]
    assert desk.hear(raw) == [Outcome.LEFT]
    assert desk.state(JANE) is Consent.LEFT


@pytest.mark.parametrize("way_out", ["", "mailto:leave@papers.example", "mailto:l@p?body={token}"])
def test_where_a_link_has_no_token_that_comes_back_nobody_leaves(desk: Desk, way_out: str) -> None:
    desk.way_out = way_out
    raws = [reports.gmail_leaving(to) for to in (desk.leave(JANE), "leave@papers.example", "l@p")]
    assert desk.hear(*raws) == 3 * [Outcome.UNKNOWN]


def test_messages_of_all_kinds_are_heard_together_in_their_order(desk: Desk) -> None:
    raws = [
        b"Subject: Hello\n\nthere",
        reports.gmail_leaving(desk.leave(JOE)),
        reports.postfix(JANE, returned=desk.letter(JANE)),
        reports.apple_leaving(desk.leave(JANE)),
    ]
    expected = [Outcome.UNKNOWN, Outcome.LEFT, Outcome.HARD, Outcome.IGNORED]
    assert desk.hear(*raws) == expected
    assert desk.state(JANE) is Consent.BOUNCED
    assert len(rows(desk.url, "SELECT * FROM heard")) == 1


# What a person writes, in words that a server's own form has too.
LIKE_REPORTS = [
    "Write to me, jane@example.org, no more.",
    "Your message could not be delivered to jane@example.org for all I care.",
    "Hi. This is the qmail-send program\n\n<jane@example.org>:\nis what answers me.",
]


@pytest.mark.parametrize("text", LIKE_REPORTS)
def test_a_person_may_use_the_words_of_servers_and_leaves(desk: Desk, text: str) -> None:
    raw = reports.gmail_leaving(desk.leave(JANE), Subject="Enough") + text.encode()
    assert read(raw).findings == ()
    assert desk.hear(raw) == [Outcome.LEFT]


@pytest.mark.parametrize("text", LIKE_REPORTS)
def test_the_same_words_from_a_server_let_nobody_go(desk: Desk, text: str) -> None:
    for sender in ("MAILER-DAEMON@mx.example.net", "Mail <Postmaster@mx.example.net>", "Mail <>"):
        raw = reports.gmail_leaving(desk.leave(JANE), From=sender, Subject="Undelivered")
        assert read(raw + text.encode()).findings
        assert Outcome.LEFT not in desk.hear(raw + text.encode())
    assert desk.state(JANE) is Consent.ACTIVE


letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
words = st.text(letters, max_size=40)
MARKS = st.sampled_from(
    ["auto-generated", "auto-replied", "auto-notified (x)", "Auto-Replied; a=b"]
)


@given(
    st.sampled_from(SERVERS), MARKS, words.filter(lambda text: "unsubscribe" not in text.lower())
)
def test_no_report_and_no_answer_is_a_wish_to_leave(server, mark, subject) -> None:  # type: ignore[no-untyped-def]
    own = f"leave+{token(KEY, SLUG, JANE)}@papers.example"
    raw = server().replace(reports.TO.encode(), own.encode())
    answer = reports.gmail_leaving(own, Auto_Submitted=mark, Subject=subject)
    for one in (raw, raw.replace(b"Return-Path: <>\n", b""), answer):
        assert token_in(read(one), WAY_OUT) == ""


@given(
    st.lists(st.integers(0, 5), max_size=4),
    st.sampled_from(PROGRAMS),
    words,
    st.binary(max_size=60) | st.sampled_from(LIKE_REPORTS).map(str.encode),
    st.booleans(),
)
@example([0], reports.gmail_leaving, "", b",\x00@\x00,", False)
def test_those_leave_whose_tokens_come_and_nobody_else(who, program, text, noise, crlf) -> None:  # type: ignore[no-untyped-def]
    readers = [f"reader{number}@example.org" for number in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/digest.db"
        with closing(open_store(url)) as store:
            desk = Desk(store, url)
            desk.join(*readers)
            for number in who:
                sender = readers[number - 1]  # whose wish it is not
                own = desk.leave(readers[number])
                raw = program(own, sender, Subject=text, In_Reply_To=text) + noise
                desk.hear(raw.replace(b"\n", b"\r\n") if crlf else raw)
            gone = {n for n, one in enumerate(readers) if desk.state(one) is Consent.LEFT}
            assert gone == set(who)
