"""A source of another package, and what it gives made as sound and safe as what ours give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

import msgspec

from digest.errors import ParseError, Partial, SourceError
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.ports import Source
from digest.sources.text import clean, excerpt, title_of, web_link

T = TypeVar("T")

MOST = 1000  # requests that are taken of those for one occasion

# Kept as they are, where msgspec would make texts of them that pass for any other.
_NO_TEXTS = (dt.date, dt.datetime, bytes, bytearray, memoryview)
_LISTING: Any = tuple[
    tuple[Paper, ...],
    tuple[Paper, ...],
    tuple[Request, ...],
    dt.date | None,
    dt.datetime | None,
    int | None,
]


class Installed:
    """The port Source, under the name that the configuration gives it.

    Whatever is not of the type it must be raises TypeError or msgspec.ValidationError.
    """

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self.name = name
        self.fingerprint = _checked(source.fingerprint, str)

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """What it asks for, whatever it gives them in; an endless row is cut."""
        asked = tuple(islice(self._source.requests(occasion), MOST))
        return _checked(asked, tuple[Request, ...])

    def parse(self, reply: Reply) -> Listing:
        """What it reads; a paper that tells nothing at all is left out."""
        try:
            return sound(self._source.parse(reply))
        except Partial as partial:
            raise Partial(excerpt(str(partial)), sound(partial.listing)) from partial
        except SourceError as error:
            raise ParseError(excerpt(str(error))) from error

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """What it says of a URL. Raises ValueError for failed, which is not its to say."""
        state, words = _checked(self._source.verdict(glance, now), tuple[SourceState, str])
        if state is SourceState.FAILED:
            raise ValueError("a verdict is waiting, quiet, stale or fresh, never failed")
        return state, words


def sound(told: Listing) -> Listing:
    """A listing of another package's, every value of its type and safe to show."""
    listing = Listing(*_typed(_plain(told), _LISTING))
    papers, replacements = (
        tuple(filter(lambda paper: paper.title, map(_paper, shown)))
        for shown in (listing.papers, listing.replacements)
    )
    more = _checked(listing.more, tuple[Request, ...])
    return listing._replace(papers=papers, replacements=replacements, more=more)


def _checked(value: Any, kind: type[T]) -> T:
    """The value anew, of that very type and clean all through."""
    return _typed(_clean(_plain(value)), kind)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, builtin_types=_NO_TEXTS)


def _typed(plain: Any, kind: type[T]) -> T:
    return msgspec.convert(plain, kind, builtin_types=_NO_TEXTS)


def _clean(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [_clean(part) for part in value]
        case dict():
            return {key: _clean(part) for key, part in value.items()}
    return value


def _all_clean(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(clean, texts)))


_SAFE: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("title", "abstract", "organisation"), clean),
    **dict.fromkeys(("authors", "ids", "categories", "keywords"), _all_clean),
    **dict.fromkeys(("url", "pdf", "code", "project", "discussion", "thumbnail"), web_link),
}


def _paper(paper: Paper) -> Paper:
    """A paper that is safe to show; the very same where it was, which takes a third of the time."""
    told = {name: value for name in _SAFE if (value := getattr(paper, name))}
    safe = {name: _SAFE[name](value) for name, value in told.items()}
    if not safe.get("title"):
        others = (safe.get("url") or "", *safe.get("ids", ()))
        safe["title"] = title_of("", safe.get("abstract", ""), *others)
    return paper if safe == told else replace(paper, **safe)
