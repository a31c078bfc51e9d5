"""Asking a language model over HTTP: one POST at a time a thread, bounded in time and in bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError
from digest.fetch.answers import answered
from digest.fetch.body import ENCODINGS, whole_body
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed
from digest.fetch.patience import retry_after

# What these most often mean.
_ADVICE = {
    401: "; check the key",
    403: "; check the key",
    404: "; check summary.endpoint and summary.model",
}
MOST = 1_000_000  # bytes of an answer; a summary has a few hundred
_NEWER = "max_completion_tokens"  # how newer models of OpenAI's want `max_tokens` to be called


class ChatEndpoint:
    """The port Endpoint; close it when done.

    Private addresses are allowed: the endpoint is the operator's own choice. Redirects are not
    followed, so that the key goes nowhere else, and proxies named in the environment not used.
    No error holds the key, the URL's path or anything that the endpoint says. Where there is no
    connection, it may name the host, so that a mistyped one is seen.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._url = f"{url}/chat/completions"
        self._network = Network(allow_private=True, monotonic=monotonic)
        self._client = httpx.Client(
            transport=GuardedTransport(self._network),
            headers={
                "User-Agent": f"papertide/{__version__}",
                "Accept-Encoding": ENCODINGS,
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {key}"} if key else {}),
            },
            timeout=None,  # noqa: S113 - the network's deadline is stricter
            trust_env=False,
        )
        self._sleep = sleep
        self._newer = False

    def ask(self, question: Mapping[str, Any], seconds: float) -> bytes:
        """The body of the answer. Raises FetchError, and Unreachable.

        A pause that the endpoint asks for is kept where there is time for it.
        """
        self._network.start(seconds)
        try:
            return self._patiently(question)
        except httpcore.TimeoutException:
            raise FetchError("no whole answer in time") from None

    def _patiently(self, question: Mapping[str, Any]) -> bytes:
        while True:
            try:
                return self._post(question)
            except FetchError as error:
                if not 0 < error.wait < self._network.left():
                    raise
                self._sleep(error.wait)

    def _post(self, question: Mapping[str, Any]) -> bytes:
        newer = self._newer
        names = {"max_tokens": _NEWER} if newer else {}
        renamed = {names.get(name, name): value for name, value in question.items()}
        with self._answered(json.dumps(renamed).encode()) as response:
            status, wait = response.status_code, retry_after(response.headers)
            body = _body(response) if status in (200, 400) else b""
        if status == 200:
            return body
        if _NEWER.encode() in body and not newer:
            self._newer = True
            return self._post(question)
        raise FetchError(f"HTTP {status}{_ADVICE.get(status, '')}", status=status, wait=wait)

    @contextmanager
    def _answered(self, content: bytes) -> Iterator[httpx.Response]:
        """Send one POST; what goes wrong until its body is read is told in our own errors."""
        try:
            with answered(self._client, self._url, content) as response:
                yield response
        except NotAllowed:
            raise FetchError("a link-local address, where no endpoint can be") from None

    def close(self) -> None:
        """Close the connections that are still open."""
        self._client.close()


def _body(response: httpx.Response) -> bytes:
    """All that is sent. Raises FetchError."""
    packed = response.headers.get("content-encoding", "")
    try:
        return whole_body("", response.iter_raw(), packed, max_raw=MOST, max_unpacked=MOST)
    except FetchError:
        raise FetchError("an answer that cannot be read") from None
