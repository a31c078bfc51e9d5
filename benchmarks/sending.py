"""How fast messages go out, beside Postfix's smtp-source: `python -m benchmarks.sending`.

All give messages of the same size to the same smtp-sink over as many connections, each used again
and again, in runs that alternate. A figure is a median of these runs. `many READERS` shows instead
what the command needs for so many, and for a hundredth of them.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import invented
from benchmarks.letters import ENVIRON, SETTINGS
from benchmarks.measure import line, spent
from benchmarks.newsletter import NOW, enrol, save
from benchmarks.sinks import MISSING, Sink, found, sink
from digest import wiring
from digest.config import load
from digest.delivery import deliver
from digest.delivery.stopping import Stop
from digest.document import freeze
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport import transport_for

CONNECTIONS = (1, 4, 10)
MESSAGES, RUNS = 3_000, 7
SIZE = 45_000  # bytes
EDITION = freeze(invented.edition(21))  # whose message is about as long
MEMORY = 150  # MB


class Run(NamedTuple):
    """What sending took, for each message."""

    wall: float  # ms
    cpu: float  # ms, user and system, of who sends


# Makes so many messages ready for a sink, over so many connections. It yields what sends them.
Prepare = Callable[[Sink, int, int], AbstractContextManager[Callable[[], None]]]


class Way(NamedTuple):
    """One way to send."""

    name: str
    prepare: Prepare
    limit: float  # % of the time of smtp-source


@contextmanager
def whole(sink: Sink, connections: int, messages: int) -> Iterator[Callable[[], None]]:
    """All that delivery does, from the first claim to the books that balance."""
    with tempfile.TemporaryDirectory() as name:
        config = load(due(Path(name), sink, connections, messages), ENVIRON)
        wiring.letters(config, EDITION)  # compiles the templates, which are kept
        with (
            wiring.newsroom(config) as room,
            wiring.post_office(room, lambda: NOW, Stop(time.monotonic)) as office,
        ):

            def send() -> None:
                (account,) = deliver(office).accounts
                _expect(account.states["sent"], messages)

            yield send


@contextmanager
def carried(sink: Sink, connections: int, messages: int) -> Iterator[Callable[[], None]]:
    """The transport alone: every message may go, and no book is kept."""
    rest = b"Subject: papers\r\n\r\n" + b"".join([b"X" * 78, b"\r\n"]) * (SIZE // 80)
    accepted = 0

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        nonlocal accepted
        accepted += sum(answer.ending is Ending.ACCEPTED for _, answer in done)
        return ready

    def send() -> None:
        parcels = (
            Parcel("papers@example.org", reader, (b"To: %s\r\n" % reader.encode(), rest))
            for reader in (f"reader{number}@example.net" for number in range(messages))
        )
        transport = transport_for(sink.url, None, connections=connections, per_connection=messages)
        with closing(transport):
            transport.carry(parcels, turn)
        _expect(accepted, messages)

    yield send


@contextmanager
def smtp_source(sink: Sink, connections: int, messages: int) -> Iterator[Callable[[], None]]:
    """Postfix's own generator of mail, in C."""
    options = {"-s": connections, "-m": messages, "-l": SIZE}
    counts = [str(word) for option in options.items() for word in option]
    addresses = ["-f", "papers@example.org", "-t", "reader@example.net"]
    command = ["smtp-source", "-d", *counts, *addresses, f"127.0.0.1:{sink.port}"]

    def send() -> None:
        subprocess.run(command, check=True)

    yield send


# At least four fifths of its speed.
WAYS = (Way("the whole path", whole, 125), Way("the transport alone", carried, 125))


def compare(ways: Sequence[Way] = WAYS) -> bool:
    """Print each way's share of the time of smtp-source; whether all keep their limits."""
    kept = True
    names = Way("smtp-source", smtp_source, 100), *ways
    with sink() as server:
        for connections in CONNECTIONS:
            rounds = [[timed(way, server, connections) for way in names] for _ in range(RUNS)]
            theirs, *ours = (_median(runs) for runs in zip(*rounds, strict=True))
            for way, run in zip(ways, ours, strict=True):
                what = f"{way.name}, {connections} connections"
                kept &= line(what, 100 * run.wall / theirs.wall, way.limit, "% of its time")
                print(f"    {_words(run)}; smtp-source {_words(theirs)}")
    return kept


def timed(way: Way, server: Sink, connections: int) -> Run:
    """One run."""
    with way.prepare(server, connections, MESSAGES) as send:
        cpu, start = _cpu(), time.perf_counter()
        send()
        wall = time.perf_counter() - start
        return Run(1000 * wall / MESSAGES, 1000 * (_cpu() - cpu) / MESSAGES)


def many(readers: int) -> bool:
    """Print what the command needs for so many readers, and for a hundredth of them."""
    kept = True
    with sink() as server:
        for number in (readers // 100, readers):
            with tempfile.TemporaryDirectory() as name:
                file = due(Path(name), server, CONNECTIONS[-1], number)
                command = ["-m", "digest.cli.main", "--config", str(file), "--now", NOW.isoformat()]
                start = time.perf_counter()
                used = spent([sys.executable, *command, "deliver"], ENVIRON)
                took = time.perf_counter() - start
            print(f"{number:,} readers: {took:.1f} s, {used.cpu / 1000:.1f} s of CPU")
            kept &= line(f"memory for {number:,} readers", used.memory, MEMORY, "MB")
    return kept


def due(folder: Path, sink: Sink, connections: int, readers: int) -> Path:
    """The configuration of a newsletter whose edition waits for so many readers."""
    file = folder / "digest.toml"
    mail = f'transport = "{sink.url}"\nconnections = {connections}\n'
    file.write_text(f"{SETTINGS}{mail}messages_per_connection = 1000000\n", encoding="utf-8")
    with closing(wiring.store(load(file, ENVIRON))) as store:
        enrol(store, readers)
        save(store, EDITION)
    return file


def _expect(accepted: int, messages: int) -> None:
    if accepted != messages:
        raise SystemExit(f"{accepted} of {messages} messages were accepted")


def _cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _median(runs: Sequence[Run]) -> Run:
    return Run(*(statistics.median(values) for values in zip(*runs, strict=True)))


def _words(run: Run) -> str:
    return f"{1000 / run.wall:,.0f} messages a second, {run.cpu:.3f} ms of CPU each"


def main(*arguments: str) -> int:
    """Print every figure beside its limit; 1 where one is not kept."""
    sys.dont_write_bytecode = False  # compiled templates are kept, too
    if not found():
        print(MISSING)
        return 0
    return 0 if (many(int(arguments[1])) if arguments else compare()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
