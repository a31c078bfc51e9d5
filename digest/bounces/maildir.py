"""Where reports lie: a Maildir, whose new messages are read and moved to those that are not new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from digest.bounces.reading import LARGEST
from digest.errors import UsageError

_BATCH = 200  # messages


class Inbox:
    """The new messages of a Maildir. `faults` tells of those that stay, as the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.faults: list[str] = []
        self._new, self._cur = path / "new", path / "cur"
        if not (self._new.is_dir() and self._cur.is_dir()):
            raise UsageError(f"{path} is no Maildir: it has no folders new and cur")

    def batches(self) -> Iterator[list[str]]:
        """The names of the new messages, the oldest first."""
        try:
            files = [file for file in self._new.iterdir() if not file.name.startswith(".")]
        except OSError as error:
            self.faults.append(f"{self._new} cannot be read: {error.strerror}")
            return
        names = sorted(file.name for file in files if file.is_file())
        for start in range(0, len(names), _BATCH):
            yield names[start : start + _BATCH]

    def read(self, name: str) -> bytes | None:
        """A message, as far as it is read; None where it cannot be, or another took it."""
        try:
            with (self._new / name).open("rb") as file:
                return file.read(LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.faults.append(f"{self._new / name} cannot be read: {error.strerror}")
            return None

    def file(self, name: str, *, seen: bool) -> None:
        """Put a message to those that are not new: as seen, or for a person to look at."""
        flags = "S" if seen else ""
        try:
            (self._new / name).rename(self._cur / f"{name.partition(':')[0]}:2,{flags}")
        except FileNotFoundError:
            pass  # another did
        except OSError as error:
            self.faults.append(f"{self._new / name} cannot be moved: {error.strerror}")
