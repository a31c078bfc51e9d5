"""What the suppression state costs: looking keys up, and bytes a seen paper."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.measure import call, line
from digest.store.engine import open_store

PAPERS_A_DAY = 1000


def key(number: int) -> str:
    """An arXiv-like key, ordered as such keys are."""
    return f"arxiv:{number // 100_000 + 1000:04}.{number % 100_000:05}"


def title(number: int) -> str:
    """The key of a title, in no order at all."""
    return "title:" + hashlib.sha256(str(number).encode()).hexdigest()[:16]


def fill(file: Path, papers: int) -> None:
    """A store that has seen this many papers, in daily editions without their documents."""
    with closing(open_store(f"sqlite:///{file}")):
        pass
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("INSERT INTO newsletter (id, slug) VALUES (1, 'papers')")
        database.execute("INSERT INTO source (id, name) VALUES (1, 'hf')")
        first = dt.date(2000, 1, 1).toordinal() - dt.date(1970, 1, 1).toordinal()
        editions = papers // PAPERS_A_DAY
        database.executemany(
            "INSERT INTO edition VALUES (?, 1, 'daily', ?, 0, '', '')",
            ((number + 1, first + number) for number in range(editions)),
        )
        numbers = range(papers)
        database.executemany(
            "INSERT INTO paper VALUES (?, ?, 1)", ((n + 1, key(n)) for n in numbers)
        )
        # Titles come in the order of the days, as they would: that leaves the tree half full.
        for start in range(0, papers, PAPERS_A_DAY * 10):
            batch = range(start, min(papers, start + PAPERS_A_DAY * 10))
            rows = [(key(n), n + 1) for n in batch] + [(title(n), n + 1) for n in batch]
            database.executemany("INSERT INTO alias VALUES (?, ?)", rows)
        database.executemany(
            "INSERT INTO seen VALUES (1, ?, ?)", ((n + 1, n // PAPERS_A_DAY + 1) for n in numbers)
        )
        database.executemany(
            "INSERT INTO sighting VALUES (1, ?, 1, ?, ?)",
            ((n + 1, first + n // PAPERS_A_DAY, first + n // PAPERS_A_DAY + 1) for n in numbers),
        )
        database.commit()


def measure(folder: Path, papers: int, batch: int, limit: float) -> bool:
    """Print the figures for a store of `papers`; whether all keep their limits."""
    file = folder / f"{papers}.db"
    fill(file, papers)
    chosen = random.Random(1)
    kept = []
    with closing(open_store(f"sqlite:///{file}")) as store:

        def ask() -> None:
            known = [key(chosen.randrange(papers)) for _ in range(batch // 2)]
            unknown = [title(papers + chosen.randrange(papers)) for _ in range(batch // 2)]
            assert len(store.lookup("papers", known + unknown)) == len(set(known))

        kept.append(line(f"{batch:,} keys against {papers:,} papers", call(ask, 25), limit, "ms"))
    size = file.stat().st_size / papers
    kept.append(line(f"state, of {papers:,} papers", size, 150, "bytes each"))
    return all(kept)
