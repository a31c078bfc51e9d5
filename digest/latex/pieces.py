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
_WORD = re.compile(r"(?<![^\s(,;])[^\W\d_]{2,}(?![^\s),;.])")
_CURRENCY = re.compile(r"[/)]\s*[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: as it was written, and without its delimiters."""

    source: str
    body: str


def pieces(text: str) -> Iterator[str | Formula]:
    """The words and the formulas of a text, in order; joined, they are the text.

    A dollar is money, not the edge of a formula, where two stand before digits. It is money, too,
    before what looks in nothing like LaTeX and begins or ends with space, has two words, or goes on
    with another currency.
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
    wordy = body != body.strip(" ~") or len(_WORD.findall(body)) > 1 or _CURRENCY.match(body)
    return bool(wordy) and not _LATEX.search(body)
