"""kill -9 at every step: after a rerun all is as if nothing had happened (G3 to G7)."""

from __future__ import annotations

import email
import random
import shutil
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.home import Home
from tests.pages import page

READERS = [f"reader{number}@example.org" for number in range(25)]
DAYS = ("2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z")
TABLES = ("alias", "seen", "edition", "paper", "sighting", "feed", "visit", "revision")

FAILPOINTS = [
    "after-gather",
    "mid-commit",
    "before-commit",
    "after-commit",
    "mid-archive",
    "after-archive",
    "after-claim",
    "after-mail",
    "after-rcpt",
    "after-data",
    "before-dot",
    "after-dot",
    "after-reply",
    "before-settle",
    "after-settle",
    "before-dot:3",
    "after-dot:20",
    "after-settle:20",
]


@dataclass
class Receiver:
    """A mail server that remembers what it accepted."""

    accepted: list[tuple[str, str]] = field(default_factory=list)  # (recipient, Message-ID)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        assert envelope.content is not None
        message = email.message_from_bytes(bytes(envelope.content))
        self.accepted += [(recipient, message["Message-ID"]) for recipient in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[Receiver, int]]:
    handler = Receiver()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def home_with_pages(folder: Path, port: int) -> Home:
    """Two days of a paper page each, a batch of readers and some, a mail server."""
    home = Home(folder)
    (folder / "pages").mkdir()
    return home.configure(
        '[[source]]\nkind = "saved-page"\npath = "pages"\n'
        f'[mail]\nfrom = "Papers <papers@example.org>"\nto = {READERS!r}\n'
        f'transport = "smtp://127.0.0.1:{port}"\nconnections = 1\n'
    )


def publish(home: Home, day: int) -> None:
    """What the source shows on the first and on the second day."""
    numbers = [(1, 2, 3), (2, 3, 4, 5)][day]
    (home.folder / "pages" / f"{day}.txt").write_text(page(*numbers), encoding="utf-8")


def remains(home: Home) -> dict[str, object]:
    """All that must not depend on how a run went: the tables, and the site's bytes."""
    with sqlite3.connect(home.folder / "state" / "digest.db") as database:
        rows = {name: sorted(database.execute(f"SELECT * FROM {name}")) for name in TABLES}
    site = home.folder / "site"
    files = {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*.*")}
    return {"rows": rows, "files": files}


@dataclass(frozen=True)
class Undisturbed:
    """Two days that nothing disturbs."""

    folder: Path
    begun: Path  # the home before the second run
    accepted: list[tuple[str, str]]  # by then
    left: dict[str, object]
    seconds: float  # that the second run takes


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, receiver: tuple[Receiver, int]
) -> Undisturbed:
    handler, port = receiver
    folder = tmp_path_factory.mktemp("deaths")
    home = home_with_pages(folder / "home", port)
    publish(home, 0)
    home.run(now=DAYS[0])
    publish(home, 1)
    begun = shutil.copytree(home.folder, folder / "begun", symlinks=True)
    accepted = list(handler.accepted)
    start = time.monotonic()
    assert home.process("run", now=DAYS[1]).code == 0
    seconds = time.monotonic() - start
    left = remains(home)
    home.folder.rename(folder / "undisturbed")
    return Undisturbed(folder, begun, accepted, left, seconds)


@pytest.fixture
def home(undisturbed: Undisturbed, receiver: tuple[Receiver, int]) -> Iterator[Home]:
    """A home before its second run, always in the same place: its path must not tell it apart."""
    receiver[0].accepted[:] = undisturbed.accepted
    folder = shutil.copytree(undisturbed.begun, undisturbed.folder / "home", symlinks=True)
    yield Home(folder)
    shutil.rmtree(folder)


def check(home: Home, receiver: Receiver, undisturbed: Undisturbed) -> None:
    """Nothing lost, nothing doubled; at most one answer a kill may be uncertain."""
    assert remains(home) == undisturbed.left
    received = Counter(receiver.accepted)
    assert max(received.values()) == 1
    with sqlite3.connect(home.folder / "state" / "digest.db") as database:
        states = Counter(state for (state,) in database.execute("SELECT state FROM delivery"))
    assert set(states) <= {"sent", "uncertain"}
    assert states.total() == 2 * len(READERS)
    assert states["uncertain"] <= 1
    assert states["sent"] <= len(received) <= states.total()


@pytest.mark.parametrize("point", FAILPOINTS)
def test_a_death_at_any_step_loses_nothing_and_doubles_nothing(
    home: Home, receiver: tuple[Receiver, int], undisturbed: Undisturbed, point: str
) -> None:
    died = home.process("run", now=DAYS[1], DIGEST_FAILPOINT=point)
    assert died.code == -9, died.err
    home.run(now=DAYS[1])
    check(home, receiver[0], undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_a_death_at_any_time_loses_nothing_and_doubles_nothing(
    home: Home, receiver: tuple[Receiver, int], undisturbed: Undisturbed, seed: int
) -> None:
    process = home.fork("run", now=DAYS[1])
    time.sleep(random.Random(seed).uniform(0, undisturbed.seconds))
    process.kill()
    process.communicate()
    home.run(now=DAYS[1])
    check(home, receiver[0], undisturbed)
