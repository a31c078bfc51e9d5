"""A formula in MathML Core.

It is built as XML, so that nothing in a formula can become markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree.ElementTree import Element, tostring

from digest.latex.alphabets import lettered
from digest.latex.tables import LOW_LINE
from digest.latex.tree import Accent, Fraction, Node, Root, Row, Scripts, Sign

_PLAIN = ("", "upright", "italic")
_OPERATORS = {"-": "−", "*": "∗", "~": "∼"}
_OVER = {
    "\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0306": "˘",
    "\u0307": "˙", "\u0308": "¨", "\u030a": "˚", "\u030c": "ˇ", "\u20d7": "→", "\u20db": "⋯",
}  # fmt: skip


def markup(node: Node, source: str) -> str:
    """A formula as `<math>`, with its source as `alttext`."""
    return tostring(_element("math", _elements(node), alttext=source), encoding="unicode")


def _element(tag: str, children: Iterable[Element], **attributes: str) -> Element:
    element = Element(tag, attributes)
    element.extend(children)
    return element


def _leaf(tag: str, text: str, **attributes: str) -> Element:
    element = Element(tag, attributes)
    element.text = text
    return element


def _elements(node: Node) -> Iterator[Element]:
    """The parts of a row; the letters of an upright word as one."""
    parts = node.parts if isinstance(node, Row) else (node,)
    shown = (part for part in parts if not (isinstance(part, Sign) and part.kind == "space"))
    for upright, run in groupby(shown, _upright):
        if upright:
            text = "".join(sign.text for sign in run if isinstance(sign, Sign))
            yield _letter(Sign(text, "letter", "upright"))
            continue
        for part in run:
            yield _one(part)
            if _named(part):
                yield Element("mspace", width="0.2em")


def _upright(node: Node) -> bool:
    match node:
        case Sign(text, "letter", "upright"):
            return not text[0].isdecimal()
    return False


def _named(node: Node) -> bool:
    """Whether it is a function with a name, which stands apart from what it is of."""
    match node:
        case Scripts(base=base):
            return _named(base)
        case Sign(text, "function"):
            return text.isalpha()
    return False


def _one(node: Node) -> Element:
    """One element."""
    match node:
        case Sign():
            return _sign(node)
        case Row():
            parts = [*_elements(node)]
            return parts[0] if len(parts) == 1 else _element("mrow", parts)
        case Accent(body, mark) if mark == LOW_LINE:
            return _element("munder", [_one(body), _leaf("mo", "_")])
        case Accent(body, mark):
            return _element("mover", [_one(body), _leaf("mo", _OVER[mark])], accent="true")
    tag, children = _shape(node)
    return _element(tag, map(_one, children))


def _shape(node: Scripts | Fraction | Root) -> tuple[str, tuple[Node, ...]]:
    """The element of a formula's parts that stand in two dimensions, and those parts."""
    match node:
        case Fraction(above, below):
            return "mfrac", (above, below)
        case Root(body, degree):
            return ("mroot", (body, degree)) if degree else ("msqrt", (body,))
        case Scripts(base, below, above) if below and above:
            return "msubsup", (base, below, above)
        case Scripts(base, below, above):
            return ("msub", (base, below)) if below else ("msup", (base, above or Row()))


def _sign(sign: Sign) -> Element:
    match sign.kind:
        case "letter" | "symbol":
            return _letter(sign)
        case "text":
            return _leaf("mtext", sign.text.replace(" ", "\u00a0"))  # else lost at the edges
        case "space" | "gap":
            return Element("mspace", width="0.2em")
        case "function" if sign.text.isalpha():
            return _leaf("mi", sign.text)
    return _leaf("mo", _OPERATORS.get(sign.text, sign.text))


def _letter(sign: Sign) -> Element:
    text, alphabet = sign.text, sign.alphabet
    tag = "mn" if text[0].isdecimal() else "mi"
    if alphabet not in _PLAIN:
        return _leaf(tag, "".join(lettered(char, alphabet) for char in text))
    upright = tag == "mi" and alphabet == "upright" and len(text) == 1
    return _leaf(tag, text, **({"mathvariant": "normal"} if upright else {}))
