"""Files that are whole or not there, and not touched where nothing changes."""

from __future__ import annotations

import os
import re
from pathlib import Path

# How files at places of ours tell that they are: a template of the user's may say anything else.
_COMMENT = "<!-- Papertide -->\n"
_BLANK = "\n \n"  # where there can be no words: a line that nobody writes
_MARKS = {
    ".html": _COMMENT,
    ".xml": _COMMENT,
    ".opml": _COMMENT,
    ".txt": "# Papertide\n",
    ".js": "// Papertide\n",
}
# What a site had before it had catalogues, without marks.
_ELDER = re.compile(r"(\d{4}/\d\d/\d\d/)?(index\.html|edition\.md)|feed\.xml")


def write(file: Path, content: bytes) -> bool:
    """Make a file hold this, and tell whether it held anything else.

    A killed process leaves the old file or the new one. The partial file's name is always the same,
    so what a death leaves is overwritten by the next attempt.
    """
    return _replace(file, _held(file), content)


def _held(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _replace(file: Path, held: bytes | None, content: bytes) -> bool:
    if held == content:
        return False
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_bytes(content)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
    partial.replace(file)
    return True


def settle() -> None:
    """Have the disk hold all that was written, should the machine lose power."""
    os.sync()


class Folder:
    """A site's folder, with our files and perhaps some of the user's own beside them.

    In one of an elder site, what stands at the places that it had is ours.
    """

    def __init__(self, path: Path, *, elder: bool = False) -> None:
        self.path = path
        self._elder = elder
        self.changed = 0  # files
        self.own: list[str] = []  # files of the user's at places of ours, which stay

    def put(self, name: str, text: str) -> None:
        """Write a file by its way from the root, unless the user has one of their own there."""
        file = self.path / name
        mark, held = _MARKS.get(file.suffix, _BLANK).encode(), _held(file)
        ours = held is None or held.endswith(mark) or (self._elder and _ELDER.fullmatch(name))
        if not ours:
            self.own.append(name)
        else:
            self.changed += _replace(file, held, text.encode() + mark)
