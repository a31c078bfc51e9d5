"""Run all benchmarks; exits 1 where a limit is not kept."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import groups, ledger, letters, memory, pages, rendering, sending, starts, themes


def main() -> int:
    """Print every figure beside its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = [
            starts.measure(folder),
            starts.demo(folder),
            themes.measure(1_500, 500),
            rendering.measure(50, 60),
            letters.measure(folder),
            memory.measure(folder, 1_000_000, 300, 10),
            memory.measure(folder, 10_000_000, 1_500, 50),
            groups.measure(folder),
            ledger.main() == 0,
            pages.measure(folder),
            sending.main() == 0,
            sending.main("many", "100000") == 0,
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
