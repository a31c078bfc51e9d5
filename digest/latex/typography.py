"""The typewriter's habits in LaTeX: accents, ties, dashes and quotation marks."""

from __future__ import annotations

import re
import unicodedata

from digest.latex.tables import TEXT_ACCENTS

# An accent with its letter, in braces or not: \'e \"{o} \c{c} \'\i Ho\v rava
_BASE = r"(?:\{\s*(?:\\([ij])|([A-Za-z]))\s*\}|\\([ij])(?![A-Za-z])(?:\s+|\{\})?|([A-Za-z]))"
ACCENT = re.compile(rf"\\(?:([`'^\"~=.])\s*|([uvHcdbkr])(?:\s+|(?=[{{\\]))){_BASE}")

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
    mark, letter = filter(None, accent.groups())
    composed = unicodedata.normalize("NFC", letter + TEXT_ACCENTS[mark])
    return composed if len(composed) == 1 else accent[0]


def typeset(words: str) -> str:
    """Words with their ties as spaces, and with real dashes and quotation marks."""
    words = _TIE.sub(" ", _QUOTED.sub(r"“\1”", words))
    return _DASH.sub(lambda dash: _DASHES[dash[0]], words) if "--" in words else words
