"""The tokens of a formula, each read once."""

from __future__ import annotations

import re

from digest.latex.tree import Doubt

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|.", re.DOTALL)


class Tokens:
    """A formula's source: commands, runs of space, and single characters."""

    def __init__(self, source: str) -> None:
        self._all: list[str] = [*_TOKEN.findall(source), "", ""]  # nothing stands at the end
        self._at = 0

    @property
    def first(self) -> str:
        """The token to be read next; empty at the end."""
        return self._all[self._at]

    def take(self) -> str:
        """Read one token."""
        item = self._all[self._at]
        self._at += bool(item)
        return item

    def skip_space(self) -> None:
        """Read the space that comes next, if any."""
        if self.first.isspace():
            self._at += 1

    def number(self) -> str:
        """Read all digits of a number."""
        start = self._at
        while self.first.isdecimal() or (self.first == "." and self._all[self._at + 1].isdecimal()):
            self._at += 1
        return "".join(self._all[start : self._at])

    def argument(self) -> str:
        """Read an argument as it was written: a letter, a digit or a group. Raises Doubt."""
        self.skip_space()
        item = self.take()
        if item != "{":
            if not item.isalnum():
                raise Doubt
            return item
        start, depth = self._at, 1
        while depth:
            item = self.take()
            if not item:
                raise Doubt
            depth += (item == "{") - (item == "}")
        return "".join(self._all[start : self._at - 1])
