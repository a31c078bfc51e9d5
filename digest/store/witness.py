"""What stands beside a SQLite file: how far deliveries had come, should the file be set back.

A database restored from yesterday's backup does not know what went out today. This file does.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from digest.errors import StoreError
from digest.model.deliveries import Closed
from digest.store.database import SqliteDatabase, database


class FileWitness:
    """The port Witness, as a file of JSON."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, newsletter: str) -> list[Closed]:
        """What was noted last; nothing where there is no file, or no sense in it."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            return [
                Closed(period, dt.date.fromisoformat(date), sha256, int(deliveries))
                for period, date, sha256, deliveries in self._all()[newsletter]
            ]
        return []

    def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
        """Keep how far the last editions have come, instead of what was kept of the newsletter.

        Raises StoreError where it cannot be written.
        """
        mine = [[one.period, one.date.isoformat(), *one[2:]] for one in closed]
        try:
            with self._file.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # other newsletters write the same file
                try:
                    kept = self._all()
                except (OSError, ValueError, TypeError):
                    kept = {}
                self._replace(json.dumps({**kept, newsletter: mine}, indent=1))
        except OSError as error:
            raise StoreError(f"{self._file} cannot be written: {error.strerror}") from error

    def _all(self) -> dict[str, list[list[str]]]:
        return dict(json.loads(self._file.read_bytes()))

    def _replace(self, text: str) -> None:
        new = self._file.with_suffix(".new")
        with new.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)


class NoWitness:
    """The port Witness where a server keeps the database: its administrator sets it back."""

    def read(self, newsletter: str) -> list[Closed]:  # noqa: ARG002 - as the port has it
        """Nothing."""
        return []

    def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
        """Nothing."""


def witness(url: str) -> FileWitness | NoWitness:
    """The witness to the store at a URL (see `database`)."""
    place = database(url)
    if isinstance(place, SqliteDatabase):
        return FileWitness(Path(f"{place.path}.sent.json"))
    return NoWitness()
