"""What is remembered of troubles: in the journal, or in a small file where there is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.ports import Journal


class Remembered:
    """What the journal keeps for a newsletter."""

    def __init__(self, journal: Journal, newsletter: str) -> None:
        self._journal = journal
        self._newsletter = newsletter

    def read(self) -> str:
        """What it is. Raises StoreError."""
        return self._journal.told(self._newsletter)

    def revise(self, rule: Callable[[str], str]) -> None:
        """Change it, in one transaction. Raises StoreError."""
        self._journal.revise_told(self._newsletter, rule)


class FileMemory:
    """A file that is there only while there is something to remember.

    It is for a database that cannot remember its own trouble. Where it cannot be written, as on a
    full disk, nothing is remembered.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        """What it holds."""
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def revise(self, rule: Callable[[str], str]) -> None:
        """Write it anew, whole or not at all."""
        text = rule(self.read())
        with suppress(OSError):
            if not text:
                self._path.unlink(missing_ok=True)
                return
            new = self._path.with_name(f"{self._path.name}.new")
            new.write_text(text, encoding="utf-8")
            new.replace(self._path)
