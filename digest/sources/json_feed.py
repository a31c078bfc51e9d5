"""JSON Feed 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from digest.errors import ParseError
from digest.sources.feed_document import Entry, FeedDocument
from digest.sources.text import clean, decoded, listing, mapping, opening

T = TypeVar("T")


def read(body: bytes, take: Callable[[Entry], T]) -> FeedDocument[T]:
    """The JSON Feed that a body is. Raises ParseError."""
    feed = mapping(decoded(body))
    items = feed.get("items")
    if "jsonfeed.org/version/" not in clean(feed.get("version")) or not isinstance(items, list):
        raise ParseError(
            f"expected RSS, Atom or JSON Feed, found {opening(body)}; check the source's url"
        )
    return FeedDocument([take(_entry(mapping(item))) for item in items], clean(feed.get("title")))


def _entry(item: dict[str, Any]) -> Entry:
    number = item.get("id")
    people = listing(item.get("authors")) or [item.get("author")]
    texts = _texts(item, "summary", "content_text", "content_html")
    return Entry(
        title=clean(item.get("title")),
        text=texts[0] if texts else "",
        id=str(number) if type(number) is int else clean(number),
        links=_texts(item, "url", "external_url"),
        people=tuple(filter(None, (clean(mapping(person).get("name")) for person in people))),
        terms=tuple(filter(None, map(clean, listing(item.get("tags"))))),
        published=clean(item.get("date_published")),
        pictures=_texts(item, "image"),
    )


def _texts(item: dict[str, Any], *keys: str) -> tuple[str, ...]:
    values = map(item.get, keys)
    return tuple(value for value in values if isinstance(value, str) and value)
