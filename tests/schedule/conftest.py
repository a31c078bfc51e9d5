"""A process that stays, and makes and mails an edition when its hour comes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.home import Answer, Home
from tests.pages import page
from tests.transport.scripted import ScriptedSmtp

READERS = [f"reader{at}@example.org" for at in range(12)]


@dataclass
class Serving:
    """A `digest serve` at work, and how it ended."""

    process: subprocess.Popen[bytes]
    answer: Answer = field(init=False)
    heard: str = ""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def says(self, words: str) -> bool:
        """Whether it has said something on standard output."""
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard += (self.process.stdout.read() or b"").decode()
        return words in self.heard

    def until(self, true: Callable[[], object], seconds: float = 30) -> None:
        """Wait for something to happen while it serves."""
        end = time.monotonic() + seconds
        while not true():
            assert self.alive, self.process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)


@contextmanager
def serving(
    home: Home, *arguments: str, now: str, volume: tuple[str, ...] = (), **environ: str
) -> Iterator[Serving]:
    """Serve until the end of the block; then it is asked to stop, if that was not done."""
    words = *volume, "serve", *arguments
    found = Serving(home.start(*words, now=now, under=["setsid"], **environ))
    try:
        yield found
    finally:
        if found.alive:
            found.process.terminate()
        out, err = found.process.communicate(timeout=15)
        found.answer = Answer(found.process.returncode, found.heard + out.decode(), err.decode())


@pytest.fixture
def server() -> Iterator[ScriptedSmtp]:
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, server: ScriptedSmtp) -> Home:
    """A newsletter of one saved page, mailed at 07:30 UTC."""
    home = Home(tmp_path / "home")
    (home.folder / "page.txt").write_text(page(1, 2, 3), encoding="utf-8")
    return home.configure(
        '[[source]]\nkind = "saved-page"\npath = "page.txt"\n'
        '[mail]\nfrom = "Papers <papers@example.org>"\n'
        f'to = {READERS!r}\ntransport = "{server.url}"\n'
    )
