"""Commands as processes of their own, forked from one that has loaded what they need.

To load it takes most of a run's time. Such a process dies, locks and writes as any other; what
depends on the start of the interpreter needs a fresh one: see `Home.fresh`.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

_forks = get_context("forkserver")
_forks.set_forkserver_preload(["tests.loaded"])

OUTPUTS = {"stdout": 1, "stderr": 2}


class Fork:
    """A `digest` command at work; of subprocess.Popen what tests need."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._told: tuple[bytes, bytes] | None = None
        for name in OUTPUTS:  # so that there is one of each, however soon it dies
            Path(self._folder.name, name).touch()
        work = (list(arguments), dict(environ), self._folder.name)
        self._process = _forks.Process(target=_command, args=work)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """The exit code, less than 0 for a signal; None while it is at work."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.is_alive():
            os.kill(self._process.pid or 0, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[bytes, bytes]:
        """What it has written, once it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.is_alive():
            raise subprocess.TimeoutExpired("digest", timeout or 0)
        if self._told is None:
            with self._folder as folder:
                out, err = (Path(folder, name).read_bytes() for name in OUTPUTS)
            self._told = out, err
        return self._told


def _command(arguments: list[str], environ: dict[str, str], folder: str) -> None:
    """Within the new process: become a `digest` that was started so."""
    for name, number in OUTPUTS.items():
        os.dup2(os.open(Path(folder, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:0] = filter(None, environ.get("PYTHONPATH", "").split(os.pathsep))
    from digest import failpoint
    from digest.cli.main import console

    importlib.reload(failpoint)  # it reads the environment when it is loaded
    sys.argv[1:] = arguments
    sys.exit(console())
