"""An HTTP server that takes messages, each of whose answers a test can script.

An answer is a status, a status with headers, or one of these words:

    lose    takes the message, then closes without an answer
    hang    takes it, and never answers
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

Reply = int | str | tuple[int, Mapping[str, str]]


class Post(NamedTuple):
    """A message that came."""

    path: str
    headers: Mapping[str, str]  # their names in lower case
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Hook:
    """The server. What it takes is noted before it answers."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.replies: list[Reply] = []  # one a visit; then 204
        self.slowness = 0.0  # seconds from a message to its answer
        self._over = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.take(self)

            do_GET = do_POST  # noqa: N815 - its name is given

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/hook?key=s3cret-key"

    def ids(self) -> Counter[str]:
        """How often each message came."""
        return Counter(post.id for post in self.posts)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.posts.append(Post(request.path, headers, body))
        reply: Reply = self.replies.pop(0) if self.replies else 204
        self._over.wait(self.slowness)
        if reply == "hang":
            self._over.wait(60)
        if isinstance(reply, str):
            request.close_connection = True
            return
        status, more = (reply, {}) if isinstance(reply, int) else reply
        request.send_response(status)
        for name, value in more.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        with suppress(ConnectionError):  # of who has heard enough
            request.end_headers()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
