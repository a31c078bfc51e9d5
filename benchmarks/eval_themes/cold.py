"""What a process does from its start to a day's sections, or a peer's clusters, and ends.

python -m benchmarks.eval_themes.cold read|sections|k-means|nmf FILE K
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(what: str, file: str, k: str) -> None:
    """Do one of these with the papers of a file of JSON lines."""
    with open(file, encoding="utf-8") as lines:  # noqa: PTH123 - pathlib would count as work
        rows = [json.loads(line) for line in lines]
    if what == "sections":
        _sections(rows)
    elif what != "read":
        _clusters(what, rows, int(k))


def _sections(rows: list[dict[str, Any]]) -> None:
    from benchmarks.eval_themes.papers import paper
    from digest.taxonomies import shipped
    from digest.themes.grouping import group

    group(shipped("ai"), [(row["id"], paper(row), ("arxiv",)) for row in rows])


def _clusters(method: str, rows: list[dict[str, Any]], k: int) -> None:
    from benchmarks.eval_themes.papers import paper
    from benchmarks.eval_themes.peers import clusters

    clusters(method, [paper(row) for row in rows], k)


if __name__ == "__main__":
    main(*sys.argv[1:])
