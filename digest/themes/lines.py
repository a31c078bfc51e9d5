"""Where in a TOML text something stands, for errors that name the line."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Path = Sequence[str | int]  # keys of tables and, from 0, places in arrays


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which what a path names begins; the last where it is not there.

    The standard parser tells no lines, so it is asked how much of the text it needs: the first
    lines of a document either parse, or break off within a value, mostly an array.
    """
    lines = range(1, text.count("\n") + 2)

    def told_by(count: int) -> bool:
        """Whether the shortest readable opening of so many lines or more has it."""
        openings = (_opening(text, end) for end in range(count, len(lines)))
        document = next((found for found in openings if found is not None), None)
        return document is None or _holds(document, path)

    return bisect_left(lines, True, key=told_by) + 1


@lru_cache(maxsize=64)  # who looks for many paths halves the same text each time
def _opening(text: str, count: int) -> dict[str, Any] | None:
    """The first lines as a document, of which an array may lack its end; None for no document."""
    opening = "\n".join(text.split("\n", count)[:count])
    for ending in ("", "\n]"):
        try:
            return tomllib.loads(opening + ending)
        except (ValueError, RecursionError):
            continue
    return None


def _holds(document: Any, path: Path) -> bool:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
