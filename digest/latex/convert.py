"""The conversion of a text that has LaTeX."""

from __future__ import annotations

import html
import re

from digest.latex.formula import parsed
from digest.latex.pieces import pieces
from digest.latex.plain import plain
from digest.latex.prose import Part, converted
from digest.latex.tree import Doubt

_BLANKS = re.compile(" {2,}")


def as_text(text: str) -> str:
    """A text in plain Unicode, its blanks single."""
    parts = [*converted(pieces(text)), ""]
    return _BLANKS.sub(" ", "".join(map(_text, parts, parts[1:]))).strip(" ")


def _text(part: Part, after: Part) -> str:
    if isinstance(part, str):
        return part
    followed = isinstance(after, str) and after[:1].isalnum()
    try:
        return plain(parsed(part.body), followed=followed)
    except Doubt:
        return part.source


def as_html(text: str) -> str:
    """A text as escaped words and formulas in MathML."""
    return "".join(map(_markup, converted(pieces(text))))


def _markup(part: Part) -> str:
    from digest.latex.markup import markup

    if isinstance(part, str):
        return html.escape(part)
    try:
        return markup(parsed(part.body), part.body)
    except Doubt:
        return html.escape(part.source)
