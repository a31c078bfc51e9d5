"""Feeds of any make and in any state, through feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import feedparser

from digest.errors import ParseError
from digest.sources.feed_document import Entry, FeedDocument
from digest.sources.text import clean, count, excerpt, mended, opening

T = TypeVar("T")

# What costs a parser minutes and no feed needs: entities (which grow on reading), and what takes
# feedparser time that grows with its square: blank lines before the first tag (where it looks for
# declarations), the attributes of a tag, the letters of a word (in which it looks for an e-mail
# address), the terms of an entry.
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_LATE_START = re.compile(rb"(?s)(?!.{,10000}<\w).{10000}")
_ATTRIBUTES = re.compile(rb"""<\w(?:[^<>="']*=\s*(?:"[^"<]*"|'[^'<]*')){100}""")
_WORD = re.compile(rb"(?<![\w.+-])[\w.+-]{1000}")
_TERM = re.compile(
    rb"<(?:[\w.-]+:)?(?:(?P<entry>item|entry)|category|subject|(?P<list>keywords|tags))\b",
    re.IGNORECASE,
)
_MOST_TERMS = 1000
# Without one of these it is no feed, and need not be parsed to know that.
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
# The end tags of entries and feeds, and what must be stepped over to find them.
_END = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rb"|</(?:[\w.-]+:)?(?:(item|entry)|(rss|feed|RDF))\s*>",
    re.DOTALL | re.IGNORECASE,
)
# What feedparser calls damage although it reads all: a charset or a type told wrongly.
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def read(body: bytes, take: Callable[[Entry], T]) -> FeedDocument[T]:
    """The feed that can be made out of a body. Raises ParseError (see `read_feed`)."""
    body = body.lstrip(b"\t\n\r ")
    ascii_body = body.replace(b"\0", b"")  # good enough to find tags in UTF-16 and UTF-32
    _refuse_bombs(ascii_body)
    parsed = _parsed(body) if _ROOT.search(ascii_body) else None
    if not parsed or not parsed.get("version"):
        raise ParseError(
            f"expected RSS, Atom or JSON Feed, found {opening(body)}; check the source's url"
        )
    entries, cut = list(parsed.entries), False
    if parsed.bozo and not isinstance(parsed.bozo_exception, _HARMLESS):
        entries, cut = _undamaged(entries, ascii_body, excerpt(str(parsed.bozo_exception)))
    feed = parsed.feed
    whole = "1 whole entry" if len(entries) == 1 else f"{len(entries)} whole entries"
    return FeedDocument(
        [take(_entry(entry)) for entry in entries],
        title=clean(feed.get("title")),
        updated=_text(feed.get("published") or feed.get("updated")),
        total=count(feed.get("opensearch_totalresults")),
        cut=f"the feed breaks off after {whole}; the rest comes next time" if cut else "",
    )


def _refuse_bombs(body: bytes) -> None:
    doctype = _DOCTYPE.search(body)
    if doctype and _ENTITY.search(body, doctype.end()):
        raise ParseError("the feed declares XML entities and is refused; check the source's url")
    for monstrous, name in (
        (body.count(b"<") > 300_000, "over 300,000 tags"),
        (_LATE_START.match(body), "over 10,000 letters before its first tag"),
        (_ATTRIBUTES.search(body), "a tag with over 100 attributes"),
        (_WORD.search(body), "a word of over 1,000 letters"),
        (_too_many_terms(body), "an entry with over 1,000 categories"),
    ):
        if monstrous:
            raise ParseError(f"the feed has {name} and is refused; check the source's url")


def _too_many_terms(body: bytes) -> bool:
    """Whether an entry has more than `_MOST_TERMS`; any comma behind a list may part two of it."""
    terms, listed = 0, -1
    for tag in _TERM.finditer(body):
        if listed >= 0:
            terms += body.count(b",", listed, tag.start())
        if tag["entry"]:
            terms, listed = 0, -1
        else:
            terms += 1
            listed = tag.end() if tag["list"] or listed >= 0 else -1
        if terms > _MOST_TERMS:
            return True
    return listed >= 0 and terms + body.count(b",", listed) > _MOST_TERMS


def _undamaged(entries: list[Any], body: bytes, damage: str) -> tuple[list[Any], bool]:
    """Those of the entries of a damaged feed whose end tag is there, and whether it was cut.

    All of them, where the feed's own end tag is there too; if not, the feed was cut.
    """
    ends = list(_END.finditer(body))
    whole = sum(1 for end in ends if end[1])
    complete = any(end[2] for end in ends)
    if not (len(entries) == whole if complete else 0 < whole <= len(entries)):
        raise ParseError(
            f"the feed is damaged ({damage}) and its entries cannot be told apart;"
            " it may be whole next time"
        )
    return entries[:whole], not complete


def _parsed(body: bytes) -> Any:
    """What feedparser makes of a body.

    Its sanitiser would delete text between `<` and `>`. It must have a stream: bytes that are
    the name of a file it would open and read.
    """
    try:
        return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # whatever hostile bytes break in it, it is a bad feed
        raise ParseError(
            f"the feed cannot be read ({type(error).__name__}); check the source's url"
        ) from error


def _text(value: object) -> str:
    """A text; an element with attributes nobody expects is a dictionary."""
    return mended(value) if isinstance(value, str) else ""


def _entry(entry: Any) -> Entry:
    def every(field: str, key: str) -> Iterator[str]:
        return filter(None, (_text(part.get(key)) for part in entry.get(field, ())))

    contents = (content.get("value") for content in entry.get("content", ()))
    pdfs = [part for part in entry.get("links", ()) if part.get("type") == "application/pdf"]
    dois = map(entry.get, ("arxiv_doi", "prism_doi", "dc_identifier"))
    primary = entry.get("arxiv_primary_category")
    return Entry(
        title=_text(entry.get("title")),
        # Where there are both, the summary is the abstract.
        text=next(filter(None, map(_text, (entry.get("summary"), *contents))), ""),
        id=_text(entry.get("id")),
        links=tuple(filter(None, [_text(entry.get("link"))])),
        dois=tuple(filter(None, map(_text, dois))),
        people=tuple(every("authors", "name")),
        terms=tuple(every("tags", "term")),
        primary=_text(primary.get("term")) if isinstance(primary, dict) else "",
        published=_text(entry.get("published") or entry.get("created") or entry.get("updated")),
        announce_type=_text(entry.get("arxiv_announce_type")),
        comments=_text(entry.get("comments")),
        comment_count=_text(entry.get("slash_comments")),
        pdfs=tuple(filter(None, (_text(pdf.get("href")) for pdf in pdfs))),
        pictures=tuple(every("media_thumbnail", "url")),
    )
