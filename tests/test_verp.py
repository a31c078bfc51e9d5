"""The return path of a reader: theirs, and nobody makes up another's."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from digest.verp import reader_of, return_path

PATTERN = "bounces+{reader}@example.org"
KEY = "sixteen letters!"
SLUG = "daily-papers"


@given(st.integers(1, 2**63 - 1), st.sampled_from([str, str.upper, str.title]))
def test_a_return_path_tells_its_reader_whatever_becomes_of_its_case(
    reader: int, change: Callable[[str], str]
) -> None:
    path = return_path(PATTERN, KEY, SLUG, reader)
    assert reader_of(change(path), PATTERN, KEY, SLUG) == reader


def test_anybody_with_the_key_can_work_a_return_path_out() -> None:
    digest = hmac.new(KEY.encode(), b"daily-papers\0bounce\x0012", hashlib.sha256).hexdigest()
    assert return_path(PATTERN, KEY, SLUG, 12) == f"bounces+12-{digest[:16]}@example.org"


def test_a_return_path_is_one_readers_of_one_newsletter_under_one_key() -> None:
    path = return_path(PATTERN, KEY, SLUG, 12)
    assert reader_of(path.replace("+12-", "+13-"), PATTERN, KEY, SLUG) is None
    assert reader_of(path, PATTERN, KEY, "other-papers") is None
    assert reader_of(path, PATTERN, KEY + "!", SLUG) is None
    assert reader_of(path, "returns+{reader}@example.org", KEY, SLUG) is None
    assert reader_of(path, "bounces@example.org", KEY, SLUG) is None


@given(st.text(max_size=80))
def test_no_other_address_is_anybodys(text: str) -> None:
    for address in (text, f"bounces+{text}@example.org", f"bounces+1-{text}@example.org"):
        assert reader_of(address, PATTERN, KEY, SLUG) is None


def test_a_return_path_is_an_address_that_every_server_takes() -> None:
    local = return_path(f"{'b' * 37}{{reader}}@example.org", KEY, SLUG, 9_999_999_999)
    assert len(local.partition("@")[0]) == 64
