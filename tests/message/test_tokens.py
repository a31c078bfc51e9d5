"""The token of a reader: theirs, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from hypothesis import given
from hypothesis import strategies as st

from digest.tokens import LENGTH, nobody, token

KEY = "sixteen letters!"


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_a_token_is_safe_wherever_a_link_stands(key: str, address: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token(key, "daily-papers", address))


def test_anybody_with_the_key_can_work_a_token_out() -> None:
    digest = hmac.new(KEY.encode(), b"daily-papers\0jane@example.org", hashlib.sha256).digest()
    expected = base64.urlsafe_b64encode(digest)[:22].decode()
    assert token(KEY, "daily-papers", "Jane@Example.org") == expected


def test_a_token_is_one_readers_of_one_newsletter_under_one_key() -> None:
    tokens = {
        token(KEY, "daily-papers", "jane@example.org"),
        token(KEY, "daily-papers", "joe@example.org"),
        token(KEY, "other-papers", "jane@example.org"),
        token(KEY + "!", "daily-papers", "jane@example.org"),
    }
    assert len(tokens) == 4


def test_the_token_of_nobody_is_the_editions_and_looks_like_any() -> None:
    assert nobody("a") != nobody("b")
    assert re.fullmatch(rf"[0-9a-f]{{{LENGTH}}}", nobody("a"))
