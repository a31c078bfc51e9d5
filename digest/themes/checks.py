"""Reading a taxonomy's tables so that every problem is named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from digest.errors import ConfigError

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: {error}"]) from None


class Checks:
    """Typed reading of one file's values; what is wrong gathers in `problems`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self._ids: set[str] = set()

    def problem(self, where: str, what: str) -> None:
        """Note what is wrong with a key."""
        self.problems.append(f"{self.name}: {where}: {what}")

    def raise_problems(self) -> None:
        """Raise ConfigError with all that was noted, if anything was."""
        if self.problems:
            raise ConfigError(self.problems)

    def tables(self, document: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each `[[key]]` with the words to name it by: its id, or its number where it has none."""
        found = document.get(key)
        if not isinstance(found, list) or not found:
            self.problem(key, f"at least one [[{key}]] is needed")
            return
        for number, table in enumerate(found, start=1):
            if isinstance(table, dict):
                yield f"{key}.{table.get('id', number)}", table
            else:
                self.problem(f"{key}.{number}", "must be a table")

    def keys(self, where: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        """Note keys there are not."""
        for key in sorted(table.keys() - known):
            self.problem(f"{where}.{key}".lstrip("."), f"no such key; known: {', '.join(known)}")

    def text(self, where: str, table: Mapping[str, Any], key: str, *, needed: bool = True) -> str:
        """A line of text; "" where it is absent or wrong."""
        value = table.get(key, "")
        if isinstance(value, str) and (value.strip() or not needed):
            return " ".join(value.split())
        self.problem(f"{where}.{key}", "must be a line of text")
        return ""

    def identifier(self, where: str, table: Mapping[str, Any]) -> str:
        """An id that can stand in a link, is not one of ours and not used before."""
        found = self.text(where, table, "id")
        if found and found in self._ids:
            self.problem(f"{where}.id", "is used twice, among groups and themes")
        self._ids.add(found)
        if found and (not _ID.fullmatch(found) or found == "also" or found.startswith("arxiv-")):
            self.problem(
                f"{where}.id",
                'must be lower-case letters and digits, parted by hyphens, and neither "also"'
                ' nor "arxiv-…"',
            )
        return found

    def number(self, where: str, table: Mapping[str, Any], key: str, default: float) -> float:
        """A number above 0."""
        value = table.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
            return float(value)
        self.problem(f"{where}.{key}".lstrip("."), "must be a number above 0")
        return default

    def texts(self, where: str, table: Mapping[str, Any], key: str) -> list[str]:
        """A list of lines of text, none if absent."""
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        self.problem(f"{where}.{key}".lstrip("."), 'must be a list of texts, such as ["web agent"]')
        return []
