"""What a digest talks to, in a process of its own: a site of feeds, and a server that takes mail.

`python -m benchmarks.servers FOLDER` serves FOLDER/feed.xml, at /known.xml with a validator and
at /plain.xml without one, and appends the size of each message it takes to FOLDER/mails. It says
its ports, of the site and of the mail, and ends when its standard input does.
"""

from __future__ import annotations

import hashlib
import http.server
import socketserver
import sys
import threading
from pathlib import Path


class Site(http.server.BaseHTTPRequestHandler):
    """The file as it is at each request."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_GET(self) -> None:  # the library's name
        body = (self.folder / "feed.xml").read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()}"' if self.path == "/known.xml" else None
        unchanged = tag is not None and self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else 200)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "0" if unchanged else str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


class Mail(socketserver.StreamRequestHandler):
    """The least of RFC 5321 that any client is content with."""

    folder: Path
    writing = threading.Lock()

    def handle(self) -> None:
        self._say(b"220 localhost")
        for line in self.rfile:
            match line[:4].upper():
                case b"EHLO":
                    self._say(b"250-localhost\r\n250 8BITMIME")
                case b"DATA":
                    self._say(b"354 go on")
                    self._take()
                    self._say(b"250 taken")
                case b"QUIT":
                    self._say(b"221 bye")
                    return
                case _:
                    self._say(b"250 fine")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _take(self) -> None:
        size = sum(map(len, iter(self.rfile.readline, b".\r\n")))
        with self.writing, (self.folder / "mails").open("a") as ledger:
            ledger.write(f"{size}\n")


def main() -> None:
    """Serve until standard input ends."""
    Site.folder = Mail.folder = Path(sys.argv[1])
    socketserver.ThreadingTCPServer.daemon_threads = True
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
    for server in (site, mail):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(site.server_address[1], mail.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
