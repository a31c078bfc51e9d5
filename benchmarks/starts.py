"""How much a command costs before it does anything, in starts of bare Python."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.measure import bare_python, line, process

DIGEST = str(Path(sys.executable).parent / "digest")
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>
<link>https://example.org/</link><description>Papers</description>
<item><title>A paper of some length</title><link>https://example.org/1</link>
<guid>https://example.org/1</guid><description>What it says.</description></item>
</channel></rss>"""


class Feed(http.server.BaseHTTPRequestHandler):
    """One feed that never changes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the library's name
        known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "0" if known else str(len(FEED)))
        self.end_headers()
        if not known:
            self.wfile.write(FEED)

    def log_message(self, *_: object) -> None:
        """Silence."""


def measure(folder: Path) -> bool:
    """Print the figures; whether all keep their limits."""
    bare = bare_python()
    print(f"bare Python starts in {bare:.1f} ms of CPU time")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = folder / "digest.toml"
    config.write_text(
        '[[source]]\nkind = "feed"\n'
        f'url = "http://127.0.0.1:{server.server_port}/feed.xml"\n'
        "[fetch]\nallow_private = true\n"
    )
    digest = [DIGEST, "--config", str(config), "--now"]
    subprocess.run([*digest, "2026-01-05T07:30:00Z", "run"], check=True, capture_output=True)
    quiet = [*digest, "2026-01-06T07:30:00Z", "run"]
    starts = {
        "digest --help": ([DIGEST, "--help"], 5),
        "digest status": ([*digest, "2026-01-06T07:30:00Z", "status"], 5),
        "digest run, nothing changed (304)": (quiet, 12),
    }
    kept = [
        line(what, process(command) / bare, limit, "bare starts")
        for what, (command, limit) in starts.items()
    ]
    server.shutdown()
    return all(kept)


def demo(folder: Path) -> bool:
    """Print how long the whole demo takes on the clock; whether it keeps its limit."""
    start = time.perf_counter()
    subprocess.run([DIGEST, "demo", "--out", str(folder / "demo")], check=True, capture_output=True)
    return line("digest demo", time.perf_counter() - start, 5, "s")
