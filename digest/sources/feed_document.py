"""A feed and its entries in neutral form, as every reader of feeds gives them."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from digest.errors import ParseError

T = TypeVar("T")


class Entry(NamedTuple):
    """What a feed tells of one thing, as it wrote it; "" or () where it tells nothing.

    Texts are raw: white space and HTML are still in them.
    """

    title: str = ""
    text: str = ""  # the description, else the content; perhaps HTML
    id: str = ""
    links: tuple[str, ...] = ()  # of the entry's page, the best first; perhaps relative
    dois: tuple[str, ...] = ()  # what may be a DOI, with or without `doi:`
    people: tuple[str, ...] = ()  # one an element; a single one may hold many names
    terms: tuple[str, ...] = ()  # the categories
    primary: str = ""  # the first among them, where the feed says which it is
    published: str = ""  # a date
    announce_type: str = ""  # of an arXiv announcement
    comments: str = ""  # where it is discussed; a link
    comment_count: str = ""
    pdfs: tuple[str, ...] = ()  # links
    pictures: tuple[str, ...] = ()  # links


class FeedDocument(NamedTuple, Generic[T]):
    """A feed, with what was made of each of its entries, in their order."""

    entries: list[T]
    title: str = ""
    updated: str = ""  # the date it says it is of
    total: int | None = None  # how many entries a search found, of which these are a page
    cut: str = ""  # where it breaks off after its last whole entry, in words


class SiteError(ParseError):
    """A site answered with an error in the form of a feed; the message is what it says."""
