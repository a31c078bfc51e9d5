"""A source of another package, and what it gives made as sound and safe as what ours give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from digest.errors import Partial
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.ports import Source
from digest.sources.text import clean, title_of, web_link

T = TypeVar("T")

_DATES = (dt.date, dt.datetime)
_LINKS = ("url", "pdf", "code", "project", "discussion", "thumbnail")
_LISTING: Any = tuple[
    tuple[Paper, ...], tuple[Paper, ...], tuple[Request, ...], dt.date | None, dt.datetime | None
]


class Installed:
    """The port Source. Whatever is not of the type it must be raises msgspec.ValidationError."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.name = _checked(source.name, str)
        self.fingerprint = _checked(source.fingerprint, str)

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """What it asks for."""
        return _checked(self._source.requests(occasion), tuple[Request, ...])

    def parse(self, reply: Reply) -> Listing:
        """What it reads; a paper that tells nothing at all is left out."""
        try:
            return _safe(self._source.parse(reply))
        except Partial as partial:
            raise Partial(str(partial), _safe(partial.listing)) from partial

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:
        """What it says of having nothing new."""
        return _checked(self._source.verdict(glance, now), tuple[SourceState, str])


def _checked(value: Any, kind: type[T]) -> T:
    """The value anew, of that very type all through."""
    plain = msgspec.to_builtins(value, builtin_types=_DATES)
    return msgspec.convert(_clean(plain), kind, builtin_types=_DATES)


def _clean(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [_clean(part) for part in value]
        case dict():
            return {key: _clean(part) for key, part in value.items()}
    return value


def _safe(told: Listing) -> Listing:
    listing = Listing(*_checked(told, _LISTING))
    papers, replacements = (
        tuple(filter(lambda paper: paper.title, map(_paper, shown)))
        for shown in (listing.papers, listing.replacements)
    )
    return listing._replace(papers=papers, replacements=replacements)


def _paper(paper: Paper) -> Paper:
    links: dict[str, Any] = {name: web_link(getattr(paper, name)) for name in _LINKS}
    title = title_of(paper.title, paper.abstract, links["url"] or "", *paper.ids)
    return replace(paper, title=title, **links)
