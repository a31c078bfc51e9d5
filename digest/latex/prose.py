"""The LaTeX of words: accents, fonts, signs, groups and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from digest.latex.pieces import Formula
from digest.latex.tables import (
    CLOSING,
    FUNCTIONS,
    LETTERS,
    NOTHING,
    OPENING,
    RELATIONS,
    SETS,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SWITCHES,
    SYMBOLS,
    TEXT_FONTS,
    WORDS,
)
from digest.latex.tree import Doubt
from digest.latex.typography import ACCENT, accented, typeset, unescaped

Part = str | Formula

# What would be an accent within a word or alone in braces: Ho\v rava, Ho{\v r}ava
_LONE = r"(?<![^\W\d_])(?!(?<=\{)\\[A-Za-z]\s+\\?[A-Za-z]\})\\[A-Za-z]\s"
_TOKEN = re.compile(
    rf"(?!{_LONE})(?:{ACCENT.pattern})|\\[A-Za-z]+\*?\s*|\\.|[{{}}]|[_^](?=\{{)"
    r"|(?:[^\\{}_^]|[_^](?!\{))+|\\",
    re.DOTALL,
)
_DEEPEST = 20
_LONGEST = 200  # tokens of a script

_FONTS = TEXT_FONTS | SWITCHES.keys()
_SIGNS = {**FUNCTIONS, **RELATIONS, **SYMBOLS, **OPENING, **CLOSING, **LETTERS, **WORDS}


def words(source: str) -> str:
    """Words inside a formula. Raises Doubt."""
    text = _source(converted([source]))
    if any(char in text for char in "\\{}$"):
        raise Doubt
    return text


def converted(parts: Iterable[Part]) -> list[Part]:
    """Words without their LaTeX, formulas as they are; what is in doubt is as it was written."""
    tokens: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            tokens += [token[0] for token in _TOKEN.finditer(unescaped(part))]
        else:
            tokens.append(part)
    reader = _Reader(tokens)
    reader.read(len(tokens))
    return reader.out


class _Reader:
    """Reads from left to right, each token once."""

    def __init__(self, tokens: list[Part]) -> None:
        self.out: list[Part] = []
        self._tokens = tokens
        ends = _ends(tokens)
        self._ends = {at: end for at, end in ends.items() if tokens[at] == "{"}
        self._environments = {at: end for at, end in ends.items() if tokens[at] != "{"}
        self._at = 0
        self._depth = 0

    def read(self, end: int) -> None:
        """Write what the tokens up to `end` mean."""
        while self._at < end:
            item = self._tokens[self._at]
            self._at += 1
            if isinstance(item, Formula):
                self.out.append(item)
            elif item == "{":
                self._group(self._at - 1)
            elif item in ("_", "^"):
                self._script(item)
            elif item[0] == "\\":
                self._command(item)
            else:
                self.out.append(typeset(item))

    def _group(self, opening: int) -> None:
        """A group that begins with a command is there for its sake; other braces are text."""
        first = self._tokens[self._at] if opening in self._ends else ""
        if isinstance(first, str) and _known(first):
            self._inside(opening)
        else:
            self.out.append("{")

    def _inside(self, opening: int) -> None:
        """Write the content of a group."""
        end = self._ends[opening]
        if self._depth == _DEEPEST:
            self._raw(opening, end + 1)
            return
        self._at = opening + 1
        self._depth += 1
        self.read(end)
        self._depth -= 1
        self._at = end + 1

    def _raw(self, start: int, end: int) -> None:
        """Write the source of some tokens."""
        self.out.append(_source(self._tokens[start:end]))
        self._at = end

    def _command(self, item: str) -> None:
        name = _name(item)
        if accent := ACCENT.fullmatch(item):
            self.out.append(accented(accent))
        elif name in SPACES:
            self.out.append(" ")
        elif name in _SIGNS:
            self._sign(name, item[1 + len(name) :])
        elif name in _FONTS and self._at in self._ends:
            self._inside(self._at)
        elif name not in SWITCHES and name not in NOTHING:
            self._construct(name)

    def _sign(self, name: str, space: str) -> None:
        self.out.append(_SIGNS[name])
        if self._ends.get(self._at) == self._at + 1:
            self._at += 2  # {}, which ends a name
        elif name not in LETTERS and not name.startswith("text"):
            self.out.append(space)

    def _script(self, mark: str) -> None:
        """A script in braces is a formula's, if it has none itself."""
        end = self._ends.get(self._at, self._at)
        group = self._tokens[self._at : min(end, self._at + _LONGEST)]
        if 0 < len(group) < _LONGEST and all(isinstance(token, str) for token in group):
            self._formula(self._at - 1, end + 1)
        else:
            self.out.append(mark)

    def _formula(self, start: int, end: int) -> None:
        """Hand on some tokens as a formula that its author gave no dollars."""
        source = _source(self._tokens[start:end])
        self.out.append(Formula(source, source))
        self._at = end

    def _construct(self, name: str) -> None:
        """A command with arguments; an unknown one may be a formula's, else is source."""
        start = at = self._at - 1
        arguments: list[int] = []
        while at + 1 in self._ends:
            arguments.append(at + 1)
            at = self._ends[at + 1]
        write = _CONSTRUCTS.get((name, len(arguments)))
        if write:
            write(self, *arguments)
            self._at = at + 1
        elif arguments and start not in self._environments and name not in SETS:
            self._formula(start, at + 1)
        else:
            self._raw(start, self._environments.get(start, at) + 1)

    def link(self, address: int, shown: int) -> None:
        """A link's text, and its address where that is something else."""
        before = len(self.out)
        self._inside(shown)
        if _source(self.out[before:]) != self._between(address):
            self.out.append(f" ({self._between(address)})")

    def bare(self, argument: int) -> None:
        """An argument as it stands."""
        self.out.append(self._between(argument))

    def cited(self, argument: int) -> None:
        """A reference to literature."""
        self.out.append(f"[{self._between(argument)}]")

    def bracketed(self, argument: int) -> None:
        """An aside."""
        self.out.append("(")
        self._inside(argument)
        self.out.append(")")

    def second(self, _: int, argument: int) -> None:
        """What is shown, after how."""
        self._inside(argument)

    def both(self, first: int, second: int) -> None:
        """Two words."""
        self._inside(first)
        self.out.append(" ")
        self._inside(second)

    def above(self, argument: int) -> None:
        """Raised letters."""
        self._raise(argument, SUPERSCRIPTS, "^")

    def below(self, argument: int) -> None:
        """Lowered letters."""
        self._raise(argument, SUBSCRIPTS, "_")

    def _raise(self, argument: int, raised: dict[str, str], mark: str) -> None:
        before = len(self.out)
        self._inside(argument)
        text = _source(self.out[before:])
        if all(char in raised for char in text):
            self.out[before:] = [raised[char] for char in text]
        else:
            self.out[before:before] = [f"{mark}("]
            self.out.append(")")

    def _between(self, opening: int) -> str:
        return _source(self._tokens[opening + 1 : self._ends[opening]])


_CONSTRUCTS: dict[tuple[str, int], Callable[..., None]] = {
    ("href", 2): _Reader.link,
    ("href", 1): _Reader.bare,
    ("url", 1): _Reader.bare,
    ("ref", 1): _Reader.bare,
    ("cite", 1): _Reader.cited,
    ("citep", 1): _Reader.cited,
    ("citet", 1): _Reader.cited,
    ("eqref", 1): _Reader.bracketed,
    ("footnote", 1): _Reader.bracketed,
    ("textcolor", 2): _Reader.second,
    ("texorpdfstring", 2): _Reader.second,
    ("ion", 2): _Reader.both,
    ("textsuperscript", 1): _Reader.above,
    ("textsubscript", 1): _Reader.below,
}


def _name(item: str) -> str:
    return item[1:].rstrip() or item[1:]


def _known(item: str) -> bool:
    name = _name(item)
    return item[:1] == "\\" and bool(name in _FONTS or name in _SIGNS or ACCENT.fullmatch(item))


def _ends(tokens: list[Part]) -> dict[int, int]:
    """Where each group and each environment that is closed ends, by where it begins."""
    ends: dict[int, int] = {}
    unclosed: list[int] = []
    for at, item in enumerate(tokens):
        if item in ("{", r"\begin"):
            unclosed.append(at)
        elif item == "}":
            while unclosed and tokens[unclosed[-1]] != "{":
                unclosed.pop()
            if unclosed:
                ends[unclosed.pop()] = at
        elif item == r"\end" and unclosed and tokens[unclosed[-1]] == r"\begin":
            ends[unclosed.pop()] = at
    return ends


def _source(parts: list[Part]) -> str:
    return "".join(part.source if isinstance(part, Formula) else part for part in parts)
