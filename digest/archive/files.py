"""Files that are whole or not there, and not touched where nothing changes."""

from __future__ import annotations

import os
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Make a file hold `content`; a death leaves the old file or the new one."""
    partial = stage(file, content)
    if partial:
        partial.replace(file)


def stage(file: Path, content: bytes) -> Path | None:
    """The content in a file beside `file`, ready to replace it; None where that holds it already.

    The name is always the same, so what a death leaves is overwritten by the next attempt.
    """
    if file.is_file() and file.read_bytes() == content:
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return partial
