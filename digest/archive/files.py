"""Files that are whole or not there, and not touched where nothing changes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from filecmp import cmp
from pathlib import Path


def write(file: Path, pieces: Iterable[bytes]) -> None:
    """Make a file hold these pieces; a death leaves the old file or the new one."""
    partial = stage(file, pieces)
    if partial:
        partial.replace(file)


def stage(file: Path, pieces: Iterable[bytes]) -> Path | None:
    """The pieces in a file beside `file`, ready to replace it; None where that holds them already.

    The name is always the same, so what a death leaves is overwritten by the next attempt.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    with partial.open("wb") as stream:
        stream.writelines(pieces)
        stream.flush()
        if file.is_file() and cmp(file, partial, shallow=False):
            partial.unlink()
            return None
        os.fsync(stream.fileno())
    return partial
