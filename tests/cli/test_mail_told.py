"""What `deliver` and `send-test` say of mail that went nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.delivery.newsletter import MORNING, NOON, home_of
from tests.transport.scripted import ScriptedSmtp

ENOUGH = 5  # refusals of what we send, in a row


def test_mail_that_is_stopped_is_not_called_nothing_due(tmp_path: Path) -> None:
    more = "".join(f'"{number}@example.org", ' for number in range(ENOUGH))
    with ScriptedSmtp({"dot": ["554 5.7.1 not from you"] * ENOUGH}) as server:
        home = home_of(tmp_path, server.url)
        home.configure(home.config.read_text(encoding="utf-8").replace("to = [", f"to = [{more}"))
        home.run(now=MORNING)
        answer = home.digest("deliver", now=NOON)
    assert (answer.code, answer.out) == (3, "  mail: 2 pending, 5 deferred\n")
    assert "delivery is stopped" in answer.err


def test_a_test_that_goes_nowhere_is_not_called_sent(tmp_path: Path) -> None:
    home = home_of(tmp_path, "dry:")
    home.run(now=MORNING)
    answer = home.digest("send-test", "joe@example.org")
    assert (answer.code, answer.out) == (
        0,
        "the edition of 2026-01-05 is made as a test and sent nowhere, as mail.transport says\n",
    )
