"""The message: its headers, its two parts, and that it is the same bytes for ever."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.message import build, message_id
from digest.render import mail_html, mail_text, subject
from tests.render.specimen import EDITION, SENDER, SITE, shipped
from tests.render.test_hostile_text import TEXT

READER = "Reader.One@example.net"


def letter(recipient: str = READER, **changes: str) -> bytes:
    given = {"html": "<p>x</p>\n", "text": "x\n", "subject": "S", "sender": SENDER} | changes
    return build(EDITION, recipient, **given)


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=policy.SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, number: int) -> str:
    content = message.get_payload()[number].get_content()  # type: ignore[union-attr,index] # a list
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_the_message_is_as_recorded(golden: Callable[[str, str | bytes], None]) -> None:
    env = shipped()
    message = build(
        EDITION,
        READER,
        html=mail_html(env, EDITION, site=SITE, max_papers=50),
        text=mail_text(env, EDITION, site=SITE, max_papers=50),
        subject=subject(EDITION),
        sender=SENDER,
    )
    golden("mail.eml", message)


def test_the_parts_read_back_as_they_were_written_text_first() -> None:
    html = mail_html(shipped(), EDITION, site=SITE, max_papers=50)
    text = mail_text(shipped(), EDITION, site=SITE, max_papers=50)
    message = read(letter(html=html, text=text))
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert [each.get_content_charset() for each in message.iter_parts()] == ["utf-8", "utf-8"]
    assert part(message, 0) == text
    assert part(message, 1) == html
    assert not message.defects


def test_the_headers_say_who_when_and_which_list() -> None:
    message = read(letter(subject="Zehn neue Papiere: Möglichkeiten"))
    assert parseaddr(str(message["From"])) == parseaddr(SENDER)
    assert message["To"] == READER
    assert message["Subject"] == "Zehn neue Papiere: Möglichkeiten"
    assert message["Date"].datetime == EDITION.published_at
    assert message["List-Id"] == "<daily-papers.example.org>"
    assert message["Message-ID"] == message_id(EDITION, READER, "example.org")
    assert all(len(message.get_all(name) or ()) == 1 for name in message)


def test_the_same_edition_to_the_same_reader_is_the_same_bytes() -> None:
    assert letter() == letter()


def test_a_message_id_is_one_readers_of_one_edition_and_tells_no_address() -> None:
    identifier = message_id(EDITION, READER, "example.org")
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", identifier)
    assert identifier == message_id(EDITION, READER.lower(), "example.org")
    others = {
        message_id(replace(EDITION, newsletter="other"), READER, "example.org"),
        message_id(replace(EDITION, period="weekly"), READER, "example.org"),
        message_id(replace(EDITION, date=EDITION.date.replace(day=17)), READER, "example.org"),
        message_id(EDITION, "two@example.net", "example.org"),
        identifier,
    }
    assert len(others) == 5


def test_a_long_address_and_identifier_stay_as_they_are() -> None:
    domain = ".".join(["a" * 60] * 3) + ".example.org"
    raw = letter(f"{'b' * 64}@{domain}", sender=f"Päpers <{'c' * 60}@{domain}>")
    assert f"To: {'b' * 64}@{domain}\r\n".encode() in raw
    assert f"<{'c' * 60}@{domain}>".encode() in raw
    assert f"@{domain}>\r\n".encode() in raw
    assert f"List-Id: <daily-papers.{domain}>\r\n".encode() in raw


def test_words_beyond_ascii_are_encoded_in_pieces_of_at_most_75_characters() -> None:
    headers = letter(subject="新しい論文 " * 20, sender="日刊論文 " * 9 + "<p@example.org>")
    words = re.findall(rb"=\?[^?\s]+\?[qb]\?[^?\s]*\?=", headers.partition(b"\r\n\r\n")[0])
    assert len(words) > 2
    assert max(map(len, words)) <= 75
    assert read(headers)["Subject"] == ("新しい論文 " * 20).strip()


def test_headers_are_ascii_unless_an_address_is_not() -> None:
    assert letter(subject="ü").isascii()
    international = letter("jürgen@example.org", subject="ü")
    assert "To: jürgen@example.org\r\n".encode() in international


@settings(deadline=None)
@given(TEXT, TEXT, TEXT, TEXT)
def test_no_text_breaks_a_header_or_a_part(line: str, name: str, text: str, html: str) -> None:
    raw = letter(subject=line, sender=f"{name} <papers@example.org>", text=text, html=html)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in each or b"\n" in each or b"\0" in each for each in lines)
    message = read(raw)
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "List-Id", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert len(message.keys()) == 8
    assert parseaddr(str(message["From"]))[1] == "papers@example.org"
    assert part(message, 0) == _as_sent(text)
    assert part(message, 1) == _as_sent(html)


def _as_sent(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.encode("utf-8", "replace").decode()


@settings(deadline=None)
@given(st.emails(), st.emails())
def test_any_address_can_be_written_to(recipient: str, sender: str) -> None:
    message = read(letter(recipient, sender=sender))
    assert parseaddr(str(message["To"]))[1] == recipient
    assert parseaddr(str(message["From"]))[1] == sender


@pytest.mark.parametrize("trick", ["=?utf-8?q?a=0D=0ABcc:_b?=", "=?utf-8?b?AAAA?="])
def test_an_encoded_word_from_outside_is_not_decoded(trick: str) -> None:
    raw = letter(subject=f"x {trick} y")
    assert read(raw)["Subject"] == f"x {trick.replace('=?', '= ?', 1)} y"
