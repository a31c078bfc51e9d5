"""Files of readers' data that are there whole or not at all, for their owner alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import StoreError, UsageError
from digest.failpoint import failpoint


@contextmanager
def whole_file(file: Path, *, replace: bool) -> Iterator[Path]:
    """A file to write beside `file`, which takes its name at the end, once it is on the disk.

    Raises UsageError where there is such a file and it is not to be replaced, StoreError where
    none can be written. What a death leaves is written over the next time.
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder: name a file in it")
    if file.exists() and not replace:
        raise UsageError(f"{file} exists: name another, or replace it by --force")
    part = file.with_name(f"{file.name}.part")
    try:
        number = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(number, "r+b") as held:
            _begin(held.fileno(), part)
            try:
                yield part
                os.fsync(held.fileno())
                failpoint("before-rename")
                part.replace(file)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        sync(file.parent)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}") from error


def _begin(number: int, part: Path) -> None:
    """Take the file, and empty it of what a death left."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(f"another program is writing {part}; try again later") from None
    os.fchmod(number, 0o600)
    os.ftruncate(number, 0)


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, last."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
