"""A web server of raw sockets: it says exactly the bytes a test gives it, and no more."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

Answer = Callable[[str], Iterable[bytes]]  # from the request's head to the pieces to send


@dataclass
class RawServer:
    """Answers the n-th request with the n-th answer, later ones with the last; then closes."""

    answers: list[Answer | bytes]
    tls: ssl.SSLContext | None = None
    requests: list[str] = field(default_factory=list)  # heads, as they came

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._talks: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}/feed.xml"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for talk in self._talks:
            talk.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._talks.append(threading.Thread(target=self._talk, args=(connection,)))
            self._talks[-1].start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self._answer(connection)
        except OSError:
            pass  # the client has seen enough
        finally:
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        self.requests.append(head.decode("latin-1"))
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        for piece in [answer] if isinstance(answer, bytes) else answer(self.requests[-1]):
            if self._ended.is_set():
                return
            connection.sendall(piece)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the test lasts."""
        self._ended.wait(seconds)


def answer(
    body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str
) -> bytes:
    """A whole answer; `length` overrides the true Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body
