"""How fast messages go out, beside Postfix's smtp-source: `python -m benchmarks.sending`.

Both give messages of the same size to the same smtp-sink over as many connections, each used again
and again, in runs that alternate. A figure is a median of these runs.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from benchmarks.measure import line
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport import transport_for

CONNECTIONS = (1, 4, 10)
MESSAGES, RUNS = 2_000, 7
SIZE = 45_000  # bytes
MISSING = "smtp-source and smtp-sink come with Postfix (Debian: apt-get install postfix)"


class Sink(NamedTuple):
    """A server that takes everything and keeps nothing."""

    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class Run(NamedTuple):
    """What sending took, for each message."""

    wall: float  # ms
    cpu: float  # ms, user and system, of who sends


# Sends so many messages to a sink, over so many connections.
Send = Callable[[Sink, int, int], None]


class Way(NamedTuple):
    """One way to send."""

    name: str
    send: Send
    limit: float  # % of the time of smtp-source


def carried(sink: Sink, connections: int, messages: int) -> None:
    """The transport alone: every message may go, and no book is kept."""
    rest = b"Subject: papers\r\n\r\n" + b"".join([b"X" * 78, b"\r\n"]) * (SIZE // 80)
    parcels = (
        Parcel("papers@example.org", reader, b"To: %s\r\n%s" % (reader.encode(), rest))
        for reader in (f"reader{number}@example.net" for number in range(messages))
    )
    accepted = 0

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        nonlocal accepted
        accepted += sum(answer.ending is Ending.ACCEPTED for _, answer in done)
        return ready

    transport = transport_for(sink.url, None, connections=connections, per_connection=messages)
    with closing(transport):
        transport.carry(parcels, turn)
    if accepted != messages:
        raise SystemExit(f"{accepted} of {messages} messages were accepted")


def smtp_source(sink: Sink, connections: int, messages: int) -> None:
    """Postfix's own generator of mail, in C."""
    options = {"-s": connections, "-m": messages, "-l": SIZE}
    counts = [str(word) for option in options.items() for word in option]
    addresses = ["-f", "papers@example.org", "-t", "reader@example.net"]
    command = ["smtp-source", "-d", *counts, *addresses, f"127.0.0.1:{sink.port}"]
    subprocess.run(command, check=True)


# At least four fifths of its speed.
WAYS = (Way("the transport alone", carried, 125),)


def compare(ways: Sequence[Way] = WAYS) -> bool:
    """Print each way's share of the time of smtp-source; whether all keep their limits."""
    kept = True
    names = Way("smtp-source", smtp_source, 100), *ways
    with sink() as server:
        for connections in CONNECTIONS:
            rounds = [[timed(way.send, server, connections) for way in names] for _ in range(RUNS)]
            theirs, *ours = (_median(runs) for runs in zip(*rounds, strict=True))
            for way, run in zip(ways, ours, strict=True):
                what = f"{way.name}, {connections} connections"
                kept &= line(what, 100 * run.wall / theirs.wall, way.limit, "% of its time")
                print(f"    {_words(run)}; smtp-source {_words(theirs)}")
    return kept


def timed(send: Send, server: Sink, connections: int) -> Run:
    """One run."""
    cpu, start = _cpu(), time.perf_counter()
    send(server, connections, MESSAGES)
    wall = time.perf_counter() - start
    return Run(1000 * wall / MESSAGES, 1000 * (_cpu() - cpu) / MESSAGES)


@contextmanager
def sink() -> Iterator[Sink]:
    """A server in a process of its own, as long as this lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Sink(free.getsockname()[1])
    user = [] if os.geteuid() else ["-u", "nobody"]
    with subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{server.port}", "100"]) as process:
        try:
            _await(server)
            yield server
        finally:
            process.terminate()


def _await(server: Sink) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("smtp-sink does not answer")


def _cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in spent)


def _median(runs: Sequence[Run]) -> Run:
    return Run(*(statistics.median(values) for values in zip(*runs, strict=True)))


def _words(run: Run) -> str:
    return f"{1000 / run.wall:,.0f} messages a second, {run.cpu:.3f} ms of CPU each"


def main() -> int:
    """Print every figure beside its limit; 1 where one is not kept."""
    os.environ["PATH"] += os.pathsep + "/usr/sbin"
    if not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
        print(MISSING)
        return 0
    return 0 if compare() else 1


if __name__ == "__main__":
    sys.exit(main())
