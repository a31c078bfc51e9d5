"""A sendmail command: one process a message, whose exit status is the answer (sysexits.h)."""

from __future__ import annotations

import contextlib
import math
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from digest.addresses import wire
from digest.errors import ConfigError, TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import Answer, Ending
from digest.transport import batches
from digest.transport.envelope import unsendable
from digest.transport.words import ENOUGH, shown

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn

_LOOK = 0.25  # seconds between looks at the time left
# The exit statuses that are about a message, as SMTP would say it.
_REFUSALS = {
    os.EX_DATAERR: Answer(Ending.REFUSED, 554, "5.6.0", at_content=True),
    os.EX_NOUSER: Answer(Ending.REFUSED, 550, "5.1.1"),
    os.EX_NOHOST: Answer(Ending.REFUSED, 550, "5.1.2"),
    os.EX_TEMPFAIL: Answer(Ending.REFUSED, 451, "4.3.0"),
}


class Sendmail:
    """The port's Transport to a command that is called as sendmail is.

    `COMMAND -i -f SENDER -- RECIPIENT` reads the message, with LF line ends, from a file that is
    its standard input: it has the whole message or none, whatever becomes of us. Exit status 0
    is an acceptance; 65, 67, 68 and 75 refuse the message; any other is no reader's fault. A
    command that is killed, or needs more than `timeout` seconds, may have taken the message.
    Raises ConfigError.
    """

    repeatable = False

    def __init__(
        self,
        command: str,
        *,
        timeout: float = 300.0,
        hurry: Callable[[], float] = lambda: math.inf,
    ) -> None:
        try:
            self._command = shlex.split(command)
        except ValueError:
            raise ConfigError(["mail.transport: a quote in sendmail: is not closed"]) from None
        if not self._command:
            raise ConfigError(["mail.transport: write sendmail:/path/to/sendmail"])
        self._timeout = timeout
        self._hurry = hurry
        self._broken = 0  # messages in a row

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Give messages away, one at a time; see the port."""
        self._broken = 0
        batches.carry(parcels, turn, self._one, size=1, hurry=self._hurry)

    @contextmanager
    def _one(self, batch: Sequence[Parcel]) -> Iterator[batches.Give]:
        """One message, in a file. Raises TransportDown where the command is of no use."""
        (parcel,) = batch
        refusal = unsendable(parcel)
        name = self._command[0]
        if not shutil.which(name):
            raise TransportDown(f"{name} is no command that can be run; check mail.transport")
        if self._broken >= ENOUGH:
            raise TransportDown(f"{name} failed for {self._broken} messages in a row; see its log")
        with _spooled(parcel.message.replace(b"\r\n", b"\n")) as message:
            yield lambda parcel: refusal or self._counted(self._give(parcel, message))

    def _counted(self, answer: Answer) -> Answer:
        if answer.ending is Ending.ACCEPTED:
            self._broken = 0
        elif answer.ending is not Ending.REFUSED:
            self._broken += 1
        return answer

    def _give(self, parcel: Parcel, message: IO[bytes]) -> Answer:
        envelope = ["-i", "-f", wire(parcel.sender), "--", wire(parcel.recipient)]
        failpoint("before-dot")
        with _spooled() as complaint:
            try:
                process = subprocess.Popen(  # noqa: S603 - the operator's own command
                    [*self._command, *envelope],
                    stdin=message,
                    stdout=subprocess.DEVNULL,
                    stderr=complaint,
                    start_new_session=True,
                )
            except OSError as error:
                return Answer(Ending.BROKEN, text=error.strerror or "cannot be run")
            failpoint("after-dot")
            with process:
                status = self._wait(process)
            failpoint("after-reply")
            complaint.seek(0)
            return _answer(status, shown(complaint.read(1000).decode("utf-8", "replace")))

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        """The exit status; the process and its children are killed when the time is up."""
        end = time.monotonic() + self._timeout
        try:
            while (left := min(end - time.monotonic(), self._hurry())) > 0:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(min(left, _LOOK))
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def close(self) -> None:
        """Nothing is held open."""


@contextmanager
def _spooled(content: bytes = b"") -> Iterator[IO[bytes]]:
    """A nameless file, at its start. Raises TransportDown where the disk refuses it."""
    with tempfile.TemporaryFile() as file:
        try:
            file.write(content)
            file.seek(0)
        except OSError as error:
            raise TransportDown(
                f"{tempfile.gettempdir()}: {error.strerror}; check the disk"
            ) from None
        yield file


def _answer(status: int, said: str) -> Answer:
    """What an exit status means: of a signal where it is negative, or beyond 128 in a shell."""
    if status == 0:
        return Answer(Ending.ACCEPTED, text=said)
    text = f"exit status {status}: {said}" if said else f"exit status {status}"
    if status < 0 or status > 128:
        return Answer(Ending.LOST, text=text)
    return _REFUSALS.get(status, Answer(Ending.BROKEN))._replace(text=text)
