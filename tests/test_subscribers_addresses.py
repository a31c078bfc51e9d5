"""Which addresses can be readers', and which are one mailbox's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.addresses import reader_fault, same_mailbox, wire


@pytest.mark.parametrize(
    "address",
    [
        "jane@example.org",
        "jane+papers@example.org",
        "jane@bücher.example",
        "jane@xn--bcher-kva.example",
        "jane@例え.テスト",
        "jürgen.müller@example.org",
        "!#$%&'*+-/?=^_`{|}~@example.org",
        f"{'x' * 64}@example.org",
    ],
)
def test_an_address_that_mail_can_reach_is_right(address: str) -> None:
    assert not reader_fault(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("jane", "is no address; write it as name@example.org"),
        ("Jane <jane@example.org>", "is no address"),
        ("a@b@example.org", "is no address"),
        ("jane @example.org", "is no address"),
        (f"{'x' * 65}@example.org", "more than 64 bytes before its @"),
        (f"{'x' * 60}@{'.'.join(['y' * 60] * 4)}.org", "more than 254 bytes"),
        ("ja..ne@example.org", "something before its @ that cannot be"),
        (".jane@example.org", "something before its @ that cannot be"),
        ("jane\u0337\u200d@example.org", "is no address"),
        ("jane@localhost", "a domain without a dot"),
        ("jane@printer.local", "ends in .local, where no mail arrives"),
        ("jane@site.INVALID", "ends in .invalid, where no mail arrives"),
        ("jane@-x.org", "a domain that cannot be"),
        ("jane@example.org.", "a domain that cannot be"),
        ("jane@192.0.2.1", "a domain that cannot be"),
        ("jane@xn--zzzz.example", "a domain that cannot be"),
        (f"jane@{'x' * 64}.org", "a domain that cannot be"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(address: str, words: str) -> None:
    assert words in reader_fault(address)


def test_case_and_alphabet_do_not_make_another_mailbox() -> None:
    ways = ["Me@bücher.example", "me@BÜCHER.example", "ME@xn--bcher-kva.EXAMPLE"]
    assert {same_mailbox(way) for way in ways} == {"me@xn--bcher-kva.example"}
    composed, decomposed = "jürgen@example.org", "ju\u0308rgen@example.org"
    assert same_mailbox(composed) == same_mailbox(decomposed)


def test_what_follows_a_plus_makes_another_mailbox() -> None:
    assert same_mailbox("me+a@example.org") != same_mailbox("me@example.org")


@given(st.text(), st.text())
def test_a_mailbox_stays_the_same_however_often_it_is_compared(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    same = same_mailbox(address)
    assert same == same_mailbox(same) == same_mailbox(wire(address))


@given(st.text(), st.text())
def test_any_text_is_told_whether_it_is_an_address(local: str, domain: str) -> None:
    assert isinstance(reader_fault(f"{local}@{domain}"), str)
