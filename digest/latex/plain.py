"""A formula in plain Unicode."""

from __future__ import annotations

import re
import unicodedata

from digest.latex.alphabets import lettered
from digest.latex.tables import LOW_LINE, SUBSCRIPTS, SUPERSCRIPTS
from digest.latex.tree import Accent, Doubt, Fraction, Kind, Node, Root, Row, Scripts, Sign

_OPERANDS = ("letter", "symbol", "function", "text")
_STARTS = (None, "relation", "open", "point")  # where a minus is a sign, not an operation

_WORD = re.compile(r"[^\W\d_]{3,}")  # hard to read when raised
_SYMBOL = re.compile(r"\W")
_RAISED = "".join(SUPERSCRIPTS.values())
_LOWERED = "".join(SUBSCRIPTS.values())
_BARE = re.compile(rf"[+-]?(?:[^\W_{_RAISED}{_LOWERED}]|\.(?=\w))+")
_PRODUCT = re.compile(r"[^\s+\-±=<>/,;:|]*")
_SINGLE = rf"[^\W\d_][\u0300-\u036f]?[{_LOWERED}]*|\d+"
_ROOT = re.compile(_SINGLE)
_DIVISOR = re.compile(rf"[√∛∜]?(?:{_SINGLE})|[d∂]?(?:{_SINGLE})[{_RAISED}]*")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def plain(node: Node, *, followed: bool = False) -> str:
    """A formula as text, `followed` by a letter or digit or not. Raises Doubt."""
    match node:
        case Sign(text, _, alphabet):
            return _double_struck(text) if alphabet == "double-struck" else text
        case Row(parts):
            return _line(parts, followed)
        case Scripts(base, below, above):
            lower = _script(below, "_", SUBSCRIPTS, followed)
            upper = _script(above, "^", SUPERSCRIPTS, followed)
            marked = lower.startswith("_")  # nothing may stand behind it: 3.5^+1.1_-0.9, Hⁱ_dR
            return _base(base) + (upper + lower if marked else lower + upper)
        case Fraction(above, below):
            return f"{_grouped(above, _PRODUCT)}/{_grouped(below, _DIVISOR)}"
        case Root(body, degree):
            return _root(degree) + _grouped(body, _ROOT)
        case Accent(body, mark):
            return _accented(body, mark)


def _double_struck(char: str) -> str:
    """Every font has ℝ; few have the letters that came to Unicode later, nor other alphabets."""
    letter = lettered(char, "double-struck") if len(char) == 1 else char
    return letter if letter < "\U00010000" else char


def _line(parts: tuple[Node, ...], followed: bool) -> str:
    """Parts side by side, with the source's space where LaTeX means it."""
    line = _Line()
    end = Sign("", "letter" if followed else "other")
    for part, following in zip(parts, (*parts[1:], end), strict=False):
        line.add(part, following)
    return line.text + " " * line.gap


class _Line:
    """A line being written."""

    def __init__(self) -> None:
        self.text = ""
        self.gap = False  # a command asks for space here
        self._spaced = False  # the source has space here
        self._airy = False  # the relation just written has space around it
        self._last: Kind | None = None

    def add(self, part: Node, following: Node) -> None:
        """Write a part, given what follows it."""
        kind = _kind(part)
        if kind in ("space", "gap"):
            self._spaced = True
            self.gap |= kind == "gap"
            return
        text = plain(part, followed=_kind(following) in _OPERANDS)
        if isinstance(part, Fraction) and self._bound(following):
            text = f"({text})"
        if not text:
            return
        if self.gap or (self.text and self._apart(kind)):
            text = " " + text
        if kind == "relation":
            self._airy = self._spaced and self._last not in _STARTS
        self.text += text
        self.gap = self._spaced = False
        self._last = kind

    def _bound(self, following: Node) -> bool:
        """Whether a fraction's neighbours would take a part of it."""
        after = self._last in ("letter", "symbol", "text", "close") and not self._spaced
        before = _kind(following) in (*_OPERANDS, "open") or following == Sign("!", "other")
        return after or before or self.text.endswith(("/", "÷"))

    def _apart(self, kind: Kind) -> bool:
        last = self._last
        if last == "relation":
            return self._airy
        if kind == "function" and (last in _OPERANDS or last == "close"):
            return True
        if last == "function" and kind in _OPERANDS:
            return True
        if last == "open" or kind == "close":
            return False
        name_ended = last == "symbol" and kind in (*_OPERANDS, "open")
        return self._spaced and not name_ended


def _kind(node: Node) -> Kind:
    match node:
        case Sign(kind=kind):
            return kind
        case Scripts(base=base):
            kind = _kind(base)
            return "letter" if kind == "symbol" else kind
    return "letter"


def _base(node: Node) -> str:
    text = plain(node)
    return f"({text})" if isinstance(node, Fraction | Root) else text


def _script(node: Node | None, mark: str, raised: dict[str, str], followed: bool) -> str:
    if node is None:
        return ""
    text = plain(node).strip()
    tight = text.replace(" ", "")
    if not _WORD.search(tight) and all(char in raised for char in tight):
        return "".join(raised[char] for char in tight)
    if _SYMBOL.fullmatch(text) or (_BARE.fullmatch(text) and not followed):
        return mark + text
    return mark + _bracketed(text)


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\([^()]*\)", text) else f"({text})"


def _grouped(node: Node, single: re.Pattern[str]) -> str:
    text = plain(node)
    return text if single.fullmatch(text) else _bracketed(text)


def _root(degree: Node | None) -> str:
    text = plain(degree) if degree else ""
    if text not in _ROOTS:
        raise Doubt
    return _ROOTS[text]


def _accented(body: Node, mark: str) -> str:
    """An accent over one letter, which may have scripts; plain text has none over several."""
    match body:
        case Scripts(base, below, above) | Row((Scripts(base, below, above),)):
            return plain(Scripts(Accent(base, mark), below, above))
    text = plain(body)
    if len(text) > 1 and mark == LOW_LINE:
        return text  # underlined words
    if len(text) != 1:
        raise Doubt
    return unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(text, text) + mark)
