"""Reading a taxonomy's tables so that every problem is named at once, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from digest.config.hints import hint
from digest.errors import ConfigError
from digest.themes.lines import line_of

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Layer(NamedTuple):
    """A TOML text with themes in it."""

    name: str  # for errors, and for the taxonomy's version
    text: str
    under: str = ""  # the table that the themes are in; "" for the whole document
    own: bool = False  # the user's, not ours


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a layer, the problems of all its tables, and how this one is called."""

    layer: Layer
    problems: list[str]
    data: dict[str, Any]
    path: tuple[str | int, ...] = ()
    called: str = ""  # "theme.agents"

    def name_of(self, *parts: str) -> str:
        """What something in this table is called."""
        return ".".join(filter(None, [self.called, *parts]))

    def problem(self, key: str, what: str, number: int | None = None) -> None:
        """Note what is wrong with a key, or with one item of its list, or ("") with all of it."""
        path = [*self.path, *([key] if key else []), *([] if number is None else [number])]
        line = line_of(self.layer.text, path)
        called = "".join(filter(str.isprintable, self.name_of(key)))
        self.problems.append(f"{self.layer.name}, line {line}: {called}: {what}")

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Note keys there are not."""
        for key in self.data:
            if key not in known:
                self.problem(key, f"there is no such key{hint(key, known)}")

    def tables(self, key: str) -> Iterator[Table]:
        """Each `[[key]]`, called by its id, or its number where it has none."""
        found = self.data.get(key, [])
        instead = f"must be tables: write [[{self.name_of(key)}]]"
        if not isinstance(found, list):
            self.problem(key, instead)
            return
        for place, data in enumerate(found):
            if isinstance(data, dict):
                called = self.name_of(key, shown(data.get("id")) or str(place + 1))
                yield Table(self.layer, self.problems, data, (*self.path, key, place), called)
            else:
                self.problem(key, instead, place)

    def table(self, key: str) -> Table:
        """A table within this one, empty where it is absent or wrong."""
        data = self.data.get(key, {})
        if not isinstance(data, dict):
            self.problem(key, "must be a table")
            data = {}
        return Table(self.layer, self.problems, data, (*self.path, key), self.name_of(key))

    def text(self, key: str, default: str = "") -> str:
        """A line of text, which says something where it is given."""
        if key not in self.data:
            return default
        if found := shown(self.data[key]):
            return found
        self.problem(key, "must be a line of text")
        return default

    def number(self, key: str, default: float) -> float:
        """A number above 0."""
        value = self.data.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
            return float(value)
        self.problem(key, "must be a number above 0")
        return default

    def texts(self, key: str) -> list[str]:
        """A list of texts, none if absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.problem(key, 'must be a list of texts, such as ["web agent"]')
            return []
        wrong = [number for number, item in enumerate(value) if not isinstance(item, str)]
        for number in wrong:
            self.problem(key, "must be a text in quotes", number)
        return [] if wrong else value


def shown(value: object) -> str:
    """A text that can be shown on one line; "" where a value is none."""
    line = " ".join(value.split()) if isinstance(value, str) else ""
    return "" if _CONTROLS.search(line) else line


def read(layer: Layer, problems: list[str]) -> Table:
    """The table of a layer that its themes are in. Raises ConfigError where it is no TOML."""
    try:
        table = Table(layer, problems, tomllib.loads(layer.text))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        raise ConfigError([f"{layer.name}: {error}"]) from None
    return table.table(layer.under) if layer.under else table
