"""CPU time, in this process or of a process of its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

FORBIDDEN = {"PYTHONDONTWRITEBYTECODE"}


class Spent(NamedTuple):
    """What one run of a command took."""

    cpu: float  # ms, user and system
    memory: float  # MB, resident, at its peak


def spent(command: Sequence[str]) -> Spent:
    """Run a command. Raises CalledProcessError, with what it said, where it fails."""
    # Compiled modules are kept between starts, as they are for anybody who does not forbid it.
    environ = {key: value for key, value in os.environ.items() if key not in FORBIDDEN}
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=environ)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(child.returncode, command, said.read())
    # Linux counts in KB. https://man7.org/linux/man-pages/man2/getrusage.2.html
    return Spent((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def process(command: Sequence[str], runs: int = 9) -> float:
    """The median CPU time of a command, user and system, in milliseconds. One warm-up."""
    spent(command)
    return statistics.median(spent(command).cpu for _ in range(runs))


def call(function: Callable[[], object], runs: int = 9) -> float:
    """The median CPU time of a call, in milliseconds. One warm-up."""
    times = []
    for _ in range(runs + 1):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return statistics.median(times[1:]) * 1000


def bare_python() -> float:
    """The median CPU time of Python doing nothing, in milliseconds."""
    return process([sys.executable, "-c", "pass"], runs=25)


def line(what: str, measured: float, limit: float, unit: str) -> bool:
    """Print one figure beside its limit; whether it keeps it."""
    kept = measured <= limit
    print(f"{what:58} {measured:10.1f} {unit:12} limit {limit:8.1f}  {'ok' if kept else 'OVER'}")
    return kept
