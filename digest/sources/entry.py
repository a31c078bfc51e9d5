"""The paper that a feed's entry is, and how feeds put one into words."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from digest.model.papers import Paper
from digest.model.replies import Reply
from digest.sources.feed_document import Entry
from digest.sources.text import IN_TITLES, clean, count, iso_day, title_of, unmarked, web_link
from digest.urls import public

_INITIALS = re.compile(r"(?:\w\.[ -]?)+")
_ADDRESS_AND_NAME = re.compile(r"[^\s@]+@[^\s@]+ \((.+)\)")
_SUFFIX = re.compile(r"(?:[JS]r\.?|II|III|IV)")
_LONG_TEXT = 50_000  # characters of a description; what is longer is cut, like a title
_LONG_TITLE = 1_000
_LONG_ID = 1_000
_LONG_NAME = 200  # characters; to lengthen one for ever would take time that grows with its square

# https://info.arxiv.org/help/rss_specifications.html
_ANNOUNCED = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s+\S+\s+Abstract:\s*")

_LABEL = re.compile(
    r"(?:^|<(?:p|div|br|li)\b[^<>]*>)\s*<(?:b|strong)>\s*(authors?|upvotes|summary|abstract)"
    r"\s*:?\s*</(?:b|strong)>\s*:?",
    re.IGNORECASE,
)
_PARAGRAPH_END = re.compile(r"</?(?:p|div|br|li)\b[^<>]*>", re.IGNORECASE)
_LEADING_PICTURE = re.compile(
    r"""(?:\s|<(?:p|div|a|figure|center|br)\b[^<>]*>)*<img\b[^<>]*?\ssrc\s*=\s*["']([^"'>]+)""",
    re.IGNORECASE,
)


def base_of(reply: Reply) -> str:
    """What a reply's relative links are relative to, without what may be secret in its URL."""
    return public(reply.final_url or reply.url)


def paper_of(entry: Entry, base: str) -> Paper | None:
    """The paper that an entry is, its relative links being relative to `base`.

    None for an entry that tells nothing at all.
    """
    told = described(entry.text[:_LONG_TEXT], base)
    pages = [web_link(link, base) for link in entry.links]
    dois = (f"doi:{text}" if text.startswith("10.") else text for text in map(clean, entry.dois))
    others = [*(page or clean(link) for page, link in zip(pages, entry.links, strict=True)), *dois]
    ids = [clean(entry.id), *others]
    title = title_of(unmarked(entry.title[:_LONG_TITLE], IN_TITLES), told.abstract, *others, ids[0])
    if not title:
        return None
    return Paper(
        title=title,
        abstract=told.abstract,
        authors=names_of(entry.people) or told.authors,
        ids=_distinct(ids),
        url=_first(pages),
        pdf=_first(web_link(pdf, base) for pdf in entry.pdfs),
        discussion=web_link(entry.comments, base),
        thumbnail=_first(web_link(picture, base) for picture in entry.pictures) or told.thumbnail,
        upvotes=told.upvotes,
        comments=count(entry.comment_count),
        published=day_of(entry.published),
        categories=_distinct(map(clean, (entry.primary, *entry.terms))),
    )


def _first(links: Iterable[str | None]) -> str | None:
    return next(filter(None, links), None)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Those texts once each that are neither empty nor too long for a name or an id."""
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= _LONG_ID))


class Description(NamedTuple):
    """What an entry's description tells."""

    abstract: str
    authors: tuple[str, ...] = ()
    upvotes: int | None = None
    thumbnail: str | None = None


def described(text: str, base: str) -> Description:
    """Read a description in HTML, whose relative links are relative to `base`.

    Paragraphs that begin with a label in bold (Authors, Upvotes, Summary or Abstract) tell what
    the label says, where the first paragraph has one; all else is the abstract.
    """
    if announced := _ANNOUNCED.match(text):
        text = text[announced.end() :]
    if "<" not in text:
        return Description(unmarked(text))
    picture = _LEADING_PICTURE.match(text)
    thumbnail = web_link(html.unescape(picture[1]), base) if picture else None
    before, *parts = _LABEL.split(text)
    if not parts or unmarked(before):
        return Description(unmarked(text), thumbnail=thumbnail)
    told: dict[str, str] = {}
    abstract = []
    for label, value in zip(map(str.lower, parts[::2]), parts[1::2], strict=True):
        if label in ("summary", "abstract"):
            abstract.append(value)
            continue
        own, *rest = _PARAGRAPH_END.split(value.lstrip(), maxsplit=1)
        told[label.removesuffix("s")] = unmarked(own)
        abstract += rest
    return Description(
        unmarked(" ".join(abstract)),
        names_of([told.get("author", "")]),
        count(told.get("upvote")),
        thumbnail,
    )


def names_of(authors: Iterable[str]) -> tuple[str, ...]:
    """The names of author elements; those of a single one may stand in it with commas between.

    Affiliations in parentheses are left out, and so are e-mail addresses.
    """
    names = [_outside_parentheses(_named(unmarked(author))) for author in authors]
    if len(names) == 1:
        names = _separated(names[0])
    tidy = (_without_address(name).strip(" ,;") for name in names)
    return tuple(dict.fromkeys(filter(None, tidy)))


def _named(author: str) -> str:
    """The name that RSS 2.0 wants in parentheses, behind the e-mail address."""
    found = _ADDRESS_AND_NAME.fullmatch(author) if "@" in author else None
    return found[1] if found else author


def _without_address(name: str) -> str:
    return " ".join(word for word in name.split() if "@" not in word) if "@" in name else name


def _separated(line: str) -> list[str]:
    """The names of a comma list, where `Doe, J.` is one, and so is `Doe, Jr.`."""
    names: list[str] = []
    for part in map(str.strip, re.split("[,;]", line)):
        open_to_more = names and len(names[-1]) < _LONG_NAME
        if open_to_more and _INITIALS.fullmatch(part):
            names[-1] = f"{part} {names[-1]}"
        elif open_to_more and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(part)
    return names


def _outside_parentheses(text: str) -> str:
    """What stands outside parentheses; all of a text whose parentheses do not close."""
    if "(" not in text:
        return text
    depth, kept = 0, []
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(piece)
    return clean("".join(kept)) if not depth else text


def day_of(text: str) -> dt.date | None:
    """The day of a date as RFC 822 or ISO 8601 writes it, in its own time zone; None for others."""
    instant = _instant(text.strip())
    return instant.date() if instant else iso_day(text)


def utc_day_of(text: str) -> dt.date | None:
    """The UTC day of a date with a time; None where it tells no time."""
    instant = _instant(text.strip())
    try:
        return instant.astimezone(dt.UTC).date() if instant and instant.tzinfo else None
    except OverflowError:  # the first or the last day there is
        return None


@lru_cache(128)  # a feed often gives all its entries one date
def _instant(text: str) -> dt.datetime | None:
    try:
        iso = text[:4].isdigit()
        return dt.datetime.fromisoformat(text) if iso else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
