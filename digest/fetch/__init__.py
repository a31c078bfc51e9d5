"""The only way to a source's data: over the web, from files, or from the shipped sample."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from digest.fetch.web import WebFetcher
    from digest.model.replies import Pace, Reply, Request, Validators


class Fetchers:
    """The port's Fetcher for every URL a configuration may hold, chosen by its scheme.

    What a scheme needs is imported when the first such URL is asked for: a run that reads
    only files never pays for a web client. Takes what WebFetcher takes, and is for any thread as
    that is; close it when done.
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
    ) -> None:
        self._contact = contact
        self._allow_private = allow_private
        self._pacing = pacing
        self._sleep = sleep
        self._monotonic = monotonic
        self._random = random
        self._web: WebFetcher | None = None
        self._making = threading.Lock()

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """One reply for a web URL, one for each file of a file URL.

        Raises FetchError, and FileError.
        """
        if request.url.partition(":")[0].lower() == "file":
            from digest.fetch.files import FileFetcher

            return FileFetcher().fetch(request, known)
        return self._web_fetcher().fetch(request, known)

    def _web_fetcher(self) -> WebFetcher:
        with self._making:
            if self._web is None:
                from digest.fetch.web import WebFetcher

                self._web = WebFetcher(
                    self._contact,
                    self._allow_private,
                    pacing=self._pacing,
                    sleep=self._sleep,
                    monotonic=self._monotonic,
                    random=self._random,
                )
            return self._web

    def close(self) -> None:
        """Close the connections that are still open."""
        if self._web is not None:
            self._web.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
