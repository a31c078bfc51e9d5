"""Beside rss2email, which mails the new entries of feeds too: `make bench-peers`.

Both read the same invented feed from the same site and mail to the same server. A figure is the
median CPU time of the one process, in rss2email's, whose runs alternate with ours.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.invented import feed, papers
from benchmarks.measure import Spent, line, spent
from benchmarks.starts import DIGEST

PAPERS, NEW, MANY = 1_000, 50, 10_000
RUNS = 7
FIRST_DAY, NEXT_DAY = "2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z"

OURS = """[mail]
from = "papers@example.org"
to = ["me@example.org"]
transport = "smtp://127.0.0.1:{mail}"
[fetch]
allow_private = true
[[source]]
kind = "feed"
url = "http://127.0.0.1:{site}/{name}.xml"
"""
THEIRS = """[DEFAULT]
from = papers@example.org
to = me@example.org
email-protocol = smtp
smtp-server = 127.0.0.1
smtp-port = {mail}
digest = {digest}
[feed.papers]
url = http://127.0.0.1:{site}/{name}.xml
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One program with its settings, in a folder with all that it keeps."""

    folder: Path
    command: tuple[str, ...]
    settings: str

    def begin(self) -> None:
        """Let it know of nothing yet."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / "settings").write_text(self.settings)

    def keep(self) -> Path:
        """Set aside what it knows now."""
        kept = self.folder.with_suffix(".kept")
        shutil.rmtree(kept, ignore_errors=True)
        return shutil.copytree(self.folder, kept)

    def restore(self, kept: Path) -> None:
        """Let it know that, and no more."""
        shutil.rmtree(self.folder)
        shutil.copytree(kept, self.folder)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the runs are made: the folder, the ports of the site and of the mail server."""

    folder: Path
    site: str
    mail: str
    r2e: str

    def serve(self, body: bytes) -> None:
        """Let the site show this feed."""
        (self.folder / "feed.xml").write_bytes(body)

    def ours(self, name: str, now: str) -> Program:
        """Papertide on a day, reading known.xml or plain.xml."""
        folder = self.folder / "ours"
        command = (DIGEST, "--config", str(folder / "settings"), "--now", now, "run")
        return Program(folder, command, OURS.format(site=self.site, mail=self.mail, name=name))

    def theirs(self, name: str, *, digest: bool = False) -> Program:
        """Likewise rss2email, which sends a mail an entry, or one with all."""
        folder = self.folder / "theirs"
        files = ("-c", str(folder / "settings"), "-d", str(folder / "seen.json"))
        settings = THEIRS.format(site=self.site, mail=self.mail, name=name, digest=digest)
        return Program(folder, (self.r2e, *files, "run"), settings)

    def run(self, program: Program, mails: int) -> Spent:
        """Run a program, which must send this many mails."""
        ledger = self.folder / "mails"
        ledger.write_text("")
        taken = spent(program.command)
        if (sent := ledger.read_text().count("\n")) != mails:
            raise SystemExit(f"{' '.join(program.command)} sent {sent} mails, not {mails}")
        return taken


class Later(NamedTuple):
    """What the site shows on the day after a first run."""

    what: str
    limit: float
    file: str  # known.xml has a validator, plain.xml has none
    feed: bytes
    new: int


@contextmanager
def ground(folder: Path, r2e: str) -> Iterator[Ground]:
    """The servers, in a process of their own, as long as the comparison lasts."""
    command = [sys.executable, "-m", "benchmarks.servers", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as servers:
        assert servers.stdout
        site, mail = servers.stdout.readline().split()
        yield Ground(folder, site, mail, r2e)


def compared(what: str, limit: float, ours: list[Spent], theirs: list[Spent]) -> bool:
    """Print the ratio of the medians beside its limit; whether it keeps it."""
    mine, other = (statistics.median(run.cpu for run in runs) for runs in (ours, theirs))
    kept = line(what, 100 * mine / other, limit, "% of its CPU")
    print(f"    {mine:,.0f} ms, rss2email {other:,.0f} ms")
    return kept


def first(ground: Ground, body: bytes) -> bool:
    """The first run over a feed, to one mail each and, of ours, the archive."""
    ground.serve(body)
    programs = ground.ours("plain", FIRST_DAY), ground.theirs("plain", digest=True)
    runs: tuple[list[Spent], list[Spent]] = ([], [])
    for _ in range(RUNS):
        for program, taken in zip(programs, runs, strict=True):
            program.begin()
            taken.append(ground.run(program, 1))
    return compared(f"first run over {PAPERS:,} entries, to one mail", 50, *runs)


def later(ground: Ground, before: bytes, case: Later) -> bool:
    """The run of the next day, again and again from what a first run has left."""
    ours, theirs = ground.ours(case.file, NEXT_DAY), ground.theirs(case.file)
    ground.serve(before)
    for program in (ground.ours(case.file, FIRST_DAY), theirs):
        program.begin()
        spent(program.command)
    kept = ours.keep(), theirs.keep()
    ground.serve(case.feed)
    runs: tuple[list[Spent], list[Spent]] = ([], [])
    mails = (1 if case.new else 0, case.new)
    for _ in range(RUNS):
        for at, program in enumerate((ours, theirs)):
            program.restore(kept[at])
            runs[at].append(ground.run(program, mails[at]))
    return compared(case.what, case.limit, *runs)


def memory(ground: Ground, body: bytes) -> bool:
    """The memory that a first run over very many entries needs."""
    ground.serve(body)
    peaks = []
    for program, mails in (
        (ground.ours("plain", FIRST_DAY), 1),
        (ground.theirs("plain"), MANY),
        (ground.theirs("plain", digest=True), 1),
    ):
        program.begin()
        peaks.append(ground.run(program, mails).memory)
    kept = line(f"first run over {MANY:,} entries, at its peak", peaks[0], 158, "MB")
    print(f"    rss2email {peaks[1]:.0f} MB, with one mail {peaks[2]:.0f} MB")
    return kept


def main() -> int:
    """Print every figure beside its limit; 1 where one is not kept."""
    known, new = papers(PAPERS), papers(PAPERS + NEW)[PAPERS:]
    changed = feed([*new, *known[: PAPERS - NEW]], hour=1)
    cases = [
        Later("nothing new, 304", 100, "known", feed(known), 0),
        Later("nothing new, 200, the same feed", 40, "plain", feed(known), 0),
        Later("nothing new, 200, a feed built anew", 40, "plain", feed(known, hour=1), 0),
        Later(f"{NEW} of {PAPERS:,} entries new", 50, "plain", changed, NEW),
    ]
    with tempfile.TemporaryDirectory() as name, ground(Path(name), sys.argv[1]) as here:
        kept = [later(here, feed(known), case) for case in cases]
        kept += [first(here, feed(known)), memory(here, feed(papers(MANY)))]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
