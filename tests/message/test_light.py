"""Signing and international domains cost those who use them, when they use them."""

from __future__ import annotations

from tests.home import Home
from tests.message.letters import pem, rsa_key

MORNING = "2026-03-02T07:30:00Z"
EVENING = "2026-03-02T19:30:00Z"
SETTINGS = """
[[source]]
kind = "saved-page"
path = "pages"
[mail]
from = "Papers <papers@example.org>"
to = ["jane@example.org"]
unsubscribe = "mailto:leave@example.org"
[mail.dkim]
selector = "papers"
key_file = "key.pem"
"""
HEAVY = {"cryptography", "idna", "email.header", "digest.message", "digest.tokens", "jinja2"}


def imported(home: Home, *arguments: str) -> set[str]:
    """What a command imports."""
    answer = home.fresh(*arguments, now=EVENING, PYTHONPROFILEIMPORTTIME="1")
    assert answer.code == 0
    return {line.rpartition("|")[2].strip() for line in answer.err.splitlines()}


def test_only_a_letter_that_is_signed_loads_what_signs(home: Home) -> None:
    (home.folder / "key.pem").write_text(pem(rsa_key()))
    home.configure(SETTINGS)
    assert home.run(now=MORNING)["deliveries"]["sent"] == 1
    assert not imported(home, "status") & HEAVY
    assert not imported(home, "run") & HEAVY
    assert imported(home, "send-test", "joe@example.org") >= {"cryptography", "digest.tokens"}
    first, second = (home.folder / "outbox" / "new").iterdir()
    assert first.read_bytes().startswith(b"DKIM-Signature: ")
    assert second.read_bytes().startswith(b"DKIM-Signature: ")
