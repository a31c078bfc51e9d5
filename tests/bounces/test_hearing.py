"""Reports charge the reader whose mail they are of, once, and nobody else, on both databases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from digest.bounces.hearing import Outcome
from digest.model.bounces import Addressee, Charge, Kind
from digest.model.readers import Consent, Standing, Subscriber
from digest.store.engine import open_store
from tests.bounces import reports
from tests.bounces.conftest import SLUG, Desk
from tests.store.records import NOW, day, rows

JANE, JOE = "jane@example.org", "Joe@Example.org"
FULL = ("5.2.2", "552 5.2.2 Mailbox full")


def hard(desk: Desk, reader: str = JANE, **more: str) -> bytes:
    return reports.postfix(reader, returned=desk.letter(reader), **more)


def full(desk: Desk, number: int, reader: str = JANE) -> bytes:
    name = f"{number}@mx.example.net"
    return reports.postfix(reader, *FULL, returned=desk.letter(reader), identifier=name)


@pytest.mark.parametrize(
    ("server", "outcome", "state"),
    [
        (reports.postfix, Outcome.HARD, Consent.BOUNCED),
        (reports.exim, Outcome.HARD, Consent.BOUNCED),
        (reports.exim_of_old, Outcome.HARD, Consent.BOUNCED),
        (reports.exchange, Outcome.HARD, Consent.BOUNCED),
        (reports.gmail, Outcome.HARD, Consent.BOUNCED),
        (reports.qmail, Outcome.HARD, Consent.BOUNCED),
        (reports.complaint, Outcome.COMPLAINT, Consent.COMPLAINED),
        (reports.sendmail, Outcome.SOFT, Consent.ACTIVE),
        (reports.delayed, Outcome.IGNORED, Consent.ACTIVE),
        (reports.out_of_office, Outcome.IGNORED, Consent.ACTIVE),
    ],
)
def test_a_report_of_our_mail_charges_its_reader(desk, server, outcome, state) -> None:  # type: ignore[no-untyped-def]
    number = desk.letter(JANE).partition("Message-ID: <")[2].partition("@")[0]
    raw = server().replace(reports.LETTER.encode(), number.encode())
    assert desk.hear(raw) == [outcome]
    assert desk.state(JANE) is state
    assert desk.state(JOE) is Consent.ACTIVE
    assert desk.store.is_suppressed(SLUG, JANE) is (state is not Consent.ACTIVE)


def test_the_reader_is_found_however_the_report_writes_the_address(desk: Desk) -> None:
    assert desk.hear(reports.postfix("joe@EXAMPLE.org", returned=desk.letter(JOE))) == [
        Outcome.HARD
    ]
    desk.join("anna@bücher.example")
    raw = reports.postfix("anna@xn--bcher-kva.example", returned=desk.letter("anna@bücher.example"))
    assert desk.hear(raw) == [Outcome.HARD]


def test_why_a_reader_gets_no_more_mail_is_kept_without_the_address(desk: Desk) -> None:
    desk.hear(hard(desk))
    reader = desk.store.find(SLUG, JANE)
    assert reader
    assert reader.reason == "550 5.1.1 … Recipient address rejected: User unknown"


def test_a_forged_report_of_a_strangers_address_changes_nothing(desk: Desk) -> None:
    guessed = desk.return_path(JANE)[:-17] + "0@papers.example"
    forged = [
        reports.postfix(JANE),
        reports.complaint(JANE),
        reports.qmail(JANE),
        reports.postfix(JANE, to=guessed),
        reports.postfix(JANE, to="bounces+1@papers.example", returned=""),
    ]
    assert desk.hear(*forged) == len(forged) * [Outcome.NOT_OURS]
    assert desk.state(JANE) is Consent.ACTIVE


def test_a_reader_s_own_mail_proves_nothing_of_another_s(desk: Desk) -> None:
    raw = reports.postfix(JANE, returned=desk.letter(JOE).replace(JOE, JANE))
    assert desk.hear(raw) == [Outcome.SOFT]
    assert desk.state(JANE) is Consent.ACTIVE


@pytest.mark.parametrize("header", ["Delivered_To", "X_Original_To", "To"])
def test_a_return_path_tells_whose_mail_bounced_though_nothing_is_returned(
    desk: Desk, header: str
) -> None:
    path = desk.return_path(JOE).upper()  # as some servers have it
    raw = reports.postfix("joe@example.org", returned="", **{header: path})
    assert desk.hear(raw) == [Outcome.HARD]
    assert (desk.state(JANE), desk.state(JOE)) == (Consent.ACTIVE, Consent.BOUNCED)


def test_a_complaint_returns_the_path_in_the_mail_it_is_about(desk: Desk) -> None:
    mail = reports.letter("redacted@example.net").replace(reports.TO, desk.return_path(JANE))
    assert desk.hear(reports.complaint(None, mail)) == [Outcome.COMPLAINT]
    assert desk.state(JANE) is Consent.COMPLAINED


@pytest.mark.parametrize("pattern", ["", "bounces@papers.example"])
def test_without_return_paths_of_readers_none_is_believed(desk: Desk, pattern: str) -> None:
    desk.pattern = pattern
    raw = reports.postfix(JANE, returned="", to=desk.return_path(JANE))
    assert desk.hear(raw) == [Outcome.NOT_OURS]


def test_a_report_that_hides_its_reader_is_found_by_its_letter(desk: Desk) -> None:
    desk.join(*(f"reader{number}@example.org" for number in range(30)))
    raws = [
        reports.complaint(None, desk.letter(reader).replace(reader, "redacted@example.net"))
        for reader in ("reader7@example.org", "reader29@example.org")
    ]
    unknown = reports.complaint(None, identifier="3@mx.example.net")
    raws[1] = raws[1].replace(b"<1@mx.example.net>", b"<2@mx.example.net>")
    found = desk.hear(*raws, unknown)
    assert found == [Outcome.COMPLAINT, Outcome.COMPLAINT, Outcome.NOT_OURS]
    states = [desk.state(f"reader{number}@example.org") for number in range(30)]
    assert {n for n, state in enumerate(states) if state is Consent.COMPLAINED} == {7, 29}


@pytest.mark.parametrize(
    ("edition", "date", "outcome"),
    [
        (0, None, Outcome.COMPLAINT),  # it says when the mail was written
        (0, "some day", Outcome.NOT_OURS),
        (5, "some day", Outcome.COMPLAINT),  # one of the last
    ],
)
def test_a_report_that_hides_its_reader_is_searched_for_in_few_editions(
    desk: Desk, edition: int, date: str | None, outcome: Outcome
) -> None:
    for number in range(2, 12):
        desk.publish(day(number))
    desk.now = NOW + dt.timedelta(days=12)
    mail = desk.letter(JANE, edition).replace(JANE, "redacted@example.net")
    if date:
        mail = re.sub("Date: .*", f"Date: {date}", mail)
    assert desk.hear(reports.complaint(None, mail)) == [outcome]


def test_each_report_counts_once(desk: Desk) -> None:
    assert desk.hear(full(desk, 1), full(desk, 1)) == [Outcome.SOFT, Outcome.IGNORED]
    desk.now += dt.timedelta(days=30)
    assert desk.hear(full(desk, 1)) == [Outcome.IGNORED]
    assert desk.hear(full(desk, 2)) == [Outcome.SOFT]


def test_servers_that_give_all_reports_one_name_are_heard_all_the_same(desk: Desk) -> None:
    both = [hard(desk, reader) for reader in (JANE, JOE)]
    both[1] = both[1].replace(JANE.encode(), JOE.encode())
    assert desk.hear(*both) == [Outcome.HARD, Outcome.HARD]
    assert {desk.state(JANE), desk.state(JOE)} == {Consent.BOUNCED}


def test_a_full_mailbox_is_left_alone_once_it_stays_full(desk: Desk) -> None:
    states = []
    for number in range(4):
        desk.now += dt.timedelta(days=1)
        desk.hear(full(desk, number))
        states.append(desk.state(JANE))
    assert states == 3 * [Consent.ACTIVE] + [Consent.BOUNCED]


def test_a_mailbox_that_is_full_now_and_then_is_not(desk: Desk) -> None:
    for number in range(1, 40):
        desk.publish(day(number * 14))
        desk.now = NOW + dt.timedelta(days=number * 14)
        desk.hear(full(desk, number))
    assert desk.state(JANE) is Consent.ACTIVE


def test_what_was_sent_on_to_a_dead_mailbox_counts_as_a_full_one(desk: Desk) -> None:
    sent_on = reports.postfix("jane.doe@elsewhere.example", returned=desk.letter(JANE))
    assert desk.hear(sent_on) == [Outcome.SOFT]
    named = reports.report(
        reports.status(
            f"""\
            Final-Recipient: rfc822;jane.doe@elsewhere.example
            Original-Recipient: rfc822;{JANE}
            Action: failed
            Status: 5.1.1
            """
        ),
        reports.headers_of(desk.letter(JANE)),
        identifier="2@mx.example.net",
    )
    assert desk.hear(named) == [Outcome.HARD]


def test_of_many_recipients_only_the_one_whose_mail_it_is_is_charged(desk: Desk) -> None:
    crowd = [f"reader{number}@example.org" for number in range(40)]
    desk.join(*crowd)
    blocks = [
        f"Final-Recipient: rfc822; {reader}\nAction: failed\nStatus: 5.1.1\n"
        for reader in (*crowd, *(f"nobody{number}@example.org" for number in range(2_000)))
    ]
    raw = reports.report(reports.headers_of(desk.letter(crowd[3])), reports.status(*blocks))
    assert desk.hear(raw) == [Outcome.HARD]
    assert [n for n, one in enumerate(crowd) if desk.state(one) is Consent.BOUNCED] == [3]


def test_a_refusal_of_what_we_send_charges_nobody_and_is_told_once(desk: Desk) -> None:
    raw = reports.postfix(
        JANE, "5.7.1", "550 5.7.1 Message blocked as spam", returned=desk.letter(JANE)
    )
    assert desk.hear(raw, raw) == [Outcome.POLICY, Outcome.IGNORED]
    assert desk.state(JANE) is Consent.ACTIVE


def test_a_complaint_outweighs_all_and_lasts(desk: Desk) -> None:
    desk.hear(hard(desk))
    raw = reports.complaint(JANE, desk.letter(JANE), identifier="2@mx.example.net")
    assert desk.hear(raw) == [Outcome.COMPLAINT]
    assert desk.hear(hard(desk, identifier="3@mx.example.net")) == [Outcome.HARD]
    assert desk.state(JANE) is Consent.COMPLAINED


def test_a_refusal_from_before_a_reader_came_back_is_ignored(desk: Desk) -> None:
    again = Subscriber(address=JANE, consent="by mail", consented_at=NOW + dt.timedelta(minutes=2))
    desk.store.put(SLUG, again, desk.now)
    by_path = reports.postfix(JANE, returned="", to=desk.return_path(JANE))
    assert desk.hear(hard(desk), by_path) == [Outcome.IGNORED, Outcome.IGNORED]
    later = {"identifier": "2@mx.example.net", "Date": "Tue, 03 Mar 2026 07:31:00 +0000"}
    assert desk.hear(hard(desk, to=desk.return_path(JANE), **later)) == [Outcome.IGNORED]
    assert desk.state(JANE) is Consent.ACTIVE
    assert desk.hear(reports.complaint(JANE, desk.letter(JANE))) == [Outcome.COMPLAINT]


def test_a_consent_of_a_day_to_come_keeps_no_refusal_away(desk: Desk) -> None:
    future = Subscriber(address=JANE, consent="imported", consented_at=NOW + dt.timedelta(days=9))
    desk.store.put(SLUG, future, desk.now)
    assert desk.hear(hard(desk)) == [Outcome.HARD]


def test_a_refusal_counts_for_sixty_days(desk: Desk) -> None:
    desk.now = NOW + dt.timedelta(days=60)
    assert desk.hear(hard(desk, JANE)) == [Outcome.HARD]
    desk.now = NOW + dt.timedelta(days=61)
    assert desk.hear(reports.postfix(JOE, returned=desk.letter(JOE))) == [Outcome.NOT_OURS]
    by_path = reports.postfix(JOE, returned="", to=desk.return_path(JOE))
    assert desk.hear(by_path) == [Outcome.IGNORED]


@pytest.mark.parametrize(
    ("server", "state"),
    [(reports.complaint, Consent.COMPLAINED), (reports.postfix, Consent.BOUNCED)],
)
def test_who_was_erased_stays_barred_by_what_comes_back(desk, server, state) -> None:  # type: ignore[no-untyped-def]
    number = desk.letter(JANE).partition("Message-ID: <")[2].partition("@")[0]
    desk.store.revise(SLUG, [(JANE, lambda _: Standing(None, None))], desk.now)
    assert not desk.store.is_suppressed(SLUG, JANE)
    desk.hear(server().replace(reports.LETTER.encode(), number.encode()))
    assert desk.store.find(SLUG, JANE) is None
    assert desk.store.is_suppressed(SLUG, JANE)
    assert rows(desk.url, "SELECT reason FROM suppression") == [(state.value,)]


def test_reports_of_another_newsletter_are_not_ours(desk: Desk) -> None:
    other = Desk(desk.store, desk.url, slug="other")
    other.publish(day(1))
    other.join(JANE)
    assert desk.hear(reports.postfix(JANE, returned=other.letter(JANE))) == [Outcome.NOT_OURS]
    by_path = reports.postfix(JANE, returned="", to=other.return_path(JANE))
    assert desk.hear(by_path) == [Outcome.NOT_OURS]
    assert other.hear(by_path) == [Outcome.HARD]
    assert (desk.state(JANE), other.state(JANE)) == (Consent.ACTIVE, Consent.BOUNCED)


def test_two_who_hear_of_the_same_readers_do_not_wait_for_each_other(desk: Desk) -> None:
    """Each would hold readers that the other wants."""
    desk.join(*(f"reader{number}@example.org" for number in range(100)))
    some = list(desk.store.every_addressee(SLUG))

    def hear(report: str, readers: Iterable[Addressee]) -> list[bool]:
        with closing(open_store(desk.url)) as own:
            return own.hear(SLUG, [Charge(report, one, Kind.SOFT, "") for one in readers], desk.now)

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(hear, "1", some), pool.submit(hear, "2", reversed(some))]
    assert all(one for each in told for one in each.result())
    assert set(rows(desk.url, "SELECT score FROM reader")) == {(2.0,)}


def test_messages_that_accuse_nobody_change_nothing(desk: Desk) -> None:
    raws = [reports.out_of_office(), b"Subject: Hello\n\nthere", b"", reports.delayed()]
    expected = [Outcome.IGNORED, Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.IGNORED]
    assert desk.hear(*raws) == expected
    assert desk.hear() == []
    assert rows(desk.url, "SELECT * FROM heard") == []
