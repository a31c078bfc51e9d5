"""What grouping a day's papers into themes costs."""

from __future__ import annotations

from importlib.resources import files

from benchmarks import invented
from benchmarks.measure import call, line
from digest.themes import BUILTIN, CATEGORIES
from digest.themes.grouping import group
from digest.themes.taxonomy import parse_taxonomy


def measure(papers: int, limit: float) -> bool:
    """Print the figure; whether it keeps its limit, in milliseconds."""
    shipped = files("digest.themes")
    texts = [shipped.joinpath(name).read_text("utf-8") for name in (BUILTIN, CATEGORIES)]
    taxonomy = parse_taxonomy(texts[0], "ai", texts[1])
    entries = [(paper.ids[0], paper, ("arxiv",)) for paper in invented.papers(papers)]
    taken = call(lambda: group(taxonomy, entries))
    return line(f"{papers:,} papers into themes", taken, limit, "ms")
