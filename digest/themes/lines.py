"""Where in a TOML text something stands, for errors that name the line."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

Path = Sequence[str | int]  # keys of tables and, from 0, places in arrays


class _Chunk(NamedTuple):
    """Lines that are a document by themselves, mostly one `[[table]]` with all that is in it."""

    start: int  # lines before it
    text: str
    document: dict[str, Any]


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which what a path names begins; the last where it is not there.

    The standard parser tells no lines, so it is asked how much of the text it needs.
    """
    if not path:
        return 1
    for chunk in _chunks(text):
        depth = next((at for at, step in enumerate(path) if isinstance(step, int)), len(path) - 1)
        step, above = path[depth], _at(chunk.document, path[:depth])
        if isinstance(above, list) and isinstance(step, int) and step >= len(above):
            path = [*path[:depth], step - len(above), *path[depth + 1 :]]
        elif _at(above, [step]) is not None:
            return chunk.start + _line_in(chunk.text, path)
    return text.count("\n") + 1


@lru_cache(maxsize=8)  # who looks for many paths cuts the same text each time
def _chunks(text: str) -> list[_Chunk]:
    """A document cut before each `[[table]]`, where what is cut off is a document too."""
    chunks: list[_Chunk] = []
    start, lines = 0, text.split("\n")
    for end in range(1, len(lines) + 1):
        if end < len(lines) and not lines[end].lstrip().startswith("[["):
            continue
        cut = "\n".join(lines[start:end])
        document = _read(cut)
        if document is not None:
            chunks.append(_Chunk(start, cut, document))
            start = end
    return chunks


def _line_in(text: str, path: Path) -> int:
    """As `line_of`, in one chunk: its first lines either parse, or break off within a value."""
    lines = text.split("\n")

    def told_by(count: int) -> bool:
        """Whether the shortest readable opening of so many lines or more has it."""
        openings = ("\n".join(lines[:end]) for end in range(count, len(lines)))
        documents = (_read(opening + rest) for opening in openings for rest in ("", "\n]"))
        document = next((found for found in documents if found is not None), None)
        return document is None or _at(document, path) is not None

    return bisect_left(range(1, len(lines) + 1), True, key=told_by) + 1


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _at(document: Any, path: Path) -> Any:
    """What a path leads to; None where it leads nowhere, as TOML knows no null."""
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document
