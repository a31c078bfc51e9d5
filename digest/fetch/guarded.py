"""httpx over connections of our own: where they go and how long they take is `network`'s say."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import httpcore
import httpx

from digest.errors import FetchError
from digest.fetch.network import Network

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator


class GuardedTransport(httpx.BaseTransport):
    """A transport for httpx, for any thread. Its errors are httpcore's, and `network`'s.

    Raises FetchError where SSL_CERT_FILE names no certificates.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pools: dict[bytes, httpcore.ConnectionPool] = {}
        self._making = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and leave the answer's body to be read."""
        url = request.url
        answer = self._pool(url.raw_scheme).handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def _pool(self, scheme: bytes) -> httpcore.ConnectionPool:
        """The connections kept for a scheme. Certificates take long to load: only for https."""
        with self._making:
            if scheme not in self._pools:
                context = _certificates() if scheme == b"https" else None
                self._pools[scheme] = httpcore.ConnectionPool(
                    ssl_context=context,
                    max_connections=None,  # whoever asks sees to it that they are few
                    network_backend=self._network,
                )
            return self._pools[scheme]

    def close(self) -> None:
        """Close the connections that are still open."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it arrives."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _certificates() -> ssl.SSLContext:
    """What https trusts."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise FetchError(
            f"SSL_CERT_FILE={os.environ.get('SSL_CERT_FILE', '')}: {error.strerror};"
            " set it to a file of certificates, or unset it"
        ) from None
