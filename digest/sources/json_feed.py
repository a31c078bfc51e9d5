"""JSON Feed 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from digest.errors import ParseError
from digest.model.papers import Paper
from digest.sources.entry import day_of, described, names_of
from digest.sources.text import (
    IN_TITLES,
    clean,
    listing,
    mapping,
    opening,
    title_of,
    unmarked,
    web_link,
)


def papers_of(body: bytes, url: str) -> Sequence[Paper]:
    """The papers of the JSON Feed at `url`, in its order. Raises ParseError."""
    try:
        feed = mapping(json.loads(body))
    except (ValueError, RecursionError):
        feed = {}
    items = feed.get("items")
    version = clean(feed.get("version"))
    if "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise ParseError(
            f"expected RSS, Atom or JSON Feed, found {opening(body)}; check the source's url"
        )
    papers = [paper for item in items if (paper := _paper(mapping(item), url))]
    if items and not papers:
        raise ParseError(
            f"none of the {len(items)} items of the JSON Feed has a title, text or link"
        )
    return papers


def _paper(item: dict[str, Any], base: str) -> Paper | None:
    texts = (item.get(name) for name in ("summary", "content_text", "content_html"))
    told = described(next((text for text in texts if text and isinstance(text, str)), ""), base)
    number = item.get("id")
    ids = [clean(str(number) if type(number) is int else number)]
    ids += [clean(item.get(name)) for name in ("url", "external_url")]
    title = title_of(unmarked(clean(item.get("title")), IN_TITLES), told.abstract, *ids[1:], ids[0])
    if not title:
        return None
    people = listing(item.get("authors")) or [item.get("author")]
    return Paper(
        title=title,
        abstract=told.abstract,
        authors=names_of(clean(mapping(person).get("name")) for person in people) or told.authors,
        ids=tuple(dict.fromkeys(filter(None, ids))),
        url=web_link(item.get("url"), base) or web_link(item.get("external_url"), base),
        thumbnail=web_link(item.get("image"), base) or told.thumbnail,
        upvotes=told.upvotes,
        published=day_of(item.get("date_published")),
        categories=tuple(filter(None, map(clean, listing(item.get("tags"))))),
    )
