"""What a message says of itself and of its list."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.addresses import wire
from digest.message import Masthead
from tests.home import Home
from tests.message import strict
from tests.message.letters import FULL, PLAIN, READER, SLOT, TOKEN, message, parsed
from tests.render.specimen import EDITION

LEAVE = "https://example.org/leave?id="


def said(masthead: Masthead = FULL, recipient: str = READER) -> dict[str, str]:
    return strict.read(message(recipient, masthead)).raw


def test_a_message_says_how_to_leave_at_one_click_and_whom_to_ask() -> None:
    headers = said()
    assert headers["List-Unsubscribe"] == (
        f"<{LEAVE}{TOKEN}>, <mailto:owner@example.org?subject=unsubscribe>"
    )
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Help"] == "<mailto:owner@example.org?subject=help>"
    assert headers["List-Owner"] == "<mailto:owner@example.org>"
    assert headers["List-Post"] == "NO"


def test_a_message_says_where_it_is_archived() -> None:
    headers = said()
    assert headers["List-Archive"] == "<https://papers.example.org/>"
    assert headers["Archived-At"] == "<https://papers.example.org/2026/06/16/>"


@pytest.mark.parametrize(
    ("link", "by_mail", "ways"),
    [
        ("", "", "<mailto:owner@example.org?subject=unsubscribe>"),
        ("", "mailto:leave@example.org", "<mailto:leave@example.org>"),
        ("", f"mailto:leave+{SLOT}@example.org", f"<mailto:leave+{TOKEN}@example.org>"),
        (
            "https://example.org/leave",
            "",
            "<https://example.org/leave>, <mailto:owner@example.org?subject=unsubscribe>",
        ),
    ],
)
def test_one_click_is_promised_only_where_a_link_tells_whose_it_is(
    link: str, by_mail: str, ways: str
) -> None:
    headers = said(replace(FULL, unsubscribe=link, unsubscribe_by_mail=by_mail))
    assert headers["List-Unsubscribe"] == ways
    assert "List-Unsubscribe-Post" not in headers


@pytest.mark.parametrize("subject", ["", "?subject=unsubscribe", f"?subject={'x' * 800}"])
def test_a_reader_can_leave_by_a_page_and_by_a_mail_of_their_own(subject: str) -> None:
    by_mail = f"mailto:leave+{SLOT}@example.org{subject}"
    raw = message(masthead=replace(FULL, unsubscribe_by_mail=by_mail))
    headers = strict.read(raw).raw
    own = by_mail.replace(SLOT, TOKEN)
    assert headers["List-Unsubscribe"] == f"<{LEAVE}{TOKEN}>, <{own}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\r\nList-Unsubscribe: <{LEAVE}{TOKEN}>,\r\n <{own}>\r\n".encode() in raw


def test_a_list_that_nobody_answers_for_promises_nothing() -> None:
    headers = said(PLAIN)
    assert headers.keys() == {
        "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Post", "Feedback-ID",
        "Precedence", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize("length", [60, 76, 78, 300, 900])
def test_a_link_is_never_broken_or_encoded_whatever_its_length(length: int) -> None:
    link = f"{LEAVE}{'x' * (length - len(LEAVE) - len(SLOT))}{SLOT}"
    site = f"https://example.org/{'y' * (length - 20)}"
    raw = message(masthead=replace(FULL, unsubscribe=link, site=site))
    strict.read(raw)
    assert f"List-Unsubscribe: <{link.replace(SLOT, TOKEN)}>,\r\n <mailto:".encode() in raw
    assert f"List-Archive: <{site}/>\r\n".encode() in raw
    assert f"Archived-At: <{site}/2026/06/16/>\r\n".encode() in raw
    assert b"?=" not in raw.partition(b"List-Unsubscribe")[2].partition(b"\r\n\r\n")[0]


def test_answers_go_where_they_are_wanted() -> None:
    headers = dict(strict.read(message()).fields)
    assert headers["Reply-To"] == "Éditeurs <editors@example.org>"
    assert headers["Sender"] == '"Press" <press@example.org>'
    same = said(replace(FULL, agent="Somebody <papers@example.org>"))
    assert "Sender" not in same


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Daily Papers", '"Daily Papers" <'),
        ('A "B" \\C, D <e@f>', '"A \\"B\\" \\\\C, D <e@f>" <'),
        ("Papiers du jour : é", "Papiers du jour : é <"),
        ("論文" * 40, "論文" * 40 + " <"),
        ("x" * 2_000, "x" * 2_000 + " <"),
        ("=?utf-8?q?a?=", '"= ?utf-8?q?a?=" <'),
        ("a\r\nBcc: b\x00\u2028c", '"a Bcc: b c" <'),
    ],
)
def test_a_list_goes_by_its_title_whatever_that_is(title: str, shown: str) -> None:
    raw = message(edition=replace(EDITION, title=title))
    identifier = dict(strict.read(raw).fields)["List-Id"]
    assert identifier == f"{shown}daily-papers.example.org>"
    assert parsed(raw).keys() == parsed(message()).keys()


def test_complaints_are_counted_by_edition_and_newsletter_not_by_reader() -> None:
    feedback = said()["Feedback-ID"]
    assert re.fullmatch(r"2026-06-16:daily:daily-papers:[0-9a-f]{12}", feedback)
    assert said(recipient="two@example.net")["Feedback-ID"] == feedback


def test_a_message_is_known_as_a_lists_and_as_made_by_a_machine() -> None:
    headers = said()
    assert headers["Precedence"] == "list"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_domains_are_written_in_ascii_wherever_they_stand() -> None:
    masthead = replace(
        FULL,
        author="Papiere <papiere@Bücher.example>",
        agent="presse@bücher.example",
        reply_to="wir@bücher.example",
        owner="jo&co@bücher.example",
        site="https://bücher.example/für alle",
    )
    raw = message("leser@straße.example", masthead)
    headers = strict.read(raw).raw
    assert raw.isascii()
    domain = "xn--bcher-kva.example"
    assert headers["From"] == f'"Papiere" <papiere@{domain}>'
    assert headers["Sender"] == f"presse@{domain}"
    assert headers["Reply-To"] == f"wir@{domain}"
    assert headers["To"] == "leser@xn--strae-oqa.example"
    assert headers["Message-ID"].endswith(f"@{domain}>")
    assert headers["List-Id"].endswith(f"<daily-papers.{domain}>")
    assert headers["List-Owner"] == f"<mailto:jo%26co@{domain}>"
    assert headers["List-Archive"] == f"<https://{domain}/f%C3%BCr%20alle/>"


def test_one_form_of_a_host_stands_in_the_whole_mail(home: Home) -> None:
    home.configure(
        '[newsletter]\nbase_url = "https://bücher.example/für"\n'
        + home.config.read_text()
        + 'from = "Papers <papers@bücher.example>"\nowner = "jo&co@bücher.example"\n'
    )
    home.run(now="2026-03-02T07:30:00Z")
    raw = next((home.folder / "outbox" / "new").iterdir()).read_bytes()
    read = parsed(raw)
    text, html = (part.get_content() for part in read.iter_parts())
    site, owner = "https://xn--bcher-kva.example/f%C3%BCr/", "co@xn--bcher-kva.example"
    assert read["List-Archive"] == f"<{site}>"
    assert f'href="{site}"' in html
    assert f"{site}\n" in text
    assert read["List-Owner"] == f"<mailto:jo%26{owner}>"
    assert f'href="mailto:jo%26{owner}"' in html
    assert f" jo&{owner}\n" in text
    assert "bücher" not in f"{raw!r}{text}{html}"


def test_a_domain_that_has_no_ascii_form_stays_and_breaks_nothing() -> None:
    raw = message("a@\u200d.example", Masthead(author="b@\u200d.example", site="https://\u200d/x"))
    headers = strict.read(raw).raw
    assert headers["To"] == "a@\u200d.example"
    assert headers["List-Archive"] == "<https://%E2%80%8D/x/>"


@given(st.text(max_size=80) | st.text("a.-ßé界。\u200d@xn", max_size=80))
def test_no_address_breaks_what_writes_it(address: str) -> None:
    assert wire(address).rpartition("@")[0] == address.rpartition("@")[0]
