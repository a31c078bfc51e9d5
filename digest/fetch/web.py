"""http and https: one GET at a time, polite, and bounded in time, in bytes and in reach."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Self

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError, Unreachable
from digest.fetch.body import ENCODINGS, whole_body
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed
from digest.fetch.patience import backoff, retry_after
from digest.fetch.replies import MAX_UNPACKED, brief, reply_with
from digest.fetch.turns import Turns
from digest.fetch.way import Way
from digest.model.replies import Reply, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from digest.model.replies import Pace, Request

MAX_RAW = 20_000_000  # bytes on the wire
TRIES = 3
REDIRECTS = 5


class _TryAgain(Exception):
    """A trouble that may pass; `last` is what it comes to where it does not."""

    def __init__(self, trouble: str, kind: type[FetchError], status: int | None, wait: float):
        super().__init__(trouble)
        self.wait = wait
        self._kind = kind
        self._status = status

    def last(self, advice: str) -> FetchError:
        """The error that it is after all."""
        return self._kind(f"{self}{advice}", status=self._status, wait=self.wait)


class WebFetcher:
    """The port's Fetcher for http and https, for any number of threads; close it when done.

    Requests to different hosts are made at once, those to one host one after another.
    `pacing` gives what is held during each request of a paced site. `contact` goes into the
    User-Agent; `random` gives numbers from 0 to 1. `deadline` is the time in seconds that one
    request may take with its redirects, pauses and further tries; waiting for its turn does not
    count (and looking up a host name keeps to the system's own limit). `max_raw` and
    `max_unpacked` cap a body in bytes. Proxies named in the environment are not used: the
    addresses checked must be those connected to. Certificates are checked against the
    authorities of the system (or of SSL_CERT_FILE) and of certifi.
    """

    def __init__(
        self,
        contact: str,
        allow_private: bool,
        *,
        pacing: Callable[[Pace], AbstractContextManager[None]],
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
            headers={"User-Agent": agent, "Accept-Encoding": ENCODINGS},
            timeout=None,  # noqa: S113 - the network's deadline is stricter
            trust_env=False,
        )
        self._turns = Turns()
        self._pacing = pacing
        self._sleep = sleep
        self._random = random
        self._deadline = deadline
        self._max_raw = max_raw
        self._max_unpacked = max_unpacked

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """The one reply of a web URL. Raises FetchError, and Unreachable where no site answers."""
        self._network.start(self._deadline)
        way = Way(request)
        try:
            yield self._patiently(way, known)
        except httpcore.TimeoutException:
            raise Unreachable(
                f"{way}: no whole answer within {self._deadline:g} s; try again later"
            ) from None

    def _patiently(self, way: Way, known: Mapping[str, Validators]) -> Reply:
        """Ask, and ask again after a pause, as long as that may help."""
        tried = 0
        while True:
            try:
                return self._follow(way, known)
            except _TryAgain as trouble:
                tried += 1
                self._sleep(self._pause(trouble, tried))
                way.restart()

    def _pause(self, trouble: _TryAgain, tried: int) -> float:
        """Seconds to wait before the next try. Raises FetchError where there is to be none."""
        if tried == TRIES:
            raise trouble.last(f", {TRIES} times; try again later")
        if trouble.wait >= self._network.left():
            raise trouble.last(
                f"; the site asks to be left alone for {trouble.wait:.0f} s: run again then"
            )
        return max(trouble.wait, backoff(tried, self._random()))

    def _follow(self, way: Way, known: Mapping[str, Validators]) -> Reply:
        """Ask once, and go where the answers point."""
        asked = self._question(way, known.get(way.request.url, Validators()))
        for _ in range(1 + REDIRECTS):
            with self._ask(asked, way) as response:
                if response.next_request is None:
                    return self._read(response, way, known)
                way.step(response.status_code, response.next_request)
                asked = response.next_request
        raise FetchError(f"{way}: more than {REDIRECTS} redirects; check the url")

    def _question(self, way: Way, known: Validators) -> httpx.Request:
        headers = {"Accept": way.request.accept}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            asked = self._client.build_request("GET", way.here, headers=headers)
        except (httpx.InvalidURL, UnicodeError):
            asked = None
        if asked is None or asked.url.scheme not in ("http", "https") or not asked.url.host:
            raise FetchError(f"{way}: no usable web address; check the url")
        return asked

    @contextmanager
    def _ask(self, asked: httpx.Request, way: Way) -> Iterator[httpx.Response]:
        """Send one GET in its turn, which lasts until the answer's body is read."""
        with ExitStack() as held:
            with self._network.waiting():
                if way.request.pace:
                    held.enter_context(self._pacing(way.request.pace))
                host = (asked.url.host.rstrip("."), asked.url.port)
                held.enter_context(self._turns.of(host, way))
            try:
                yield held.enter_context(closing(self._client.send(asked, stream=True)))
            except NotAllowed as error:
                raise FetchError(f"{way}: {error}") from None
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                # Of a host that others send us to, the one that was asked for is not to blame.
                unmet = isinstance(error, httpcore.ConnectError) and not way.final_url
                raise _TryAgain(
                    f"{way}: {brief(str(error)) or type(error).__name__}",
                    Unreachable if unmet else FetchError,
                    None,
                    0.0,
                ) from None
            except (httpx.RemoteProtocolError, UnicodeError):  # a redirect to what is no URL
                raise FetchError(
                    f"{way}: redirects to nowhere, which is not followed; check the url"
                ) from None

    def _read(self, response: httpx.Response, way: Way, known: Mapping[str, Validators]) -> Reply:
        """What the last answer of a chain of redirects says."""
        headers, request = response.headers, way.request
        before = known.get(request.url)
        if response.status_code == 304 and before:
            return _unchanged(headers, way, before)
        if response.status_code != 200:
            raise _refusal(response.status_code, headers, way)
        body = whole_body(
            str(way),
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
            final_url=way.final_url,
            moved_to=way.moved_to,
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


def _unchanged(headers: httpx.Headers, way: Way, before: Validators) -> Reply:
    return Reply(
        request=way.request,
        url=way.request.url,
        body=b"",
        validators=Validators(
            etag=_sendable(headers, "etag") or before.etag,
            last_modified=_sendable(headers, "last-modified") or before.last_modified,
            sha256=before.sha256,
        ),
        unchanged=True,
        final_url=way.final_url,
        moved_to=way.moved_to,
    )


def _refusal(status: int, headers: Mapping[str, str], way: Way) -> Exception:
    """The error that a status other than success means."""
    wait = retry_after(headers)
    if status == 429 or status >= 500:
        return _TryAgain(f"{way}: HTTP {status}", FetchError, status, wait)
    if status in (401, 403):
        advice = "the site refuses; it may want a log-in, or a [fetch] contact"
    elif status in (404, 410):
        advice = "there is nothing at this address any more; check the url"
    else:
        advice = "this is no answer to read; check the url"
    return FetchError(f"{way}: HTTP {status}; {advice}", status=status, wait=wait)
