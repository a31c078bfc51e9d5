"""What 1,500 papers cost a process that has to start first."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.eval_themes.papers import paper
from benchmarks.eval_themes.recorded import Recorded
from benchmarks.eval_themes.table import Group, Row
from benchmarks.measure import Spent, spent
from digest.taxonomies import shipped
from digest.themes.grouping import group

_PAPERS = 1_500
_RUNS = {"read": 5, "sections": 5, "k-means": 1, "nmf": 1}  # peers take many times as long


def cost(recorded: Recorded) -> Group:
    """CPU time and memory, medians, beside a process that only reads.

    A peer makes as many clusters as there are sections.
    """
    rows = list(islice(recorded.rows("archive/cs_dw/*"), _PAPERS))
    name = f"{_PAPERS:,} arXiv papers, from a cold start"
    if len(rows) < _PAPERS:
        return Group(name, [])
    k = len(group(shipped("ai"), [(row["id"], paper(row), ("arxiv",)) for row in rows]))
    taken = _spent(rows, k)
    cpu, memory = ([getattr(one, what) for one in taken] for what in ("cpu", "memory"))
    return Group(
        f"{name}; the peers make {k} clusters",
        [
            _row("CPU time", cpu[1:], unit="ms", most=300),
            _row("memory at its peak", memory[1:], unit="MB", most=40),
            _row("CPU time, to reading the same JSON", [one / cpu[0] for one in cpu[1:]]),
            _row("memory, to reading the same JSON", [one / memory[0] for one in memory[1:]]),
        ],
    )


def _row(what: str, values: Sequence[float], *, unit: str = "×", most: float | None = None) -> Row:
    ours, kmeans, nmf = values
    of = f"{_RUNS['sections']} runs, {_RUNS['nmf']} of a peer"
    return Row(what=what, of=of, value=ours, peers=(kmeans, nmf), most=most, unit=unit)


def _spent(rows: Sequence[Mapping[str, Any]], k: int) -> list[Spent]:
    """What reading takes, our sections, and each peer's clusters."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "papers.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        module = (sys.executable, "-m", "benchmarks.eval_themes.cold")
        return [
            _median([spent([*module, what, str(file), str(k)]) for _ in range(runs)])
            for what, runs in _RUNS.items()
        ]


def _median(runs: Sequence[Spent]) -> Spent:
    return Spent(*map(statistics.median, zip(*runs, strict=True)))
