"""The records of the bioRxiv API, and its RSS entries; loaded when there is something to read.

A page is `{messages: [{status, cursor, count, total}], collection: [{doi, title, authors, date,
version, category, abstract, published, …}]}` (https://api.biorxiv.org/details/biorxiv/help); each
version of a preprint is a record. Numbers are numbers on some pages and text on others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

from digest.errors import ParseError
from digest.model.papers import Paper
from digest.model.replies import Listing
from digest.sources.text import (
    IN_TITLES,
    clean,
    count,
    decoded,
    excerpt,
    listing,
    mapping,
    opening,
    title_of,
    unmarked,
)

_EMPTY = "no posts found"  # said of days, categories and pages without a record
_NAMING = ("doi", "title", "abstract")  # one of these tells a paper from others
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")  # not padded with zeros everywhere
_PREPRINT = re.compile(r"10\.\d{4,9}/[\d.]*\d")
_ANY_DOI = re.compile(r"10\.\d{4,9}/\S+")
_VERSION = re.compile(r"\dv(\d{1,3})(?=$|[?#/.])")


class Page(NamedTuple):
    """What one page of the API tells."""

    listing: Listing
    records: int  # of all categories
    total: int  # of all pages, as far as the API knows; 0 where it does not say


def page_of(body: bytes, server: str, categories: Collection[str]) -> Page:
    """A page's preprints of some categories, or of all where none is named. Raises ParseError."""
    message, records = _reply(body)
    rows = [row for row in map(mapping, records) if _names_a_paper(row)]
    if records and not rows:
        raise ParseError(
            f"none of the {len(records)} records has a DOI or a title; the API may have changed"
        )
    wanted = {_words(category) for category in categories}
    return Page(
        _listing([row for row in rows if _fits(row, wanted)], server),
        len(records),
        count(message.get("total")) or 0,
    )


def _reply(body: bytes) -> tuple[dict[str, Any], list[Any]]:
    """What the API says of its reply, and its records."""
    document = mapping(decoded(body))
    message = next(map(mapping, listing(document.get("messages"))), {})
    status, records = clean(message.get("status")), document.get("collection")
    if status.lower() == _EMPTY:
        return message, []
    if status.lower() not in ("", "ok"):
        raise ParseError(
            f"the API answers {excerpt(status)!r}; check the source's url and categories"
        )
    if not status or not isinstance(records, list):
        raise ParseError(
            f"expected the bioRxiv API's JSON, found {opening(body)}; check the source's url"
        )
    return message, records


def _listing(rows: list[dict[str, Any]], server: str) -> Listing:
    """Each preprint once, in its highest version; a replacement, unless its first is there too."""
    preprints: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        name = next(filter(None, (clean(row.get(field)).lower() for field in _NAMING)))
        preprints.setdefault(name, []).append(row)
    papers: list[Paper] = []
    replacements: list[Paper] = []
    for versions in preprints.values():
        versions.sort(key=_version)
        place = papers if _version(versions[0]) == 1 else replacements
        place.append(_paper(versions[0], versions[-1], server))
    return Listing(papers=tuple(papers), replacements=tuple(replacements))


def _paper(first: dict[str, Any], last: dict[str, Any], server: str) -> Paper:
    doi, abstract = clean(last.get("doi")), unmarked(clean(last.get("abstract")))
    category = _words(last.get("category"))
    paper = Paper(
        title=title_of(unmarked(clean(last.get("title")), IN_TITLES), abstract, doi),
        abstract=abstract,
        authors=_names(clean(last.get("authors"))),
        ids=tuple(filter(None, [doi, _journal_doi(last)])),
        published=_day(first.get("date")),
        categories=(category,) if category else (),
    )
    return _linked(paper, doi, _version(last), server) if _PREPRINT.fullmatch(doi) else paper


def preprints(found: Listing, server: str) -> Listing:
    """What the RSS lists, as the API would: its links name the version, and an element the DOI."""
    papers: list[Paper] = []
    replacements: list[Paper] = []
    for paper in found.papers:
        names = [*paper.ids, paper.url or ""]
        doi = next((named[0] for name in names if (named := _PREPRINT.search(name))), "")
        versions = [int(named[1]) for name in names if (named := _VERSION.search(name))]
        version = max(versions, default=1)
        place = replacements if version > 1 else papers
        place.append(_linked(paper, doi, version, server) if doi else paper)
    return found._replace(papers=tuple(papers), replacements=tuple(replacements))


def _linked(paper: Paper, doi: str, version: int, server: str) -> Paper:
    """A preprint by its DOI and version, with the links that these make."""
    name = f"{doi}v{version}"
    others = (text for text in paper.ids if doi not in text and _ANY_DOI.fullmatch(text))
    page = f"https://www.{server}.org/content/{name}"
    return replace(paper, ids=(name, *others), url=page, pdf=f"{page}.full.pdf")


def _names_a_paper(row: dict[str, Any]) -> bool:
    return any(clean(row.get(field)) for field in _NAMING)


def _fits(row: dict[str, Any], wanted: set[str]) -> bool:
    """Whether a record's category is wanted; one that names none may be."""
    category = _words(row.get("category"))
    return not wanted or not category or category in wanted


def _words(category: object) -> str:
    """A category's words alone: `cell_biology` is `Cell Biology`."""
    return " ".join(re.findall(r"[^\W_]+", clean(category).lower()))


def _version(row: dict[str, Any]) -> int:
    return count(row.get("version")) or 1


def _journal_doi(row: dict[str, Any]) -> str:
    """The DOI of the article that a preprint has become, where it has (else it says `NA`)."""
    text = clean(row.get("published"))
    return text if _ANY_DOI.fullmatch(text) else ""


def _names(authors: str) -> tuple[str, ...]:
    """The names of `Ebb, A.; Flow, B. C.; Tide Consortium`."""
    return tuple(filter(None, map(_name, authors.split(";"))))


def _name(author: str) -> str:
    """`A. Ebb Jr.` of `Ebb, A., Jr.`."""
    surname, *rest = map(str.strip, author.split(","))
    return clean(" ".join([*rest[:1], surname, *rest[1:]]))


def _day(text: object) -> dt.date | None:
    found = _DATE.match(clean(text))
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
