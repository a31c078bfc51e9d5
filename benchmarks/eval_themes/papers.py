"""Recorded rows as papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digest.model.papers import Paper


def paper(row: Mapping[str, Any], *, categories: bool = True) -> Paper:
    """A row as a paper, with what a feed would tell: without the keywords of its authors."""
    return Paper(
        title=row["title"],
        abstract=row["abstract"] or "",
        ids=(row["id"],),
        categories=tuple(row.get("categories", ())) if categories else (),
    )
