"""http and https: one GET at a time, polite, and bounded in time, in bytes and in reach."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Self

import httpcore
import httpx

from digest import __version__
from digest.errors import FetchError, Unreachable
from digest.fetch.body import ENCODINGS, whole_body
from digest.fetch.conditions import conditions, is_conditional, uncondition, validator
from digest.fetch.guarded import GuardedTransport
from digest.fetch.network import Network, NotAllowed
from digest.fetch.patience import backoff, retry_after
from digest.fetch.replies import MAX_UNPACKED, brief, reply_with
from digest.fetch.turns import Turns
from digest.fetch.way import Way, is_web
from digest.model.replies import Reply, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from digest.model.replies import Pace, Request

MAX_RAW = 20_000_000  # bytes on the wire
TRIES = 3
REDIRECTS = 5
SILENT = 2  # requests in a row without a whole answer, from which on a host is asked no more

_Origin = tuple[str, str, int | None]  # scheme, host and port; None is the scheme's own


class _TryAgain(Exception):
    """A trouble that may pass; `last` is what it comes to where it does not.

    `unmet` is the origin with which there was no connection.
    """

    def __init__(
        self,
        trouble: str,
        *,
        unmet: _Origin | None = None,
        status: int | None = None,
        wait: float = 0.0,
    ) -> None:
        super().__init__(trouble)
        self.unmet = unmet
        self.wait = wait
        self._status = status

    def last(self, advice: str) -> FetchError:
        """The error that it is after all."""
        kind = Unreachable if self.unmet else FetchError
        return kind(f"{self}{advice}", status=self._status, wait=self.wait)


class WebFetcher:
    """The port's Fetcher for http and https, for any number of threads; close it when done.

    Requests to different hosts are made at once, those to one host one after another. A host
    with which there is no connection is asked no more; so is one that twice gave no whole answer
    in time, the second time in a third of it. No cookies are kept.

    `pacing` gives what is held during each request of a paced site. `contact` goes into the
    User-Agent; `random` gives numbers from 0 to 1. `deadline` is the time in seconds that one
    request may take with its redirects, pauses and further tries; waiting for its turn does not
    count. `max_raw` and `max_unpacked` cap a body in bytes. Proxies named in the environment are
    not used: the addresses checked must be those connected to. Certificates are checked against
    the authorities of the system (or of SSL_CERT_FILE) and of certifi.
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
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._misses: Counter[_Origin] = Counter()
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
            return
        except httpcore.TimeoutException:
            given = self._network.given()
            trouble = f"{way}: no whole answer within {given:.2g} s; try again later"
        except Unreachable as error:
            trouble = str(error)
        # Of a host that others send us to, the one that was asked for is not to blame.
        raise (FetchError if way.led else Unreachable)(trouble)

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
            if trouble.unmet:
                self._misses[trouble.unmet] = SILENT
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
                if _origin(response.next_request) != _origin(asked):
                    uncondition(response.next_request)
                asked = response.next_request
        raise FetchError(f"{way}: more than {REDIRECTS} redirects; check the url")

    def _question(self, way: Way, known: Validators) -> httpx.Request:
        headers = {"Accept": way.request.accept} | conditions(known)
        try:
            asked = self._client.build_request("GET", way.here, headers=headers)
        except (httpx.InvalidURL, UnicodeError):
            asked = None
        if asked is None or not is_web(asked.url):
            raise FetchError(f"{way}: no usable web address; check the url")
        return asked

    @contextmanager
    def _ask(self, asked: httpx.Request, way: Way) -> Iterator[httpx.Response]:
        """Send one GET in its turn, which lasts until the answer's body is read."""
        origin = _origin(asked)
        with ExitStack() as held:
            with self._network.waiting():
                held.enter_context(self._turns.of(origin[1:], way))
                if self._misses[origin] >= SILENT:
                    raise Unreachable(
                        f"{way}: its host does not answer in this run; try again later"
                    )
                if way.request.pace:
                    held.enter_context(self._pacing(way.request.pace))
            if self._misses[origin]:
                self._network.start(min(self._network.left(), self._deadline / 3))
            with self._missing(origin):
                yield held.enter_context(self._answered(asked, way))

    @contextmanager
    def _missing(self, origin: _Origin) -> Iterator[None]:
        """Count the answers of an origin that do not come in time."""
        had = self._network.left()
        try:
            yield
        except httpcore.TimeoutException as error:
            if had > self._deadline / 4:  # else those asked before it took the time
                met = not isinstance(error, httpcore.ConnectTimeout)
                self._misses[origin] += 1 if met else SILENT
            raise
        del self._misses[origin]

    @contextmanager
    def _answered(self, asked: httpx.Request, way: Way) -> Iterator[httpx.Response]:
        """Send one GET; what goes wrong until its body is read is told in our own errors."""
        try:
            with closing(self._client.send(asked, stream=True)) as response:
                yield response
        except NotAllowed as error:
            raise FetchError(f"{way}: {error}") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            unmet = isinstance(error, httpcore.ConnectError)
            raise _TryAgain(
                f"{way}: {brief(str(error)) or type(error).__name__}",
                unmet=_origin(asked) if unmet else None,
            ) from None
        except (httpx.RemoteProtocolError, httpx.InvalidURL, UnicodeError):
            raise way.nowhere() from None  # redirected to what is no URL

    def _read(self, response: httpx.Response, way: Way, known: Mapping[str, Validators]) -> Reply:
        """What the last answer of a chain of redirects says."""
        headers, request = response.headers, way.request
        before = known.get(request.url)
        if response.status_code == 304 and before and is_conditional(response.request):
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
            etag=validator(headers, "etag"),
            last_modified=validator(headers, "last-modified"),
            final_url=way.final_url,
            moved_to=way.moved_to,
            dated=_dated(headers),
        )

    def close(self) -> None:
        """Close the connections that are still open."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _origin(asked: httpx.Request) -> _Origin:
    """Whose the answer is (RFC 9110, section 4.3.1)."""
    return asked.url.scheme, asked.url.host.rstrip("."), asked.url.port


def _unchanged(headers: httpx.Headers, way: Way, before: Validators) -> Reply:
    return Reply(
        request=way.request,
        url=way.request.url,
        body=b"",
        validators=Validators(
            etag=validator(headers, "etag") or before.etag,
            last_modified=validator(headers, "last-modified") or before.last_modified,
            sha256=before.sha256,
        ),
        unchanged=True,
        final_url=way.final_url,
        moved_to=way.moved_to,
        dated=_dated(headers),
    )


def _dated(headers: httpx.Headers) -> tuple[str, str]:
    return headers.get("date", ""), headers.get("age", "")


def _refusal(status: int, headers: Mapping[str, str], way: Way) -> Exception:
    """The error that a status other than success means."""
    wait = retry_after(headers)
    if status == 429 or status >= 500:
        return _TryAgain(f"{way}: HTTP {status}", status=status, wait=wait)
    if status in (401, 403):
        advice = "the site refuses; it may want a log-in, or a [fetch] contact"
    elif status in (404, 410):
        advice = "there is nothing at this address; check the url"
    else:
        advice = "this is no answer to read; check the url"
    return FetchError(f"{way}: HTTP {status}; {advice}", status=status, wait=wait)
