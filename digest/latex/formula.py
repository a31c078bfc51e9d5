"""The reading of a formula's source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from digest.latex import prose
from digest.latex.pieces import pieces
from digest.latex.tables import (
    CLOSING,
    FRACTIONS,
    FUNCTIONS,
    MATH_ACCENTS,
    MATH_FONTS,
    NOTHING,
    OPENING,
    RELATIONS,
    SETS,
    SIZES,
    SPACES,
    SWITCHES,
    SYMBOLS,
    TEXT_ACCENTS,
    TEXT_FONTS,
)
from digest.latex.tree import Accent, Doubt, Fraction, Kind, Node, Root, Row, Scripts, Sign, row

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|.", re.DOTALL)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not in XML
_LONGEST = 2000  # what is longer is no formula within a line
_DEEPEST = 20

_KINDS: dict[str, Kind] = {
    **dict.fromkeys("=<>+-", "relation"),
    **dict.fromkeys("([", "open"),
    **dict.fromkeys(")]", "close"),
    **dict.fromkeys(",;:", "point"),
    **dict.fromkeys(" \t\n\r", "space"),
    "~": "gap",
}

_SIDES: dict[str, Kind] = {"left": "open", "right": "close"}
_SIGNS: tuple[tuple[Kind, dict[str, str]], ...] = (
    ("relation", RELATIONS), ("function", FUNCTIONS), ("open", OPENING), ("close", CLOSING),
    ("symbol", SETS), ("gap", dict.fromkeys(SPACES, " ")),
)  # fmt: skip


def parsed(source: str) -> Node:
    """The tree of a formula that is given without its delimiters. Raises Doubt."""
    if len(source) > _LONGEST or _UNWRITABLE.search(source):
        raise Doubt
    return _Reader(source).row("")


class _Reader:
    """Reads from left to right, each token once."""

    def __init__(self, source: str) -> None:
        self._tokens = [*_TOKEN.findall(source), ""]  # nothing stands at the end
        self._at = 0
        self._depth = 0
        self._alphabet = ""

    def row(self, end: str) -> Node:
        """What stands before the token `end`, which is read too; the empty one is the last."""
        alphabet = self._alphabet
        self._deeper()
        parts: list[Node] = []
        while (item := self._next()) != end:
            if item == r"\over":
                parts = [Fraction(row(parts), self.row(end))]
                break
            self._add(item, parts)
        self._depth -= 1
        self._alphabet = alphabet
        return row(parts)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Doubt

    def _next(self) -> str:
        item: str = self._tokens[self._at]
        self._at += bool(item)
        return item

    def _skip_space(self) -> None:
        while self._tokens[self._at].isspace():
            self._at += 1

    def _add(self, item: str, parts: list[Node]) -> None:
        name = item[1:]
        if item in ("_", "^", "'"):
            self._script(item, parts)
        elif name in SWITCHES:
            self._alphabet = SWITCHES[name] or self._alphabet
            self._skip_space()
        elif name == "label":
            self._raw()
        elif name not in NOTHING:
            parts.append(self._atom(item))

    def _script(self, mark: str, parts: list[Node]) -> None:
        while parts and isinstance(parts[-1], Sign) and parts[-1].kind == "space":
            parts.pop()
        last = parts.pop() if parts else Row()
        base = last if isinstance(last, Scripts) else Scripts(last)
        if mark == "_":
            if base.below:
                raise Doubt
            base = replace(base, below=self._script_argument())
        else:
            more = Sign("′", "letter") if mark == "'" else self._script_argument()
            base = replace(base, above=_beside(base.above, more))
        parts.append(base)

    def _script_argument(self) -> Node:
        node = self._argument()
        if isinstance(node, Sign) and node.text.isdigit() and self._tokens[self._at].isdigit():
            raise Doubt  # 10^12: the source says 10¹2, its author hardly
        return node

    def _argument(self) -> Node:
        self._deeper()
        self._skip_space()
        node = self._atom(self._next())
        self._depth -= 1
        return node

    def _atom(self, item: str) -> Node:
        if item == "{":
            return self.row("}")
        if item in ("", "}", "$", "\\", "_", "^", "&"):
            raise Doubt
        if item[0] == "\\":
            return self._command(item[1:])
        if item.isalnum():
            return Sign(item, "letter", self._alphabet)
        return Sign(" " if item.isspace() or item == "~" else item, _KINDS.get(item[0], "other"))

    def _command(self, name: str) -> Node:
        if name in SYMBOLS:
            return Sign(SYMBOLS[name], "symbol" if name.isalpha() else "letter", self._alphabet)
        for kind, signs in _SIGNS:
            if name in signs:
                return Sign(signs[name], kind)
        if name not in _CONSTRUCTS:
            raise Doubt
        return _CONSTRUCTS[name](self, name)

    def styled(self, name: str) -> Node:
        """Letters of an alphabet."""
        before, alphabet = self._alphabet, MATH_FONTS.get(name) or SWITCHES.get(name)
        self._alphabet = alphabet or before
        node = self._argument()
        self._alphabet = before
        return node

    def accented(self, name: str) -> Node:
        """A mark over a letter or more."""
        return Accent(self._argument(), MATH_ACCENTS[name])

    def composed(self, name: str) -> Node:
        """A letter with its accent, or a negated relation."""
        node = self._argument()
        mark = TEXT_ACCENTS.get(name, "\u0338")
        if not isinstance(node, Sign):
            raise Doubt
        text = unicodedata.normalize("NFC", node.text + mark)
        if len(text) != 1:
            raise Doubt
        return replace(node, text=text)

    def words(self, _: str) -> Node:
        """Words, which may have formulas of their own."""
        parts = prose.converted(pieces(self._raw()))
        return row(
            [
                Sign(prose.words(part), "text") if isinstance(part, str) else parsed(part.body)
                for part in parts
            ]
        )

    def coloured(self, _: str) -> Node:
        """Words, whose colour is left out."""
        self._raw()
        return self.words("")

    def linked(self, _: str) -> Node:
        """A link."""
        return Sign(prose.words(rf"\href{{{self._raw()}}}{{{self._raw()}}}"), "text")

    def named(self, _: str) -> Node:
        """A function that the author named."""
        return Sign(prose.words(self._raw()), "function")

    def fraction(self, _: str) -> Node:
        """One over the other."""
        return Fraction(self._argument(), self._argument())

    def root(self, _: str) -> Node:
        """A root, its degree in brackets."""
        self._skip_space()
        degree = None
        if self._tokens[self._at] == "[":
            self._next()
            degree = self.row("]")
        return Root(self._argument(), degree)

    def delimiter(self, name: str) -> Node:
        """A bracket of some size; a point is none."""
        self._skip_space()
        if self._tokens[self._at] == ".":
            self._next()
            return Row()
        node = self._argument()
        if not isinstance(node, Sign):
            raise Doubt
        return replace(node, kind=_SIDES.get(name, node.kind))

    def character(self, _: str) -> Node:
        r"""The character that MathJax's `\unicode{x2013}` names."""
        digits = self._raw()
        char = chr(int(digits[1:], 16)) if re.fullmatch("x[0-9A-Fa-f]{2,5}", digits) else ""
        if not char.isprintable() or not char:
            raise Doubt
        return Sign(char, "other")

    def skip(self, _: str) -> Node:
        """Space of some width."""
        self._raw()
        return Sign(" ", "gap")

    def _raw(self) -> str:
        """The source of an argument."""
        self._skip_space()
        item = self._next()
        if item != "{":
            if not item.isalnum():
                raise Doubt
            return item
        start, depth = self._at, 1
        while depth:
            item = self._next()
            if not item:
                raise Doubt
            depth += (item == "{") - (item == "}")
        return "".join(self._tokens[start : self._at - 1])


_CONSTRUCTS: dict[str, Callable[[_Reader, str], Node]] = {
    **dict.fromkeys(SWITCHES, _Reader.styled),
    **dict.fromkeys(MATH_FONTS, _Reader.styled),
    **dict.fromkeys(TEXT_ACCENTS, _Reader.composed),
    **dict.fromkeys(MATH_ACCENTS, _Reader.accented),
    **dict.fromkeys(TEXT_FONTS - MATH_ACCENTS.keys(), _Reader.words),
    **dict.fromkeys(SIZES, _Reader.delimiter),
    **dict.fromkeys(FRACTIONS, _Reader.fraction),
    "not": _Reader.composed,
    "sqrt": _Reader.root,
    "operatorname": _Reader.named,
    "operatorname*": _Reader.named,
    "unicode": _Reader.character,
    "hspace": _Reader.skip,
    "textcolor": _Reader.coloured,
    "href": _Reader.linked,
}


def _beside(before: Node | None, node: Node) -> Node:
    if before is None:
        return node
    return Row((*(before.parts if isinstance(before, Row) else (before,)), node))
