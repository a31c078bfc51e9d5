"""The message: its headers, its two parts, and that it is the same bytes for ever."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.document import freeze
from digest.message import Masthead, compose, message_id
from digest.model.editions import Edition
from digest.render import mail
from tests.message import strict
from tests.message.letters import (
    FULL,
    PLAIN,
    READER,
    SHA256,
    SLOT,
    TOKEN,
    as_sent,
    message,
    parsed,
    part,
)
from tests.render.specimen import EDITION, SENDER, SITE, shipped
from tests.render.test_hostile_text import TEXT

PARTS = mail(shipped(), EDITION, site=SITE, max_papers=50)


def test_the_message_is_as_recorded(golden: Callable[[str, str | bytes], None]) -> None:
    parts = {"subject": PARTS.subject, "html": PARTS.html, "text": PARTS.text}
    golden("mail.eml", message(READER, replace(PLAIN, site=SITE), **parts))


def test_the_parts_read_back_as_they_were_written_text_first() -> None:
    raw = message(html=PARTS.html, text=PARTS.text)
    read = parsed(raw)
    assert read.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in read.iter_parts()] == ["text/plain", "text/html"]
    assert [each.get_content_charset() for each in read.iter_parts()] == ["utf-8", "utf-8"]
    assert part(read, 0) == PARTS.text == strict.read(raw).text
    assert part(read, 1) == PARTS.html == strict.read(raw).html
    assert not read.defects


def test_the_headers_say_who_when_and_which_list() -> None:
    read = parsed(message(subject="Zehn neue Papiere: Möglichkeiten"))
    assert parseaddr(str(read["From"])) == parseaddr(SENDER)
    assert read["To"] == READER
    assert read["Subject"] == "Zehn neue Papiere: Möglichkeiten"
    assert read["Date"].datetime == EDITION.published_at
    assert str(read["List-Id"]).endswith("<daily-papers.example.org>")
    assert read["Message-ID"] == message_id(SHA256, READER, "example.org")
    assert all(len(read.get_all(name) or ()) == 1 for name in read)


def test_the_same_edition_to_the_same_reader_is_the_same_bytes() -> None:
    assert message() == message()


def test_a_message_id_is_one_readers_of_one_edition_and_tells_no_address() -> None:
    identifier = message_id(SHA256, READER, "example.org")
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", identifier)
    assert identifier == message_id(SHA256, READER.lower(), "example.org")
    spelt = [message_id(SHA256, f"me@{one}", "b.org") for one in ("bücher.de", "xn--bcher-kva.de")]
    assert spelt[0] == spelt[1]
    others = {
        message_id("1" * 64, READER, "example.org"),
        message_id(SHA256, "two@example.net", "example.org"),
        message_id(SHA256, READER, "example.org", "a copy"),
        identifier,
    }
    assert len(others) == 4


def test_two_newsletters_under_one_name_share_no_message_and_no_boundary() -> None:
    def of(edition: Edition) -> EmailMessage:
        letter = compose(freeze(edition), PLAIN, subject="", html="", text="", slot=SLOT)
        return parsed(letter.to(READER, TOKEN))

    one, other, again = map(of, (EDITION, replace(EDITION, title="Other Papers"), EDITION))
    assert one["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert one.get_boundary() == again.get_boundary() != other.get_boundary()


def test_two_readers_messages_differ_in_their_own_parts_alone() -> None:
    def common(recipient: str, token: str) -> bytes:
        raw = message(recipient).replace(TOKEN.encode(), token.encode())
        identifier = message_id(SHA256, recipient, "example.org").encode()
        return raw.replace(recipient.encode(), b"TO").replace(identifier, b"ID")

    assert common(READER, "x") == common("two@example.net", "x")


def test_a_long_address_and_identifier_stay_as_they_are() -> None:
    domain = ".".join(["a" * 60] * 3) + ".example.org"
    raw = message(f"{'b' * 64}@{domain}", replace(PLAIN, author=f"Päpers <{'c' * 60}@{domain}>"))
    assert f"To: {'b' * 64}@{domain}\r\n".encode() in raw
    assert f"<{'c' * 60}@{domain}>".encode() in raw
    assert f"@{domain}>\r\n".encode() in raw
    assert f"<daily-papers.{domain}>\r\n".encode() in raw


def test_words_beyond_ascii_are_encoded_in_pieces_of_at_most_75_characters() -> None:
    author = "日刊論文 " * 9 + "<p@example.org>"
    raw = message(subject="新しい論文 " * 20, masthead=replace(PLAIN, author=author))
    words = re.findall(rb"=\?[^?\s]+\?[qb]\?[^?\s]*\?=", raw.partition(b"\r\n\r\n")[0])
    assert len(words) > 2
    assert max(map(len, words)) <= 75
    assert parsed(raw)["Subject"] == ("新しい論文 " * 20).strip()
    assert dict(strict.read(raw).fields)["Subject"] == ("新しい論文 " * 20).strip()


def test_headers_are_ascii_unless_an_address_is_not() -> None:
    assert message(subject="ü").isascii()
    international = message("jürgen@example.org", subject="ü")
    assert "To: jürgen@example.org\r\n".encode() in international


@pytest.mark.parametrize("subject", ["papers " * 40, "p" * 3_000, "  two  spaces  " * 20, ""])
def test_a_subject_of_any_length_is_folded_and_reads_back_whole(subject: str) -> None:
    raw = message(subject=subject)
    assert dict(strict.read(raw).fields)["Subject"] == subject.strip()
    assert parsed(raw)["Subject"] == subject.strip()


@given(TEXT, TEXT, TEXT, TEXT, TEXT)
def test_no_text_breaks_a_header_or_a_part(
    line: str, name: str, title: str, text: str, html: str
) -> None:
    author = f"{name} <papers@example.org>"
    masthead = replace(FULL, author=author, agent=f"{name} <press@example.org>")
    edition = replace(EDITION, title=title)
    raw = message(masthead=masthead, edition=edition, subject=line, text=text, html=html)
    read, again = parsed(raw), strict.read(raw)
    names = [
        "From", "Sender", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id",
        "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive",
        "Archived-At", "List-Post", "Feedback-ID", "Precedence", "Auto-Submitted",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert read.keys() == names
    assert [name for name, _ in again.fields] == names
    assert parseaddr(str(read["From"]))[1] == "papers@example.org"
    assert str(read["List-Id"]).endswith("<daily-papers.example.org>")
    assert read["Subject"] == dict(again.fields)["Subject"]
    assert part(read, 0) == again.text == as_sent(text)
    assert part(read, 1) == again.html == as_sent(html)


@given(st.emails(), st.emails())
def test_any_address_can_be_written_to(recipient: str, sender: str) -> None:
    assume("=?" not in recipient + sender)  # which a mail reader would take for an encoded word
    raw = message(recipient, Masthead(author=sender, owner=sender))
    read = parsed(raw)
    assert parseaddr(str(read["To"]))[1] == recipient
    assert parseaddr(str(read["From"]))[1] == sender
    assert strict.read(raw).raw["To"] == recipient


@pytest.mark.parametrize("trick", ["=?utf-8?q?a=0D=0ABcc:_b?=", "=?utf-8?b?AAAA?="])
def test_an_encoded_word_from_outside_is_not_decoded(trick: str) -> None:
    raw = message(subject=f"x {trick} y")
    assert parsed(raw)["Subject"] == f"x {trick.replace('=?', '= ?', 1)} y"
