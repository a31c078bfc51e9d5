"""The subscribe page beside a bare application that returns the same bytes, and sign-ups a second.

Needs wrk (Debian: apt-get install wrk).
"""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

SHARE = 0.6  # of the bare application's requests a second, at least
SIGN_UPS = 300  # a second, each durably kept, at least
SLOWEST = 50.0  # ms, of 99 in 100 requests for the page, at most
CONNECTIONS = 50
SECONDS = 3
RUNS = 5  # of each, in turns

_SETTINGS = """
[[source]]
kind = "saved-page"
path = "none.txt"
[mail]
from = "Papers <papers@example.org>"
transport = "dry:"
link_key_file = "key"
[web]
url = "http://127.0.0.1:{port}"
listen = "127.0.0.1:{port}"
trusted_proxies = ["127.0.0.1"]
sign_ups_per_hour = 100000000
"""


class Load(NamedTuple):
    """What a burst of requests came to."""

    answered: int
    rate: float  # a second
    slowest: float  # ms, of 99 in 100


def measure(folder: Path) -> bool:
    """Print the figures beside their limits; whether all are kept."""
    if not shutil.which("wrk"):
        print("pages: wrk is not here (Debian: apt-get install wrk)")
        return False
    folder /= "pages"
    folder.mkdir()
    port, other = _free_port(), _free_port()
    (folder / "digest.toml").write_text(_SETTINGS.format(port=port))
    (folder / "key").write_text("no secret, as nothing leaves this machine\n")
    (folder / "key").chmod(0o600)
    digest = ["digest.cli.main", "--config", str(folder / "digest.toml"), "serve", "--web-only"]
    with _serving(digest, port) as page:
        (folder / "page.html").write_bytes(page)
        with _serving(["benchmarks.bare", str(folder / "page.html"), str(other)], other):
            pairs = [(_load(port), _load(other)) for _ in range(RUNS)]
        most = _load(port, sign_ups=(0, 0))
        steady = _load(port, sign_ups=(1_000_000, 1_000 * CONNECTIONS // SIGN_UPS))
    return _told(pairs) and _told_sign_ups(most, steady, _kept(folder))


def _told(pairs: Sequence[tuple[Load, Load]]) -> bool:
    ours, bare = (
        statistics.median(load.rate for load in loads) for loads in zip(*pairs, strict=True)
    )
    slowest = statistics.median(load.slowest for load, _ in pairs)
    print(
        f"subscribe page: {ours:.0f} a second, {ours / bare:.0%} of a bare application's"
        f" {bare:.0f} (limit {SHARE:.0%}); 99 of 100 within {slowest:.0f} ms (limit {SLOWEST:.0f})"
    )
    return ours / bare >= SHARE and slowest <= SLOWEST


def _told_sign_ups(most: Load, steady: Load, kept: int) -> bool:
    answered = most.answered + steady.answered
    print(
        f"sign-ups: {most.rate:.0f} a second at most (limit {SIGN_UPS}), 99 of 100 within"
        f" {most.slowest:.0f} ms; while {steady.rate:.0f} a second come, within"
        f" {steady.slowest:.0f} ms (limit {SLOWEST:.0f}); {kept} kept of {answered} answered"
    )
    return most.rate >= SIGN_UPS and steady.slowest <= SLOWEST and kept >= answered


def _load(port: int, *, sign_ups: tuple[int, int] | None = None) -> Load:
    """What wrk says. Raises ValueError where an answer was another than it should be.

    `sign_ups` are the number of the first address and the milliseconds before each; without, the
    page is asked for.
    """
    script = [] if sign_ups is None else ["-s", str(Path(__file__).with_name("sign_up.lua"))]
    said = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *script),
            *(f"http://127.0.0.1:{port}/subscribe", "--", *map(str, sign_ups or ())),
        ],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = re.search(
        r"99%\s+([\d.]+)(us|ms|s).*?(\d+) requests in.*?Requests/sec:\s+([\d.]+)", said, re.DOTALL
    )
    if not found or "Non-2xx" in said or "Socket errors" in said:
        raise ValueError(said)
    slowest = float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
    return Load(int(found[3]), float(found[4]), slowest)


def _kept(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "state" / "digest.db")) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM sign_up")
        return int(count)


@contextmanager
def _serving(module: list[str], port: int) -> Iterator[bytes]:
    """A server in a process of its own; its page."""
    with subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.DEVNULL) as process:
        try:
            yield _page(f"http://127.0.0.1:{port}/subscribe")
        finally:
            process.terminate()


def _page(url: str) -> bytes:
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        sys.exit(0 if measure(Path(name)) else 1)
