"""CPU time, in this process or of a process of its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

FORBIDDEN = {"PYTHONDONTWRITEBYTECODE"}
NOTHING: Mapping[str, str] = MappingProxyType({})


class Spent(NamedTuple):
    """What one run of a command took."""

    cpu: float  # ms, user and system
    memory: float  # MB, resident, at its peak


# A child counts the memory of the process that it was forked from, so that must be a small one.
# Linux counts in KB. https://man7.org/linux/man-pages/man2/getrusage.2.html
_MEASURING = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(code)
"""


def spent(command: Sequence[str], settings: Mapping[str, str] = NOTHING) -> Spent:
    """Run a command, with more settings in its environment.

    Raises CalledProcessError, with what it said, where it fails.
    """
    # Compiled modules are kept between starts, as they are for anybody who does not forbid it.
    kept = {key: value for key, value in os.environ.items() if key not in FORBIDDEN}
    environ = {**kept, **settings}
    measuring = [sys.executable, "-S", "-c", _MEASURING, *command]
    done = subprocess.run(measuring, capture_output=True, env=environ, check=True)
    seconds, kilobytes = map(float, done.stdout.split())
    return Spent(seconds * 1000, kilobytes / 1024)


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
