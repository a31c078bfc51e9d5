"""A formula as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind = Literal[
    "letter",  # or a digit
    "symbol",  # an operand that was a command: space after it only ended its name
    "relation",  # or an operation: between two operands
    "function",
    "text",
    "open",
    "close",
    "point",
    "other",
    "space",  # as the source has it
    "gap",  # asked for by a command
]


class Doubt(Exception):
    """A piece cannot be converted without doubt."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, word or space, in an alphabet: upright, italic, bold, script and so on."""

    text: str
    kind: Kind
    alphabet: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Parts side by side."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Scripts:
    """What stands below and above the end of a base."""

    base: Node
    below: Node | None = None
    above: Node | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """One over the other."""

    above: Node
    below: Node


@dataclass(frozen=True, slots=True)
class Root:
    """A root; a square root where it has no degree."""

    body: Node
    degree: Node | None


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over or under a body, given as the combining character."""

    body: Node
    mark: str


Node: TypeAlias = Sign | Row | Scripts | Fraction | Root | Accent


def row(parts: list[Node]) -> Node:
    """Parts side by side; one is itself, but scripts of a group do not meet those after it."""
    alone = len(parts) == 1 and not isinstance(parts[0], Scripts)
    return parts[0] if alone else Row(tuple(parts))
