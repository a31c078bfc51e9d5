"""What grouping a day's papers into themes costs."""

from __future__ import annotations

from benchmarks import invented
from benchmarks.measure import call, line
from digest.taxonomies import shipped
from digest.themes.grouping import group


def measure(papers: int, limit: float) -> bool:
    """Print the figure; whether it keeps its limit, in milliseconds."""
    taxonomy = shipped("ai")
    entries = [(paper.ids[0], paper, ("arxiv",)) for paper in invented.papers(papers)]
    taken = call(lambda: group(taxonomy, entries))
    return line(f"{papers:,} papers into themes", taken, limit, "ms")
