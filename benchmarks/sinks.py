"""Postfix's server that takes every message and keeps none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

MISSING = "smtp-source and smtp-sink come with Postfix (Debian: apt-get install postfix)"


class Sink(NamedTuple):
    """Where it listens."""

    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


def found() -> bool:
    """Whether Postfix's programs are here; they then can be called by their names."""
    os.environ["PATH"] += os.pathsep + "/usr/sbin"
    return bool(shutil.which("smtp-source") and shutil.which("smtp-sink"))


@contextmanager
def sink() -> Iterator[Sink]:
    """A server in a process of its own, as long as this lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Sink(free.getsockname()[1])
    user = [] if os.geteuid() else ["-u", "nobody"]
    with subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{server.port}", "100"]) as process:
        try:
            _await(server)
            yield server
        finally:
            process.terminate()


def _await(server: Sink) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("smtp-sink does not answer")
