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
    STATES,
    SWITCHES,
    SYMBOLS,
    TEXT_ACCENTS,
    TEXT_FONTS,
)
from digest.latex.tokens import Tokens
from digest.latex.tree import Accent, Doubt, Fraction, Kind, Node, Root, Row, Scripts, Sign, row

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
    return Row(tuple(_Reader(source).parts("")))


class _Reader:
    """Reads from left to right, each token once."""

    def __init__(self, source: str) -> None:
        self._tokens = Tokens(source)
        self._depth = 0
        self._alphabet = ""

    def parts(self, end: str) -> list[Node]:
        """What stands before the token `end`, which is read too; the empty one is the last."""
        alphabet = self._alphabet
        self._deeper()
        parts: list[Node] = []
        while (item := self._tokens.take()) != end:
            if item == r"\over":
                parts = [Fraction(row(parts), row(self.parts(end)))]
                break
            self._add(item, parts)
        self._depth -= 1
        self._alphabet = alphabet
        return parts

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Doubt

    def _add(self, item: str, parts: list[Node]) -> None:
        name = item[1:]
        if item in ("_", "^", "'"):
            self._script(item, parts)
        elif item.isdecimal():
            parts.append(Sign(item + self._tokens.number(), "letter", self._alphabet))
        elif name in SWITCHES:
            self._alphabet = SWITCHES[name] or self._alphabet
            self._tokens.skip_space()
        elif name in ("label", "tag"):
            self._tokens.argument()
        elif name not in NOTHING:
            parts.append(self._atom(item))

    def _script(self, mark: str, parts: list[Node]) -> None:
        while parts and _is(parts[-1], "space"):
            parts.pop()
        alone = not parts or _is(parts[-1], "gap")
        last = Row() if alone else parts.pop()
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
        self._tokens.skip_space()
        first = self._tokens.first
        node = self._argument()
        if first.isdecimal() and self._tokens.first.isdecimal():
            raise Doubt  # 10^12: the source says 10¹2, its author hardly
        return node

    def _argument(self) -> Node:
        self._deeper()
        self._tokens.skip_space()
        node = self._atom(self._tokens.take())
        self._depth -= 1
        return node

    def _atom(self, item: str) -> Node:
        if item == "{":
            return row(self.parts("}"))
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
        parts = prose.converted(pieces(self._tokens.argument()))
        return row(
            [
                Sign(prose.words(part), "text") if isinstance(part, str) else parsed(part.body)
                for part in parts
            ]
        )

    def coloured(self, _: str) -> Node:
        """Words, whose colour is left out."""
        self._tokens.argument()
        return self.words("")

    def linked(self, _: str) -> Node:
        """A link."""
        address, shown = self._tokens.argument(), self._tokens.argument()
        return Sign(prose.words(rf"\href{{{address}}}{{{shown}}}"), "text")

    def named(self, _: str) -> Node:
        """A function that the author named."""
        return Sign(prose.words(self._tokens.argument()), "function")

    def fraction(self, _: str) -> Node:
        """One over the other."""
        return Fraction(self._argument(), self._argument())

    def choice(self, _: str) -> Node:
        """So many of so many."""
        chosen = [self._argument(), Sign(" choose ", "text"), self._argument()]
        return Row((Sign("(", "open"), *chosen, Sign(")", "close")))

    def modulus(self, _: str) -> Node:
        """What a congruence holds by."""
        inner = (Sign("mod", "function"), self._argument())
        return Row((Sign(" ", "gap"), Sign("(", "open"), *inner, Sign(")", "close")))

    def state(self, name: str) -> Node:
        """A vector of quantum mechanics."""
        before, after = STATES[name]
        return Row((Sign(before, "open"), self._argument(), Sign(after, "close")))

    def stacked(self, name: str) -> Node:
        """A relation or function with something over or under it."""
        script, base = self._argument(), self._argument()
        if not (_is(base, "relation") or _is(base, "function")):
            raise Doubt
        return Scripts(base, below=script) if name == "underset" else Scripts(base, above=script)

    def root(self, _: str) -> Node:
        """A root, its degree in brackets."""
        self._tokens.skip_space()
        degree = None
        if self._tokens.first == "[":
            self._tokens.take()
            degree = row(self.parts("]"))
        return Root(self._argument(), degree)

    def delimiter(self, name: str) -> Node:
        """A bracket of some size; a point is none."""
        self._tokens.skip_space()
        if self._tokens.first == ".":
            self._tokens.take()
            return Row()
        node = self._argument()
        if not isinstance(node, Sign):
            raise Doubt
        return replace(node, kind=_SIDES.get(name, node.kind))

    def character(self, _: str) -> Node:
        r"""The character that MathJax's `\unicode{x2013}` names."""
        digits = self._tokens.argument()
        char = chr(int(digits[1:], 16)) if re.fullmatch("x[0-9A-Fa-f]{2,5}", digits) else ""
        if not char.isprintable() or not char:
            raise Doubt
        return Sign(char, "other")

    def skip(self, _: str) -> Node:
        """Space of some width."""
        self._tokens.argument()
        return Sign(" ", "gap")


_CONSTRUCTS: dict[str, Callable[[_Reader, str], Node]] = {
    **dict.fromkeys(SWITCHES, _Reader.styled),
    **dict.fromkeys(MATH_FONTS, _Reader.styled),
    **dict.fromkeys(TEXT_ACCENTS, _Reader.composed),
    **dict.fromkeys(MATH_ACCENTS, _Reader.accented),
    **dict.fromkeys(TEXT_FONTS - MATH_ACCENTS.keys(), _Reader.words),
    **dict.fromkeys(SIZES, _Reader.delimiter),
    **dict.fromkeys(FRACTIONS, _Reader.fraction),
    "not": _Reader.composed,
    **dict.fromkeys(STATES, _Reader.state),
    **dict.fromkeys(("stackrel", "overset", "underset"), _Reader.stacked),
    "binom": _Reader.choice,
    "pmod": _Reader.modulus,
    "sqrt": _Reader.root,
    "operatorname": _Reader.named,
    "operatorname*": _Reader.named,
    "unicode": _Reader.character,
    "hspace": _Reader.skip,
    "textcolor": _Reader.coloured,
    "href": _Reader.linked,
}


def _is(node: Node, kind: Kind) -> bool:
    return isinstance(node, Sign) and node.kind == kind


def _beside(before: Node | None, node: Node) -> Node:
    if before is None:
        return node
    return Row((*(before.parts if isinstance(before, Row) else (before,)), node))
