"""Who runs a newsletter is told by mail where a person is needed, once, and when that is over."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from tests.delivery.newsletter import MORNING, NOON, OPERATOR, home_of
from tests.transport.scripted import LOSE, Accepted, ScriptedSmtp

NEXT_NOON = "2026-01-06T12:30:00Z"


def told(accepted: list[Accepted]) -> list[EmailMessage]:
    """What the operator got."""
    return [
        email.message_from_bytes(one.message, policy=email.policy.default)
        for one in accepted
        if one.recipient == OPERATOR
    ]


def test_uncertain_mail_is_told_once_and_so_is_that_it_is_settled(tmp_path: Path) -> None:
    with ScriptedSmtp({"dot": [LOSE]}) as server:
        home = home_of(tmp_path, server.url)
        home.digest("run", now=MORNING)
        [first] = told(server.accepted)
        assert "1 uncertain" in first.get_content()
        assert "--resend-uncertain" in first.get_content()
        assert first["Subject"] == "daily-papers: a person is needed"
        assert first["From"] == "Papers <papers@example.org>"
        assert first["Auto-Submitted"] == "auto-generated"
        home.digest("deliver", "--resend-uncertain", "--yes", now=NOON)
        [_, last] = told(server.accepted)
        assert last["Subject"] == "daily-papers: well again"
        assert "no longer: deliveries of 2026-01-05 are uncertain" in last.get_content()


def test_what_lasts_for_days_is_told_once(tmp_path: Path) -> None:
    refusing = {f"RCPT a{n}@example.org": ["550 5.7.1 no"] * 9 for n in range(6)}
    with ScriptedSmtp(refusing) as server:
        home = home_of(tmp_path, server.url)
        readers = ", ".join(f'"a{n}@example.org"' for n in range(6))
        settings = (tmp_path / "digest.toml").read_text()
        (tmp_path / "digest.toml").write_text(
            settings.replace('"a@example.org", "b@example.org"', readers)
        )
        assert home.digest("run", now=MORNING).code == 1
        for moment in (MORNING, NOON, NEXT_NOON):
            assert home.digest("deliver", now=moment).code == 3
        [only] = told(server.accepted)
        assert "refuses what we send" in only.get_content()


def test_where_all_is_well_nobody_is_told(tmp_path: Path) -> None:
    with ScriptedSmtp() as server:
        home = home_of(tmp_path, server.url)
        assert home.digest("run", now=MORNING).code == 0
        assert len(server.accepted) == 2
        assert not told(server.accepted)


def test_a_server_that_cannot_take_the_notice_either_is_no_further_trouble(tmp_path: Path) -> None:
    with ScriptedSmtp({"connect": ["421 4.3.2 closed"] * 99}) as server:
        home = home_of(tmp_path, server.url)
        answer = home.digest("run", now=MORNING)
        assert answer.code == 1
        assert "Traceback" not in answer.err
        assert not server.accepted
