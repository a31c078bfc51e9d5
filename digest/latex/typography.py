"""The typewriter's habits in LaTeX: accents, ties, dashes and quotation marks."""

from __future__ import annotations

import re
import unicodedata

from digest.latex.tables import TEXT_ACCENTS

# An accent with its letter, in braces or not: \'e \"{o} \c{c} \'\i Ho\v rava \`{\^a}
_MARK = r"\\(?:[`'^\"~=.]\s*|[uvHcdbkr](?:\s+|(?=[{\\])))"
_LETTER = r"(?:\\[ij](?![A-Za-z])(?:\s+|\{\})?|[A-Za-z])"
_ONE = rf"{_MARK}(?:\{{\s*{_LETTER}\s*\}}|{_LETTER})"
ACCENT = re.compile(rf"{_ONE}|{_MARK}\{{{_ONE}\}}")

_APOSTROPHE = re.compile(r"\\'(?<=[A-Za-z]\\')(?=s\b)")  # escaped for no need
_QUOTED = re.compile(r"``([^`']*(?:'[^`']+)*)''")
_TIE = re.compile(
    r"~(?:(?<![\s~].)(?=[^\W\d]|$)"
    r"|(?:(?<=[^\W_][^\W\d_]~)|(?<=\w[.,;]~))(?=\d))"  # NGC~55; but z~5 says "about"
)
_DASH = re.compile(r"(?<=\s)---?(?=\s)|(?<![\s-])---?(?![\s-])")
_DASHES = {"--": "–", "---": "—"}


def unescaped(text: str) -> str:
    """A text whose apostrophes are not accents over an s."""
    return _APOSTROPHE.sub("'", text)


def accented(accent: re.Match[str]) -> str:
    """The letter of a match of `ACCENT`; the source where Unicode has none."""
    *marks, letter = re.findall(r"\\?[^\\\s{}]", accent[0])
    composed = letter[-1] + "".join(TEXT_ACCENTS[mark[1]] for mark in reversed(marks))
    composed = unicodedata.normalize("NFC", composed)
    return composed if len(composed) == 1 else accent[0]


def typeset(words: str) -> str:
    """Words with their ties as spaces, and with real dashes and quotation marks."""
    words = _TIE.sub(" ", _QUOTED.sub(r"“\1”", words))
    return _DASH.sub(lambda dash: _DASHES[dash[0]], words) if "--" in words else words
