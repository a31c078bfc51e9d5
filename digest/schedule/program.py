"""A command as a process of its own: what it takes it gives back, and it may crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from digest.delivery.stopping import Stop

NAP = 0.5  # seconds; how long a stop may go unnoticed
PATIENCE = 1.0  # seconds beyond those in which it should have stopped by itself


class Program:
    """Runs commands one by one. `words` are what stands before a command, in some `environ`."""

    def __init__(
        self,
        words: Callable[[], list[str]],
        stop: Stop,
        warn: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._words = words
        self._stop = stop
        self._warn = warn
        self._environ = environ

    def __call__(self, command: list[str]) -> None:
        """Run a command to its end, which comes soon after somebody has asked to stop.

        It tells its troubles on standard error by itself; here is told that it had some.
        """
        if self._stop.asked:
            return
        # -P: a file of the working folder may be called like a module.
        arguments = [sys.executable, "-P", "-m", "digest.cli.main", *self._words(), *command]
        with subprocess.Popen(  # noqa: S603 - ourselves
            arguments, stdin=subprocess.DEVNULL, env=self._environ
        ) as child:
            code = self._ended(child)
        if code and not self._stop.asked:
            how = f"exit code {code}" if code > 0 else f"ended by {signal.Signals(-code).name}"
            self._warn(f"{' '.join(command)}: {how}")

    def _ended(self, child: subprocess.Popen[bytes]) -> int:
        told = False
        while True:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(NAP)
            if self._stop.asked and not told:
                child.terminate()
                told = True
            if self._stop.left() < -PATIENCE:
                child.kill()
