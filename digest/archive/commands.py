"""Programs of others, with a time limit, and what they say in words that may be shown."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from digest.addresses import CONTROLS
from digest.errors import DigestError

_LAST_LINES = 5
_LONGEST = 600  # characters
_TAIL = 10_000  # bytes of what was said last, of which some are shown
_UNSHOWABLE = re.compile(rf"\x1b\[[0-9;]*[A-Za-z]|{CONTROLS}")  # colours, and what is no sign
_LOGIN = re.compile(r"(?<=://)[^/\s]*@")
_PASSWORD = re.compile(r"://[^/\s:]*:([^/\s]*)@")


class Failed(DigestError):
    """A program ended with an exit status that is not 0."""


class Programs:
    """Runs programs, all of them within `seconds`, each in a session of its own.

    `held` stays open as long as any of them lives. Each has the environment that is given.
    """

    def __init__(self, seconds: float, held: IO[bytes], environ: Mapping[str, str]) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._held = held
        self._environ = environ

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        given: bytes = b"",
        environ: Mapping[str, str] | None = None,
    ) -> bytes:
        """What a program writes to standard output, run in a folder, with `given` as its input.

        Raises Failed with the last lines of what it says, and DigestError where it is not there
        or the time is up.
        """
        name = Path(arguments[0]).name
        if not shutil.which(arguments[0]):
            raise DigestError(f"{name} is no command that can be run")
        with (
            tempfile.TemporaryFile() as into,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as said,
        ):
            into.write(given)
            into.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 - the operator's own command, or git
                    arguments,
                    stdin=into,
                    stdout=out,
                    stderr=said,
                    cwd=folder,
                    env={**self._environ, **(environ or {})},
                    start_new_session=True,
                    pass_fds=(self._held.fileno(),),
                )
            except OSError as error:
                raise DigestError(f"{name} cannot be run: {error.strerror}") from None
            with process:
                status = self._wait(process, name)
            if status:
                words = tail(said, arguments) or tail(out, arguments)
                raise Failed(
                    f"{name} ended with exit status {status}: {words or 'it says no more'}"
                )
            out.seek(0)
            return out.read()

    def _wait(self, process: subprocess.Popen[bytes], name: str) -> int:
        """The exit status; the process and its children are killed when the time is up."""
        try:
            return process.wait(max(0.0, self._end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise DigestError(f"{name} was not done after {self._seconds:g} seconds") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


def tail(said: IO[bytes], arguments: Sequence[str]) -> str:
    """The last lines of what a program said, as one line without what its arguments keep secret."""
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - _TAIL))
    text = discreet(said.read().decode("utf-8", "replace"), arguments)
    lines = [" ".join(_UNSHOWABLE.sub(" ", line).split()) for line in text.splitlines()]
    return "; ".join([line for line in lines if line][-_LAST_LINES:])[-_LONGEST:]


def discreet(text: str, arguments: Sequence[str]) -> str:
    """A text without the log-ins of URLs, and without the passwords that arguments hold."""
    for argument in arguments:
        for password in filter(None, _PASSWORD.findall(argument)):
            text = text.replace(password, "…").replace(unquote(password), "…")
    return _LOGIN.sub("", text)
