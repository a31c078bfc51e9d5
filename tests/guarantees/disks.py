"""Small disks that can be filled up and made read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

# As util-linux says that its caller may not: it is not root, or root of a confined container.
_FORBIDDEN = ("must be superuser", "only root can", "permission denied")


@dataclass(frozen=True)
class Disk:
    """A disk in memory."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Leave only so many bytes."""
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self.free() - leave)

    def empty(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink()

    def free(self) -> int:
        """Bytes."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    @contextmanager
    def read_only(self) -> Iterator[None]:
        _mount("-o", "remount,ro", str(self.folder))
        yield
        _mount("-o", "remount,rw", str(self.folder))


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Disk]:
    """A disk of so many bytes; the test is skipped for users who may not mount one."""
    folder.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    except subprocess.CalledProcessError as error:
        refusal = error.stderr.decode().strip()
        if not any(words in refusal for words in _FORBIDDEN):
            raise AssertionError(refusal) from error
        # Without a disk of its own to fill, the test would have to fill the machine's.
        pytest.skip(f"this user may not mount a small disk: {refusal}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    english = os.environ | {"LC_ALL": "C"}
    subprocess.run(["mount", *arguments], check=True, capture_output=True, env=english)
