"""Numbers in words."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """A number with its noun, which takes an s: "1 paper", "1,204 papers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
