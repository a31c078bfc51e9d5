"""A message that is filled in is the message that would have been made from scratch."""

from __future__ import annotations

import re
import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.message import ways_out
from digest.render import Footing, mail
from digest.tokens import LENGTH
from tests.message import strict
from tests.message.letters import FULL, PLAIN, READER, SLOT, TOKEN, compose_with, from_scratch
from tests.render.specimen import EDITION, SITE, large, shipped
from tests.render.test_hostile_text import TEXT

ALPHABET = string.ascii_letters + string.digits + "-_"
TOKENS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
ADDRESSES = st.emails() | st.sampled_from(["jürgen@exämple.org", "a@b", "研究@例え.テスト"])
# What may stand around a link, up to a slot wherever in a line.
AROUND = TEXT | st.builds("{}{}".format, TEXT, st.integers(0, 160).map("x".__mul__))
WITH_LINKS = st.lists(AROUND, max_size=4).map(SLOT.join)


@given(token=TOKENS, address=ADDRESSES, text=WITH_LINKS, html=WITH_LINKS)
def test_filling_in_equals_encoding_from_scratch(
    token: str, address: str, text: str, html: str
) -> None:
    spliced = compose_with(text=text, html=html).to(address, token)
    assert spliced == from_scratch(address, token, text=text, html=html)


@pytest.mark.parametrize("before", ["x", "é", "界", " ", ".", "=", "x\n.", "x é界"])
def test_a_token_may_be_broken_by_a_line_at_any_place(before: str) -> None:
    for offset, token in product(range(81), ("-" * LENGTH, "_A0-" * 5 + "zz")):
        text = f"{(before * 81)[:offset]}{SLOT}\n{SLOT}{before}"
        spliced = compose_with(text=text, html="").to(READER, token)
        assert spliced == from_scratch(READER, token, text=text, html="")
        assert strict.read(spliced).text == text.replace(SLOT, token)


def test_breaks_do_fall_inside_tokens() -> None:
    """Else the tests above would prove nothing."""
    split = sum(len(compose_with(text="x" * at + SLOT).body.breaks[0]) for at in range(80))
    assert split >= LENGTH - 2


def test_a_long_token_is_broken_more_than_once() -> None:
    slot, token = "0f" * 100, "-_" * 100
    text = f"xyz{slot}\n"
    spliced = compose_with(text=text, slot=slot).to(READER, token)
    assert strict.read(spliced).text == text.replace(slot, token)


@pytest.mark.parametrize("links", [0, 1, 30])
def test_a_template_may_have_the_link_as_often_as_it_likes(links: int) -> None:
    text = f"{FULL.unsubscribe} " * links
    letter = compose_with(text=f"{text}\n", html=text)
    raw = letter.to(READER, TOKEN)
    assert raw == from_scratch(READER, TOKEN, text=f"{text}\n", html=text)
    assert SLOT.encode() not in re.sub(rb"=\r\n", b"", raw)
    assert re.sub(rb"=\r\n", b"", raw).count(TOKEN.encode()) == 2 * links + 1


def test_the_mail_of_a_large_edition_is_filled_in_as_if_made_for_its_reader() -> None:
    footing = Footing(
        unsubscribe=ways_out(FULL)[0], preferences=f"https://example.org/{SLOT}?a=1&b"
    )
    for edition in (EDITION, large(50)):
        made = mail(shipped(), edition, site=SITE, max_papers=50, footing=footing)
        parts = {"subject": made.subject, "html": made.html, "text": made.text}
        assert SLOT in made.html
        raw = compose_with(**parts).to(READER, TOKEN)
        assert raw == from_scratch(READER, TOKEN, **parts)
        assert strict.read(raw).html == made.html.replace(SLOT, TOKEN)
        assert strict.read(raw).text == made.text.replace(SLOT, TOKEN)


def test_what_separates_the_parts_does_not_depend_on_the_reader() -> None:
    letter = compose_with()
    bodies = {
        letter.to(address, TOKEN).partition(b"\r\n\r\n")[2] for address in (READER, "b@example.org")
    }
    assert len(bodies) == 1


def test_without_a_link_a_reader_needs_no_token() -> None:
    raw = compose_with(PLAIN, text="x", html="x").to(READER)
    assert strict.read(raw).text == "x"
