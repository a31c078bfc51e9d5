"""RSS 0.9x, 1.0 and 2.0, and Atom, through feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import feedparser

from digest.errors import ParseError, Partial
from digest.model.papers import Paper
from digest.sources.entry import Description, day_of, described, names_of
from digest.sources.text import IN_TITLES, clean, count, opening, title_of, unmarked, web_link

# What costs a parser minutes and no feed needs: entities (which grow on reading), and a tag with
# very many attributes (feedparser's time for one grows with the square of their number).
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"""<\w(?:[^<>="']*=\s*(?:"[^"<]*"|'[^'<]*')){100}""")
# The end tags of entries and feeds, and what must be stepped over to find them.
_END = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rb"|</(?:[\w.-]+:)?(?:(item|entry)|(rss|feed|RDF))\s*>",
    re.DOTALL | re.IGNORECASE,
)
# What feedparser calls damage although it reads all: a charset or a type told wrongly.
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_DOI_ELEMENTS = ("arxiv_doi", "prism_doi")


def papers_of(body: bytes, url: str) -> Sequence[Paper]:
    """The papers of the feed at `url`, in its order. Raises ParseError (see `Feed.parse`)."""
    entries, cut = _whole_entries(body.lstrip(b"\t\n\r "))
    papers = [paper for entry in entries if (paper := _paper(entry, url))]
    if entries and not papers:
        raise ParseError(f"none of the {len(entries)} entries has a title, text or link")
    if cut:
        raise Partial(
            f"the feed breaks off after {len(entries)} whole entries; the rest comes next time",
            papers,
        )
    return papers


def _whole_entries(body: bytes) -> tuple[list[Any], bool]:
    """The entries that are there whole, and whether the feed is cut short after them."""
    ascii_body = body.replace(b"\0", b"")  # good enough to find tags in UTF-16 and UTF-32
    _refuse_bombs(ascii_body)
    feed = _parsed(body)
    if not feed.get("version"):
        raise ParseError(
            f"expected RSS, Atom or JSON Feed, found {opening(body)}; check the source's url"
        )
    if not feed.bozo or isinstance(feed.bozo_exception, _HARMLESS):
        return list(feed.entries), False
    return _undamaged(feed.entries, ascii_body, clean(str(feed.bozo_exception)))


def _refuse_bombs(body: bytes) -> None:
    doctype = _DOCTYPE.search(body)
    if doctype and _ENTITY.search(body, doctype.end()):
        raise ParseError("the feed declares XML entities and is refused; check the source's url")
    if _ATTRIBUTES.search(body):
        raise ParseError(
            "the feed has a tag with over 100 attributes and is refused; check the source's url"
        )


def _undamaged(entries: list[Any], body: bytes, damage: str) -> tuple[list[Any], bool]:
    """Those of the entries of a damaged feed whose end tag is there.

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


def _paper(entry: Any, base: str) -> Paper | None:
    told = described(_description(entry), base)
    link = clean(entry.get("link"))
    url = web_link(link, base)
    ids = [clean(entry.get("id")), url or link, *_dois(entry)]
    title = title_of(
        unmarked(clean(entry.get("title")), IN_TITLES), told.abstract, *ids[1:], ids[0]
    )
    if not title:
        return None
    people = [clean(person.get("name")) for person in entry.get("authors", ())]
    terms = (clean(tag.get("term")) for tag in entry.get("tags", ()))
    return Paper(
        title=title,
        abstract=told.abstract,
        authors=names_of(filter(None, people)) or told.authors,
        ids=tuple(dict.fromkeys(filter(None, ids))),
        url=url,
        pdf=_pdf(entry, base),
        discussion=web_link(entry.get("comments"), base),
        thumbnail=_thumbnail(entry, told, base),
        upvotes=told.upvotes,
        comments=count(entry.get("slash_comments")),
        published=day_of(entry.get("published") or entry.get("created") or entry.get("updated")),
        categories=tuple(dict.fromkeys(filter(None, terms))),
    )


def _description(entry: Any) -> str:
    """The summary, else the content: where there are both, the summary is the abstract."""
    texts = [entry.get("summary"), *(content.get("value") for content in entry.get("content", ()))]
    return next((text for text in texts if text), "")


def _dois(entry: Any) -> Iterator[str]:
    for name in _DOI_ELEMENTS:
        if text := clean(entry.get(name)):
            yield text if ":" in text else f"doi:{text}"
    yield clean(entry.get("dc_identifier"))


def _pdf(entry: Any, base: str) -> str | None:
    links = (
        web_link(link.get("href"), base)
        for link in entry.get("links", ())
        if link.get("type") == "application/pdf"
    )
    return next(filter(None, links), None)


def _thumbnail(entry: Any, told: Description, base: str) -> str | None:
    """The picture that Media RSS names for the entry, else the one its description begins with.

    https://www.rssboard.org/media-rss
    """
    named = (web_link(media.get("url"), base) for media in entry.get("media_thumbnail", ()))
    return next(filter(None, named), told.thumbnail)
