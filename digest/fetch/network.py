"""The connections of the web fetcher: where they may go, and how long all they do may take.

httpx's timeouts are for one read each and its addresses are its own affair, so both are settled
here, in the network half of httpx (httpcore).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpcore

from digest.fetch.reach import is_link_local, is_public

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable


class NotAllowed(Exception):
    """A host is where no request may go."""


class Network(httpcore.NetworkBackend):
    """Connects only to addresses that are allowed, and to no other than those it looked at.

    Every thread has a deadline of its own.
    """

    def __init__(self, allow_private: bool, monotonic: Callable[[], float]) -> None:
        self._allow_private = allow_private
        self._monotonic = monotonic
        self._sockets = httpcore.SyncBackend()
        self._mine = threading.local()

    def start(self, seconds: float) -> None:
        """Let everything this thread does from here on take no longer than this, all together."""
        self._mine.given = seconds
        self._mine.end = self._monotonic() + seconds

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Leave the time that this takes out of account."""
        began = self._monotonic()
        try:
            yield
        finally:
            self._mine.end += self._monotonic() - began

    def given(self) -> float:
        """The seconds of the last start."""
        given: float = self._mine.given
        return given

    def left(self) -> float:
        """Seconds until the deadline. Raises httpcore.ReadTimeout where it has passed."""
        left: float = self._mine.end - self._monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline stands in for it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers. Raises NotAllowed."""
        addresses = self._addresses(host, port)
        for number, address in enumerate(addresses):
            share = self.left() / (len(addresses) - number)
            try:
                stream = self._sockets.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number + 1 == len(addresses):
                    raise
            else:
                return _Stream(stream, self)
        raise httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = _look_up(host, port, self.left())
        except OSError as error:
            raise httpcore.ConnectError(f"cannot find {host}: {error.strerror}") from None
        except UnicodeError:
            raise httpcore.ConnectError(f"cannot find {host}: no such name can be") from None
        self._check(host, addresses)
        return addresses

    def _check(self, host: str, addresses: list[str]) -> None:
        if any(map(is_link_local, addresses)):
            raise NotAllowed(f"{host} is a link-local address, where no source can be")
        if not self._allow_private and not all(map(is_public, addresses)):
            raise NotAllowed(
                f"{host} is not on the open internet; where that is meant, "
                "set allow_private = true in [fetch]"
            )


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host. Raises ConnectTimeout, and what the system's look-up does.

    That knows no deadline; where it outlasts ours, its thread is left behind.
    """
    came: list[list[str] | Exception] = []

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            came.append([str(address[0]) for *_, address in found])
        except Exception as error:  # noqa: BLE001 - raised again below
            came.append(error)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(seconds)
    if not came:
        raise httpcore.ConnectTimeout
    if isinstance(came[0], Exception):
        raise came[0]
    return came[0]


class _Stream(httpcore.NetworkStream):
    """A connection on which no read, write or handshake outlasts the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, network: Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - above
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - above
        self._stream.write(buffer, self._network.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - above
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._network.left())
        return _Stream(secure, self._network)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
