"""What searching costs: ten years of an edition of 30 papers a day, 109,500 in all.

`python -m benchmarks.searching` takes a store of SQLite; the URL of another, empty one may follow.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks import invented
from benchmarks.measure import bare_python, line, process
from digest.document import freeze
from digest.model.editions import Edition, Placement
from digest.model.searches import Search
from digest.store.engine import SqlStore, open_store
from digest.store.times import to_day

SLUG = "daily-papers"
STATE = '[state]\nurl = "sqlite:///digest.db"\n'
EDITIONS, PAPERS = 3_650, 30
TEXTS = 200  # different editions; the others have other titles, and the same abstracts
FIRST = dt.date(2016, 1, 1)
GROWTH = {"sqlite": 1_500, "postgresql": 3_500}  # bytes a paper

_ADD = """
INSERT INTO edition (newsletter, period, date, published_at, document, sha256)
VALUES (1, 'daily', ?, 0, '', ?) RETURNING id
"""
_SCAN = "SELECT count(*) FROM edition WHERE document LIKE ?"
QUERIES = {
    "a name": invented.papers(1)[0].authors[0],
    "two words": "sparse attention",
    "a phrase": '"reinforcement learning"',
    "a word of most papers": "ba",
    "the beginning of many words": "bar",
}


def measure(url: str) -> bool:
    """Print the figures of a database; whether they keep their limits."""
    kind = url.partition(":")[0]
    size, seconds = _fill(url)
    papers = EDITIONS * PAPERS
    print(f"{kind}: {size / papers:.0f} bytes a paper before there is a search")
    kept = line(f"{kind}: making {papers:,} papers searchable", seconds, 60, "s of CPU")
    with closing(open_store(url)) as store:
        grown = (_size(store) - size) / papers
        kept &= line(f"{kind}: growth a paper", grown, GROWTH[kind], "bytes")
        with store.reading() as connection:
            scan = _clock(lambda: connection.value(_SCAN, "%sparse attention%"))
        print(f"{kind}: looking through all documents for a phrase takes {scan:.0f} ms")
        for what, words in QUERIES.items():
            taken = _clock(lambda words=words: store.search(SLUG, Search(words=words)))
            found = store.search(SLUG, Search(words=words))
            more = "" if found.complete else " and more"
            told = f"{kind}: {what}, {taken:.0f} ms, {found.total}{more} found"
            kept &= line(told, 100 * taken / scan, 100, "% of that")
    return kept


def command(folder: Path) -> bool:
    """Print what the command takes, on the store in a folder."""
    config = folder / "digest.toml"
    config.write_text(f'[newsletter]\nslug = "{SLUG}"\n[[source]]\nkind = "huggingface"\n{STATE}')
    digest = [sys.executable, "-m", "digest.cli.main", "--config", str(config)]
    bare = bare_python()
    taken = process([*digest, "search", "sparse", "attention"])
    return line(f"digest search, {taken:.0f} ms of CPU time", taken / bare, 40, "bare starts")


def _fill(url: str) -> tuple[int, float]:
    """Bring a store of before there was a search up to date: its size then, and the CPU seconds."""
    texts = _texts()
    with closing(open_store(url)) as store:
        with store.writing() as connection:
            connection.execute("INSERT INTO newsletter (slug) VALUES (?)", SLUG)
            for number in range(EDITIONS):
                frozen = freeze(_edition(texts[number % TEXTS], number))
                day = to_day(frozen.edition.date)
                added = connection.value(_ADD, day, frozen.sha256)
                connection.place.put_document(connection.raw, added, frozen.document)
            for table in ("listed_words", "listed"):
                connection.execute(f"DROP TABLE {table}")
            connection.execute("UPDATE alembic_version SET version_num = '0005'")
        size = _size(store)
    begun, used = time.perf_counter(), time.process_time()
    open_store(url).close()
    print(f"it takes {time.perf_counter() - begun:.0f} s on the clock to bring it up to date")
    return size, time.process_time() - used


def _texts() -> list[Edition]:
    whole = invented.edition(TEXTS * PAPERS)
    placed = [
        replace(section, papers=(one,)) for section in whole.sections for one in section.papers
    ]
    return [replace(whole, sections=tuple(placed[at::TEXTS])) for at in range(TEXTS)]


def _edition(texts: Edition, number: int) -> Edition:
    """The edition of a day; its titles are that day's."""

    def dated(placed: Placement) -> Placement:
        title = f"{placed.paper.title}, part {number // TEXTS}"
        return replace(placed, paper=replace(placed.paper, title=title))

    sections = tuple(
        replace(section, papers=tuple(map(dated, section.papers))) for section in texts.sections
    )
    return replace(texts, date=FIRST + dt.timedelta(days=number), sections=sections)


def _size(store: SqlStore) -> int:
    with store.reading() as connection:
        return connection.place.size(connection.raw)


def _clock(function: Callable[[], object], runs: int = 5) -> float:
    """The median ms on the clock of a call, as a server's work is not in our CPU time."""
    function()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        function()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def main(url: str = "") -> int:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if url:
            return 0 if measure(url) else 1
        kept = measure(f"sqlite:///{folder}/digest.db")
        return 0 if command(folder) and kept else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
