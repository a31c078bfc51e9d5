"""A text as words and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FORMULA = re.compile(
    r"\\[\\$]"  # what only looks like the edge of one
    r"|\$\$((?:[^$\\]|\\.|\$(?!\$))++)\$\$"
    r"|\\\[((?:[^\\]|\\[^\[\]])++)\\\]"
    r"|\\\(((?:[^\\]|\\[^()])++)\\\)"
    r"|\$((?:[^$\\]|\\.)++)\$",
    re.DOTALL,
)
_LATEX = re.compile(r"[\\^_={}<>]|^ *[^\W\d] *$")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: as it was written, and without its delimiters."""

    source: str
    body: str


def pieces(text: str) -> Iterator[str | Formula]:
    """The words and the formulas of a text, in order; joined, they are the text.

    A dollar is money, not the edge of a formula, where two stand before digits, and where space
    stands inside the edges of what looks in nothing like LaTeX.
    """
    start = at = 0
    while found := _FORMULA.search(text, at):
        body = next(filter(None, found.groups()), "")
        if not body:
            at = found.end()
        elif found[4] and _money(text, found):
            at = found.start() + 1
        else:
            if found.start() > start:
                yield text[start : found.start()]
            yield Formula(found[0], body)
            start = at = found.end()
    if start < len(text):
        yield text[start:]


def _money(text: str, found: re.Match[str]) -> bool:
    body = found[4]
    if body[0].isdigit() and text[found.end() : found.end() + 1].isdigit():
        return True
    return body != body.strip(" ~") and not _LATEX.search(body)
