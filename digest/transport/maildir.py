"""A Maildir: every message a file, each reader's copy there once however often it is sent."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import DeliveryState, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Maildir:
    """The port's Transport into a folder (format: https://cr.yp.to/proto/maildir.html).

    A message's file is named after its Message-ID, without the domain, which may be mended while
    an edition is under way. One that is there already, under whatever
    flags a mail reader gave it, is not written again: handing over twice changes nothing.
    """

    repeatable = True

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._there: set[str] | None = None

    def send(
        self,
        message: bytes,
        sender: str,  # noqa: ARG002 - a folder has no envelope
        recipient: str,  # noqa: ARG002 - a folder has no envelope
        handed: Callable[[], None],
    ) -> Result:
        """Write one message. Raises TransportDown where the folder cannot be written.

        Raises ValueError for a message without a Message-ID.
        """
        name = _name(message)
        with self._blamed():
            there = name in self._names()
        if there:
            handed()
            return Result(state=DeliveryState.SENT, code="was there already")
        self._write(name, message, handed)
        return Result(state=DeliveryState.SENT)

    def _names(self) -> set[str]:
        """The names in new and cur, without flags; listed once, as a folder can grow large."""
        if self._there is None:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            files = [*(self._path / "new").iterdir(), *(self._path / "cur").iterdir()]
            self._there = {file.name.partition(":")[0] for file in files}
        return self._there

    def _write(self, name: str, message: bytes, handed: Callable[[], None]) -> None:
        partial = self._path / "tmp" / name
        try:
            with self._blamed(), partial.open("wb") as stream:
                stream.write(message.replace(b"\r\n", b"\n"))
                stream.flush()
                os.fsync(stream.fileno())
            handed()
            failpoint("before-dot")
            with self._blamed():
                partial.rename(self._path / "new" / name)
                _sync(self._path / "new")
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        failpoint("after-dot")
        self._names().add(name)

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


def _sync(folder: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
