"""A Maildir: every message a file, each reader's copy there once however often it is sent."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import Answer, Ending
from digest.transport import batches

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn

_BATCH = 20
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Maildir:
    """The port's Transport into a folder (format: https://cr.yp.to/proto/maildir.html).

    A message's file is named after its Message-ID, without the domain, which may be mended while
    an edition is under way. One that is there already, under whatever
    flags a mail reader gave it, is not written again: handing over twice changes nothing.
    """

    repeatable = True

    def __init__(self, path: str, *, hurry: Callable[[], float] = lambda: math.inf) -> None:
        self._path = Path(path)
        self._hurry = hurry
        self._there: set[str] | None = None

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Write messages. Raises TransportDown where the folder cannot be written.

        Raises ValueError for a message without a Message-ID.
        """
        batches.carry(parcels, turn, self._batch, size=_BATCH, hurry=self._hurry)

    @contextmanager
    def _batch(self, batch: Sequence[Parcel]) -> Iterator[batches.Give]:
        """Some messages written, to be moved to where readers look, for good once this is left."""
        with self._blamed():
            there = self._names()
        named = {_name(message): message for message in (parcel.message for parcel in batch)}
        new = {name: message for name, message in named.items() if name not in there}
        try:
            with self._blamed():
                for name, message in new.items():
                    _write(self._path / "tmp" / name, message)
            yield self._move
            with self._blamed():
                _sync(self._path / "new")
        finally:
            for name in new:
                (self._path / "tmp" / name).unlink(missing_ok=True)

    def _move(self, parcel: Parcel) -> Answer:
        name = _name(parcel.message)
        if name in self._names():
            return Answer(Ending.ACCEPTED, text="was there already")
        failpoint("before-dot")
        with self._blamed():
            (self._path / "tmp" / name).rename(self._path / "new" / name)
        failpoint("after-dot")
        self._names().add(name)
        return Answer(Ending.ACCEPTED)

    def _names(self) -> set[str]:
        """The names in new and cur, without flags; listed once, as a folder can grow large."""
        if self._there is None:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            files = [*(self._path / "new").iterdir(), *(self._path / "cur").iterdir()]
            self._there = {file.name.partition(":")[0] for file in files}
        return self._there

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        """Lay what the disk refuses at its door, not at a reader's."""
        try:
            yield
        except OSError as error:
            raise TransportDown(
                f"maildir {self._path}: {error.strerror}; check the folder and the disk"
            ) from None

    def close(self) -> None:
        """Nothing is held open."""


def _name(message: bytes) -> str:
    headers = message.partition(b"\r\n\r\n")[0]
    found = _MESSAGE_ID.search(headers)
    if not found:
        raise ValueError("a message for a Maildir needs a Message-ID")
    return hashlib.sha256(found[1].partition(b"@")[0]).hexdigest()[:40]


def _write(file: Path, message: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(message.replace(b"\r\n", b"\n"))
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Make renames last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
