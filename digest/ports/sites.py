"""The doors to sources, to language models and to the site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from digest.model.editions import FrozenEdition
from digest.model.replies import Glance, Listing, Occasion, Reply, Request, Validators
from digest.model.sources import SourceState


class Source(Protocol):
    """What one site looks like: which requests make a day, and how a reply parses. Pure.

    `fingerprint` changes with every setting that changes what `parse` returns, so that a reply
    read under other settings is never taken for read.
    """

    name: str
    fingerprint: str

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """What to fetch on an occasion; nothing where nothing can be there yet."""

    def parse(self, reply: Reply) -> Listing:
        """What a reply lists; nothing where it is rightly empty.

        Raises ParseError where the body is not what the source should send.
        """

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """Why a URL had nothing new, as a state (waiting, quiet or stale) and in words.

        Of one that had news (`glance.new`) it may say that it is stale all the same, or remark
        something as fresh; any other state of it is fresh without a word.
        """


class Fetcher(Protocol):
    """The only way to a source's data."""

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """One reply for a web URL, one for each file (in name order) of a file pattern.

        `known` maps URLs to the validators of their last reply that was kept. Raises
        FetchError, or FileError where a URL names files.
        """


class Endpoint(Protocol):
    """A language model behind the chat-completions API."""

    def ask(self, question: Mapping[str, Any], seconds: float) -> bytes:
        """The body of the answer, within so many seconds. For any thread.

        Raises FetchError, whose words are short and hold no secret.
        """


class Archive(Protocol):
    """The static site."""

    def build(self, editions: Iterable[FrozenEdition]) -> object:
        """Write the pages of these editions, oldest first, and what lists them.

        Each file atomically.
        """

    def has(self, date: dt.date) -> bool:
        """Whether the site holds that date's edition, and a page of it and of the site."""

    def missing(self, dates: Iterable[dt.date]) -> list[dt.date]:
        """Those of some dates, oldest first, whose editions the site does not hold."""

    def dates(self) -> list[dt.date]:
        """The dates whose editions the site holds, oldest first."""

    def newest(self) -> dt.date | None:
        """The date of the newest edition that the site holds."""

    def owner(self) -> str | None:
        """The slug of the newsletter whose editions the site holds."""
