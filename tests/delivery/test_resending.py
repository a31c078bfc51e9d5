"""What may have arrived is sent again only when asked, and only where mail may go at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.newsletter import MORNING, NOON, home_of
from tests.home import Home
from tests.transport.scripted import LOSE, ScriptedSmtp

Scene = tuple[Home, ScriptedSmtp]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """The first of two readers may have got the edition."""
    with ScriptedSmtp({"dot": [LOSE]}) as server:
        home = home_of(tmp_path, server.url)
        home.digest("run", now=MORNING)
        assert books(home) == {"sent": 1, "uncertain": 1}
        yield home, server


def books(home: Home) -> dict[str, int]:
    found: dict[str, int] = home.digest("status", "--json").json["books"]
    return {state: count for state, count in found.items() if count}


def readers(server: ScriptedSmtp) -> Counter[str]:
    """How many messages each reader got."""
    return Counter(one.recipient[0] for one in server.accepted if one.recipient[1] == "@")


@pytest.mark.parametrize(
    ("typed", "left"),
    [(b"y\n", {"sent": 2}), (b"\n", {"sent": 1, "uncertain": 1}), (b"\x04", {})],
)
def test_sending_again_asks_first(scene: Scene, typed: bytes, left: dict[str, int]) -> None:
    home, _ = scene
    parent, child = pty.openpty()
    os.write(parent, typed)
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    done = subprocess.run(
        [*command, "--now", NOON, "deliver", "--resend-uncertain", "--json"],
        stdin=child,
        capture_output=True,
        check=True,
    )
    os.close(child)
    os.close(parent)
    assert done.stderr.endswith(
        b"1 may have arrived already, and would come twice. Send again? [y/N] "
    )
    assert done.stdout[:1] in {b"", b"{"}
    assert books(home) == (left or {"sent": 1, "uncertain": 1})


@pytest.mark.parametrize("closed", ["<&-", "</dev/null"])
def test_nothing_is_sent_again_where_nobody_can_be_asked(scene: Scene, closed: str) -> None:
    home, _ = scene
    script = f'exec "$@" {closed}'
    process = home.start(
        "deliver", "--resend-uncertain", now=NOON, under=["sh", "-c", script, "sh"]
    )
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (
        2,
        b"digest: --resend-uncertain: nobody is there to ask; say --yes\n",
    )
    assert books(home) == {"sent": 1, "uncertain": 1}


def test_what_is_due_goes_out_where_nothing_is_uncertain(tmp_path: Path) -> None:
    with ScriptedSmtp() as server:
        home = home_of(tmp_path, server.url)
        home.digest("run", "--no-deliver", now=MORNING)
        answer = home.digest("deliver", "--resend-uncertain", "--json", now=NOON)
        assert answer.json["deliveries"]["sent"] == 2
        assert readers(server) == {"a": 1, "b": 1}


def test_a_database_that_was_set_back_sends_nothing_again_before_it_is_forced(
    tmp_path: Path,
) -> None:
    with ScriptedSmtp({"dot": [LOSE]}) as server:
        home = home_of(tmp_path, server.url)
        home.digest("run", "--no-deliver", now=MORNING)
        home.digest("deliver", "--limit", "1", now=MORNING)
        assert books(home) == {"uncertain": 1, "pending": 1}
        file = tmp_path / "state" / "digest.db"
        backup = file.read_bytes()
        home.digest("deliver", now=MORNING)
        assert readers(server)["b"] == 1
        file.write_bytes(backup)
        for _ in range(2):
            answer = home.digest("deliver", "--resend-uncertain", "--yes", now=NOON)
            assert (answer.code, "from a backup" in answer.err) == (3, True)
        assert readers(server)["b"] == 1
        assert books(home) == {"uncertain": 1, "pending": 1}
        home.digest("deliver", "--resend-uncertain", "--yes", "--force", now=NOON)
        assert books(home) == {"sent": 2}


def test_what_is_too_old_to_be_mailed_stays_uncertain_unless_it_is_forced(scene: Scene) -> None:
    home, server = scene
    later, again = "2026-01-14T12:00:00Z", ("deliver", "--resend-uncertain", "--yes")
    before = readers(server)["a"]
    assert home.digest(*again, now=later).code == 0
    assert books(home) == {"sent": 1, "uncertain": 1}
    assert home.digest(*again, "--force", now=later).code == 0
    assert books(home) == {"sent": 2}
    assert readers(server)["a"] == before + 1
