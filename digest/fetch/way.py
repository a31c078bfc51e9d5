"""The way of one request: from the URL that is asked for to where the site sends us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.errors import FetchError
from digest.fetch.replies import named, shown

if TYPE_CHECKING:
    import httpx

    from digest.model.replies import Request

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
    def final_url(self) -> str:
        """Where the body comes from; "" where that is the URL of the request."""
        return self._here if self._here != self.request.url else ""

    @property
    def moved_to(self) -> str | None:
        """Where permanent redirects, and no others, have led to a place that is as safe."""
        led = self._steps and self._moved and _as_safe(self.request.url, self._here)
        return (self.final_url or None) if led else None

    def step(self, status: int, there: httpx.Request) -> None:
        """Go where a redirect points. Raises FetchError where that is less safe than here."""
        if there.url.scheme not in ("http", "https") or not _as_safe(self._here, str(there.url)):
            raise FetchError(
                f"{self}: redirects from {_scheme(self._here)} to {there.url.scheme}, which is not"
                " followed; check the url"
            )
        self._here = str(there.url)
        self._moved = self._moved and status in PERMANENT
        self._steps += 1

    def __str__(self) -> str:
        asked = named(self.request)
        return f"{asked}, which leads to {shown(self._here)}" if self.final_url else asked


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _as_safe(here: str, there: str) -> bool:
    return _scheme(there) in ("https", _scheme(here))
