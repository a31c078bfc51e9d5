"""The shipped sample in place of the web, for a demonstration without a network."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from digest.errors import FetchError
from digest.fetch.replies import named, reply_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from digest.model.replies import Reply, Request, Validators


class SampleFetcher:
    """The port's Fetcher over a folder of `YYYY-MM-DD.json`, one file a list day."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """The list of the day that the URL's `date` asks for, empty where the sample has none.

        Raises FetchError for a URL without a date.
        """
        asked = parse_qs(urlsplit(request.url).query).get("date", [""])[0]
        try:
            day = dt.date.fromisoformat(asked)
        except ValueError:
            raise FetchError(f"{named(request)}: the sample has only lists of a date") from None
        file = self._folder.joinpath(f"{day.isoformat()}.json")
        body = file.read_bytes() if file.is_file() else b"[]"
        yield reply_with(request, request.url, body, known, content_type="application/json")
