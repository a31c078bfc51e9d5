"""RSS 0.9x, 1.0 and 2.0, and Atom 1.0, in one pass over well-formed XML.

It reads what is plainly so, and is unsure of all else, for which feedparser knows a thousand
exceptions: a DOCTYPE, markup within a text, a base for links, other roots and encodings, faults.
https://www.rssboard.org/rss-specification, https://web.resource.org/rss/1.0/spec, RFC 4287.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Generic, TypeVar
from xml.parsers import expat

from digest.sources.feed_document import Entry, FeedDocument
from digest.sources.text import clean, count, mended

T = TypeVar("T")
_Found = defaultdict[str, list[str]]  # the texts found, by field; none is empty

_ATOM = "http://www.w3.org/2005/Atom"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ROOTS = {"rss", f"{_RDF} RDF", f"{_ATOM} feed"}
_RSS_VERSION = re.compile(r"0\.9\d*|2\.\d+(?:\.\d+)?")
_BASE = "http://www.w3.org/XML/1998/namespace base"
_ENCODINGS = {None, "utf-8", "utf-16", "iso-8859-1", "us-ascii"}  # that expat itself knows
_PREFIXES = {
    "": "",
    _ATOM: "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    _RDF: "rdf:",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch:",
    "http://arxiv.org/schemas/atom": "arxiv:",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/prism/": "prism:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/mrss/": "media:",
}
# The field that an element's text belongs to.
_FIELDS = {
    "arxiv:announce_type": "announce_type",
    "arxiv:doi": "doi",
    "author": "person",
    "category": "term",
    "comments": "comments",
    "content": "content",
    "content:encoded": "content",
    "created": "created",
    "dc:author": "person",
    "dc:creator": "person",
    "dc:date": "updated",
    "dc:description": "summary",
    "dc:identifier": "identifier",
    "dc:subject": "term",
    "dc:title": "title",
    "dcterms:created": "created",
    "dcterms:issued": "published",
    "dcterms:modified": "updated",
    "description": "summary",
    "guid": "id",
    "id": "id",
    "issued": "published",
    "lastbuilddate": "updated",
    "link": "link",
    "media:description": "summary",
    "media:thumbnail": "picture",
    "modified": "updated",
    "name": "person",
    "opensearch:totalresults": "total",
    "prism:doi": "doi",
    "pubdate": "published",
    "published": "published",
    "slash:comments": "comment_count",
    "summary": "summary",
    "title": "title",
    "updated": "updated",
}
_ENTRY = {"item", "entry"}
_TOLD = {*_FIELDS, "arxiv:primary_category", "enclosure", "media:content", "media:group"} - {"name"}
# What is read within an element; nothing is within any other.
_WITHIN: dict[str, set[str]] = {
    "rss": {"channel", *_ENTRY},
    "rdf:rdf": {"channel", *_ENTRY},
    "channel": _TOLD | _ENTRY,
    "feed": _TOLD | _ENTRY,
    "item": _TOLD,
    "entry": _TOLD,
    "media:group": _TOLD,
    "media:content": {"media:thumbnail"},
    "author": {"name"},
}
_PLAIN_TYPES = {None, "text", "html", "text/plain", "text/html"}
_PAGE_TYPES = {"text/html", "html", "application/xhtml+xml", "xhtml"}
_BLANK = re.compile(rb"[\t\n\r ]*")


class Unsure(Exception):
    """The body is not plainly a feed; it may be one all the same."""


def read(body: bytes, take: Callable[[Entry], T]) -> FeedDocument[T]:
    """The feed that a body plainly is, with what `take` made of each entry. Raises Unsure."""
    reader = _Reader(take)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.XmlDeclHandler = _check_declaration
    parser.StartDoctypeDeclHandler = _check_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.pieces.append
    blank = _BLANK.match(body)
    try:
        # What is blank may not precede a declaration; a view spares copying the rest.
        parser.Parse(memoryview(body)[blank.end() if blank else 0 :], True)
    except expat.ExpatError as error:
        raise Unsure from error
    return reader.document()


def _check_declaration(version: str, encoding: str | None, standalone: int) -> None:  # noqa: ARG001 - expat's signature
    if (encoding and encoding.lower()) not in _ENCODINGS:
        raise Unsure


def _check_doctype(*_: object) -> None:
    raise Unsure


class _Reader(Generic[T]):
    """What expat calls, and what has been read so far. `pieces` are those of the last text."""

    def __init__(self, take: Callable[[Entry], T]) -> None:
        self.pieces: list[str] = []
        self._take = take
        self._entries: list[T] = []
        self._feed = _Found(list)
        self._found = self._feed  # of the feed, or of the entry that is open
        self._open: list[str] = []  # the elements, from the root on; "" is passed over

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes and _BASE in attributes:
            raise Unsure
        kind = _kind_within(self._open[-1], name) if self._open else _root(name, attributes)
        self._open.append(kind)
        self.pieces.clear()
        if kind in _ENTRY:
            self._found = _Found(list)
        if attributes and kind:
            told = {key.lower(): mended(value) for key, value in attributes.items()}
            _note(kind, told, self._found)

    def end(self, _name: str) -> None:
        kind = self._open.pop()
        if field := _FIELDS.get(kind):
            if text := "".join(self.pieces).strip():
                self._found[field].append(mended(text))
        elif kind in _ENTRY:
            self._entries.append(self._take(_entry(self._found)))
            self._found = self._feed
        self.pieces.clear()

    def document(self) -> FeedDocument[T]:
        told = self._feed
        return FeedDocument(
            self._entries,
            title=clean(_first(told, "title")),
            updated=_first(told, "published", "updated"),
            total=count(_first(told, "total")),
        )


def _root(name: str, attributes: Mapping[str, str]) -> str:
    if name not in _ROOTS or (
        name == "rss" and not _RSS_VERSION.fullmatch(attributes.get("version", ""))
    ):
        raise Unsure
    return _kind(name)


@lru_cache(512)
def _kind_within(parent: str, name: str) -> str:
    """The kind of an element that stands in one of kind `parent`; "" for one to pass over."""
    kind, within = _kind(name), _WITHIN.get(parent)
    if within and kind in within:
        return kind
    if kind in _ENTRY or (parent in _FIELDS and not within):  # elsewhere, or markup in a text
        raise Unsure
    return ""


def _kind(name: str) -> str:
    """An element's name in lower case, with the usual prefix of its namespace."""
    namespace, _, local = name.rpartition(" ")
    return _PREFIXES.get(namespace, "other:") + local.lower()


def _note(kind: str, attributes: Mapping[str, str], found: _Found) -> None:
    """Keep what the attributes of an element tell."""
    link = attributes.get("href") or attributes.get("url")
    match kind:
        case "link" | "enclosure" if link:
            if attributes.get("type", "").lower() == "application/pdf":
                found["pdf"].append(link)
            elif kind == "link" and _is_page(attributes):
                found["link"].append(link)
        case "media:thumbnail" if link:
            found["picture"].append(link)
        case "category" if term := attributes.get("term"):
            found["term"].append(term)
        case "arxiv:primary_category" if term := attributes.get("term"):
            found["primary"].append(term)
        case "guid" if attributes.get("ispermalink", "true") != "true":
            found["opaque"].append("yes")
        case "item" if about := attributes.get(f"{_RDF} about"):
            found["about"].append(about)
        case "title" | "summary" | "description" | "content" if not _is_plain(attributes):
            raise Unsure


def _is_page(attributes: Mapping[str, str]) -> bool:
    """Whether a link leads to the page of what it stands in (RFC 4287, 4.2.7)."""
    relation = attributes.get("rel", "alternate").lower()
    return relation == "alternate" and attributes.get("type", "text/html").lower() in _PAGE_TYPES


def _is_plain(attributes: Mapping[str, str]) -> bool:
    """Whether a text stands there as it is to be read, perhaps as escaped HTML."""
    kind = attributes.get("type")
    return (kind and kind.lower()) in _PLAIN_TYPES and "mode" not in attributes


def _first(found: _Found, *fields: str) -> str:
    """The first text of the first of the fields that has one."""
    for field in fields:
        if field in found:
            return found[field][0]
    return ""


def _entry(found: _Found) -> Entry:
    def every(field: str) -> tuple[str, ...]:
        return tuple(found.get(field, ()))

    link = found["link"][-1] if "link" in found else ""
    if not link and "opaque" not in found:  # a guid is a link where it does not say otherwise
        link = _first(found, "id")
    return Entry(
        title=_first(found, "title"),
        text=_first(found, "summary", "content"),
        id=_first(found, "id", "about"),
        links=(link,) if link else (),
        dois=every("doi") + every("identifier"),
        people=every("person"),
        terms=every("term"),
        primary=_first(found, "primary"),
        published=_first(found, "published", "created", "updated"),
        announce_type=_first(found, "announce_type"),
        comments=_first(found, "comments"),
        comment_count=_first(found, "comment_count"),
        pdfs=every("pdf"),
        pictures=every("picture"),
    )
