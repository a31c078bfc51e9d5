"""How feeds of every format put a paper into words: author lines, descriptions, dates."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from digest.sources.text import clean, count, iso_day, unmarked, web_link

_INITIALS = re.compile(r"(?:\w\.[ -]?)+")
_SUFFIX = re.compile(r"(?:[JS]r\.?|II|III|IV)")

# https://info.arxiv.org/help/rss_specifications.html
_ANNOUNCED = re.compile(r"\AarXiv:\S+ Announce Type: \S+ Abstract: ?")

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
    picture = _LEADING_PICTURE.match(text)
    thumbnail = web_link(html.unescape(picture[1]), base) if picture else None
    before, *parts = _LABEL.split(text)
    if unmarked(before):
        return Description(_ANNOUNCED.sub("", unmarked(text)), thumbnail=thumbnail)
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

    Affiliations in parentheses are left out, and so is what is an e-mail address.
    """
    names = [_outside_parentheses(unmarked(author)) for author in authors]
    if len(names) == 1:
        names = _separated(names[0])
    tidy = (clean(name.strip(" ,;")) for name in names)
    return tuple(dict.fromkeys(name for name in tidy if name and "@" not in name))


def _separated(line: str) -> list[str]:
    """The names of a comma list, where `Doe, J.` is one, and so is `Doe, Jr.`."""
    names: list[str] = []
    for part in map(str.strip, re.split("[,;]", line)):
        if names and _INITIALS.fullmatch(part):
            names[-1] = f"{part} {names[-1]}"
        elif names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(part)
    return names


def _outside_parentheses(text: str) -> str:
    """What stands outside parentheses; all of a text whose parentheses do not close."""
    depth, kept = 0, []
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(piece)
    return "".join(kept) if not depth else text


def day_of(text: object) -> dt.date | None:
    """The day of a date as RFC 822 or ISO 8601 writes it, in its own time zone; None for others."""
    try:
        return iso_day(text) or parsedate_to_datetime(clean(text)).date()
    except (ValueError, OverflowError):
        return None
