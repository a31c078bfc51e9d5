"""What many readers cost: their import, their list and their export, as an operator has them.

`python -m benchmarks.readers` takes 100,000; another number may follow.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import spent

SETTINGS = """\
[[source]]
kind = "huggingface"
[mail]
to = []
"""
DOMAINS, GROUPS = 3_000, 1_000


def write(file: Path, readers: int) -> None:
    """A file of readers at many domains, who want many different things."""
    with file.open("w") as out:
        out.write("email,frequency,hour,zone,themes,keywords,consent\n")
        for number in range(readers):
            group = number * 7919 % GROUPS
            hour, zone = ("7", "Europe/Berlin") if group % 4 == 0 else ("", "")
            frequency = "weekly" if group % 10 == 0 else "daily"
            themes = "pretraining;agents" if group % 3 else ""
            address = f"reader{number}@mail{number % DOMAINS}.example.org"
            out.write(f"{address},{frequency},{hour},{zone},{themes},word{group},on paper\n")


def measure(folder: Path, readers: int) -> None:
    """Print the time on the clock, the CPU time and the peak memory of each command."""
    (folder / "digest.toml").write_text(SETTINGS)
    file = folder / "readers.csv"
    write(file, readers)
    start = [sys.executable, "-m", "digest.cli.main", "--config", str(folder / "digest.toml")]
    for what in (f"import {file}", f"import {file}", "list", "list --json", "export"):
        begun = time.monotonic()
        cpu, memory = spent([*start, "subscribers", *what.split()])
        took = time.monotonic() - begun
        name = what.replace(str(file), "FILE")
        print(
            f"{name:12} {readers:9,} readers {took:7.1f} s {cpu / 1000:7.1f} s CPU {memory:5.0f} MB"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), int(sys.argv[1]) if sys.argv[1:] else 100_000)
