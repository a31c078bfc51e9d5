"""The LaTeX of titles and abstracts: as plain Unicode, and as HTML with MathML.

A piece that cannot be converted without doubt stays as it was written, and only that piece.
"""

from __future__ import annotations

import html

# "&" first, as the others are written with it.
_SIGNS = [(sign, html.escape(sign)) for sign in "&<>\"'"]


def readable(text: str) -> str:
    r"""A one-line text with its LaTeX in plain Unicode; the same object where it has none.

    `PanGu-$\pi$` is `PanGu-π`; an unknown command or an unbalanced formula stays source. Never
    raises.
    """
    if not _marked(text):
        return text
    from digest.latex.convert import as_text

    return as_text(text)


def mathml(text: str) -> str:
    """A one-line text as HTML to be shown unescaped: formulas as `<math>`, the rest escaped.

    A formula carries its source as `alttext`; one in doubt is its escaped source. Never raises.
    """
    if not _marked(text):
        return escaped(text)
    from digest.latex.convert import as_html

    return as_html(text)


def escaped(text: str) -> str:
    """A text without LaTeX as HTML: as `html.escape`, which takes long where nothing is to do."""
    for sign, written in _SIGNS:
        if sign in text:
            text = text.replace(sign, written)
    return text


def _marked(text: str) -> bool:
    """Whether a text has what all LaTeX has."""
    return "\\" in text or "$" in text or "_{" in text or "^{" in text
