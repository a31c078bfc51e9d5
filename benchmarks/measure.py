"""CPU time, in this process or of a process of its own."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

FORBIDDEN = {"PYTHONDONTWRITEBYTECODE"}


def process(command: Sequence[str], runs: int = 9) -> float:
    """The median CPU time of a command, user and system, in milliseconds. One warm-up."""
    # Compiled modules are kept between starts, as they are for anybody who does not forbid it.
    environ = {key: value for key, value in os.environ.items() if key not in FORBIDDEN}
    times = []
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times[1:]) * 1000


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
