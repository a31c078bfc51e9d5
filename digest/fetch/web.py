"""http and https: one GET at a time, polite, and bounded in time, in bytes and in reach."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError
from digest.fetch.body import whole_body
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network
from digest.fetch.patience import backoff, retry_after
from digest.fetch.replies import MAX_UNPACKED, named, reply_with
from digest.model.replies import Reply, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from digest.model.replies import Request

MAX_RAW = 20_000_000  # bytes on the wire
TRIES = 3
REDIRECTS = 5


class _TryAgain(Exception):
    """A trouble that may pass; the server asked for a pause of `wait` seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class WebFetcher:
    """The port's Fetcher for http and https. For one thread; close it when done.

    `contact` goes into the User-Agent; `random` gives numbers from 0 to 1. `deadline` is the
    time in seconds that one request may take with its redirects, pauses and further tries (only
    looking up a host name keeps to the system's own limit). `max_raw` and `max_unpacked` cap
    a body in bytes. Proxies named in the environment are not used: the addresses checked must
    be those connected to. Certificates are checked against the authorities of the system (or
    of SSL_CERT_FILE) and of certifi.
    """

    def __init__(
        self,
        contact: str,
        allow_private: bool,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        deadline: float = 30.0,
        max_raw: int = MAX_RAW,
        max_unpacked: int = MAX_UNPACKED,
    ) -> None:
        agent = f"papertide/{__version__}" + (f" (+{contact})" if contact else "")
        self._network = Network(allow_private, monotonic)
        self._client = httpx.Client(
            transport=GuardedTransport(self._network),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=None,  # noqa: S113 - the network's deadline is stricter
            trust_env=False,
        )
        self._sleep = sleep
        self._random = random
        self._deadline = deadline
        self._max_raw = max_raw
        self._max_unpacked = max_unpacked

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """The one reply of a web URL. Raises FetchError."""
        self._network.start(self._deadline)
        try:
            yield self._patiently(request, known)
        except httpcore.TimeoutException:
            raise FetchError(
                f"{named(request)}: no whole answer within {self._deadline:g} s; try again later"
            ) from None

    def _patiently(self, request: Request, known: Mapping[str, Validators]) -> Reply:
        """Ask, and ask again after a pause, as long as that may help."""
        tried = 0
        while True:
            try:
                return self._follow(request, known)
            except _TryAgain as trouble:
                tried += 1
                self._sleep(self._pause(request, trouble, tried))

    def _pause(self, request: Request, trouble: _TryAgain, tried: int) -> float:
        """Seconds to wait before the next try. Raises FetchError where there is to be none."""
        if tried == TRIES:
            raise FetchError(f"{named(request)}: {trouble}, {TRIES} times; try again later")
        if trouble.wait >= self._network.left():
            raise FetchError(
                f"{named(request)}: {trouble}; "
                f"the site asks to be left alone for {trouble.wait:.0f} s: run again then"
            )
        return max(trouble.wait, backoff(tried, self._random()))

    def _follow(self, request: Request, known: Mapping[str, Validators]) -> Reply:
        """Ask once, and go where the answers point."""
        asked = self._question(request, known.get(request.url, Validators()))
        for _ in range(1 + REDIRECTS):
            with self._ask(asked, request) as response:
                if response.next_request is None:
                    return self._read(response, request, known)
                asked = _checked(asked, response.next_request, request)
        raise FetchError(f"{named(request)}: more than {REDIRECTS} redirects; check the url")

    def _question(self, request: Request, known: Validators) -> httpx.Request:
        headers = {"Accept": request.accept}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            asked = self._client.build_request("GET", request.url, headers=headers)
        except (httpx.InvalidURL, UnicodeError):
            asked = None
        if asked is None or asked.url.scheme not in ("http", "https") or not asked.url.host:
            raise FetchError(f"{named(request)}: no usable web address; check the url")
        return asked

    @contextmanager
    def _ask(self, asked: httpx.Request, request: Request) -> Iterator[httpx.Response]:
        """Send one GET and leave the answer's body to be read."""
        try:
            with closing(self._client.send(asked, stream=True)) as response:
                yield response
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _TryAgain(str(error) or type(error).__name__) from None
        except httpx.RemoteProtocolError:  # a redirect to what is no URL
            raise FetchError(
                f"{named(request)}: redirects to nowhere, which is not followed; check the url"
            ) from None

    def _read(
        self,
        response: httpx.Response,
        request: Request,
        known: Mapping[str, Validators],
    ) -> Reply:
        """What the last answer of a chain of redirects says."""
        headers = response.headers
        before = known.get(request.url)
        if response.status_code == 304 and before:
            return Reply(
                request=request,
                url=request.url,
                body=b"",
                validators=Validators(
                    etag=_sendable(headers, "etag") or before.etag,
                    last_modified=_sendable(headers, "last-modified") or before.last_modified,
                    sha256=before.sha256,
                ),
                unchanged=True,
            )
        if response.status_code != 200:
            raise _refusal(response.status_code, headers, request)
        body = whole_body(
            named(request),
            response.iter_raw(),
            headers.get("content-encoding", ""),
            max_raw=self._max_raw,
            max_unpacked=self._max_unpacked,
        )
        return reply_with(
            request,
            request.url,
            body,
            known,
            content_type=headers.get("content-type", ""),
            etag=_sendable(headers, "etag"),
            last_modified=_sendable(headers, "last-modified"),
        )

    def close(self) -> None:
        """Close the connections that are still open."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _sendable(headers: httpx.Headers, name: str) -> str | None:
    """A header's value, if it can be sent back as it came."""
    value = headers.get(name, "")
    return value if value and value.isascii() and value.isprintable() else None


def _checked(here: httpx.Request, there: httpx.Request, request: Request) -> httpx.Request:
    """Where a redirect leads. Raises FetchError where that is less safe than where we are."""
    schemes = here.url.scheme, there.url.scheme
    if schemes[1] not in ("http", "https") or schemes == ("https", "http"):
        raise FetchError(
            f"{named(request)}: redirects from {schemes[0]} to {schemes[1]}, which is not"
            " followed; check the url"
        )
    return there


def _refusal(status: int, headers: Mapping[str, str], request: Request) -> Exception:
    """The error that a status other than success means."""
    if status == 429 or status >= 500:
        return _TryAgain(f"HTTP {status}", retry_after(headers))
    if status in (401, 403):
        advice = "the site refuses; it may want a log-in, or a [fetch] contact"
    elif status in (404, 410):
        advice = "there is nothing at this address any more; check the url"
    else:
        advice = "this is no answer to read; check the url"
    return FetchError(f"{named(request)}: HTTP {status}; {advice}")
