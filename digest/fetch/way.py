"""The way of one request: from the URL that is asked for to where the site sends us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.errors import FetchError
from digest.fetch.replies import brief, named, shown
from digest.urls import without_login

if TYPE_CHECKING:
    import httpx

    from digest.model.replies import Request

HIGHEST_PORT = 65535
PERMANENT = (301, 308)  # RFC 9110, sections 15.4.2 and 15.4.9


class Way:
    """Where a request has come by now. `str` names it as an error may show it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.restart()

    def restart(self) -> None:
        """Go back to where the request is asked."""
        url, new = self.request.url, self.request.moved_to
        self._here = new if new and _as_safe(url, new) else url
        self._moved = True  # permanently, at every step so far
        self._steps = 0

    @property
    def here(self) -> str:
        """The URL to ask now."""
        return self._here

    @property
    def led(self) -> bool:
        """Whether it has come to any place but the URL of the request."""
        return self._here != self.request.url

    @property
    def final_url(self) -> str:
        """Where the body comes from, without a log-in; "" where that is the URL of the request."""
        return without_login(self._here) if self.led else ""

    @property
    def moved_to(self) -> str | None:
        """Where permanent redirects, and no others, have led to a place that is as safe.

        None where there is a log-in on the way: it would have to be kept to be asked with there.
        """
        url = self.request.url
        led = self._steps and self._moved and _as_safe(url, self._here)
        if not led or _has_login(url) or _has_login(self._here):
            return None
        return self.final_url or None

    def step(self, status: int, there: httpx.Request) -> None:
        """Go where a redirect points. Raises FetchError where that is less safe than here."""
        scheme = there.url.scheme
        if scheme not in ("http", "https") or not _as_safe(self._here, str(there.url)):
            raise FetchError(
                f"{self}: redirects from {_scheme(self._here)} to {brief(scheme)}, which is not"
                " followed; check the url"
            )
        if not is_web(there.url):
            raise self.nowhere()
        self._here = str(there.url)
        self._moved = self._moved and status in PERMANENT
        self._steps += 1

    def nowhere(self) -> FetchError:
        """The error that a redirect to what is no web address means."""
        return FetchError(f"{self}: redirects to nowhere, which is not followed; check the url")

    def __str__(self) -> str:
        asked = named(self.request)
        return f"{asked}, which leads to {shown(self._here)}" if self.led else asked


def is_web(url: httpx.URL) -> bool:
    """Whether a URL can be asked at all."""
    port = url.port or 0  # a higher one would be taken for another that is left of it in 16 bits
    return url.scheme in ("http", "https") and bool(url.host) and port <= HIGHEST_PORT


def _has_login(url: str) -> bool:
    return "@" in url.partition("//")[2].partition("/")[0]


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _as_safe(here: str, there: str) -> bool:
    return _scheme(there) in ("https", _scheme(here))
