"""A Hugging Face Daily Papers page, saved from a browser as text.

After a head (`Get trending papers in your email inbox`, `Subscribe`, perhaps `Daily Papers`,
`by…`, and the page's date) come the papers, each a title, an abstract and perhaps its card:

      • 22 authors          (or an organisation: its short name, then its name)
    ·
    Nov 15, 2024 5          (the last number counts comments; a recent date has no year)

Either blank lines stand between these, or each takes one line and the first title stands on the
line of `Subscribe` itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from digest.errors import ParseError
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.sources.text import clean, count
from digest.sources.verdicts import nothing_new

_HEAD_LINES = 20  # within which `Subscribe` stands
_MIN_ABSTRACT = 150  # characters: few titles are longer, and (of 7,639 papers) no abstract shorter
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = rf"(?P<month>{'|'.join(_MONTHS)}) (?P<day>[0-9]{{1,2}})(?:, (?P<year>[0-9]{{4}}))?"
_HEAD = re.compile(rf"Daily Papers|by ?.*research community|{_DATE}")
_CARD = re.compile(
    rf"(?:• (?P<authors>[0-9,]+) authors?|(?P<slug>\S+)(?: (?P<organisation>.+))?) · {_DATE}"
    r"(?: (?P<comments>[0-9]+))?"
)


class _Block(NamedTuple):
    line: int  # from 1
    text: str


@dataclass(slots=True)
class SavedPage:
    """The papers of saved pages: those of a file, of a folder's files, or of a pattern's."""

    name: str
    path: str
    fingerprint: str = "saved-page/1"

    def requests(self, occasion: Occasion) -> Sequence[Request]:
        """One request, for the file, the folder (all its files) or the pattern."""
        if occasion.alone:  # a page has no day
            return []
        return [Request(url="file://" + quote(self.path, safe="/*?[]!-"), accept="text/plain")]

    def parse(self, reply: Reply) -> Listing:
        """The papers of one page.

        A date without a year is read as the latest such date up to the page's own; where that
        has no year either, the year cannot be known. Raises ParseError, naming the file and the
        line, where the page has another structure.
        """
        try:
            return Listing(papers=tuple(_papers(reply.body)))
        except ParseError as error:
            file = unquote(urlsplit(reply.url).path)
            raise ParseError(f"{file}: {error}; save the page as text again") from None

    def verdict(self, glance: Glance, now: dt.datetime) -> tuple[SourceState, str]:  # noqa: ARG002 - a page has no day
        """Quiet: pages come when somebody saves them."""
        return nothing_new(glance)


def _papers(body: bytes) -> Iterator[Paper]:
    blocks = _blocks(_lines(body))
    page_date, at = None, 0
    while at < len(blocks) and (head := _HEAD.fullmatch(blocks[at].text)):
        page_date = page_date or _day(head, None)
        at += 1
    if at == len(blocks):
        raise ParseError("no paper follows the head of the page")
    while at < len(blocks):
        if _CARD.fullmatch(blocks[at].text):
            raise _Misfit("a title", blocks[at])
        if at + 1 == len(blocks):
            raise ParseError(f"line {blocks[at].line}: expected an abstract after this title")
        title, abstract = blocks[at : at + 2]
        if len(abstract.text) < _MIN_ABSTRACT or _CARD.fullmatch(abstract.text):
            raise _Misfit("an abstract", abstract)
        card = _CARD.fullmatch(blocks[at + 2].text) if at + 2 < len(blocks) else None
        yield _paper(title.text, abstract.text, card, page_date)
        at += 3 if card else 2


class _Misfit(ParseError):
    """Something else stands on a line than the structure of the page wants."""

    def __init__(self, expected: str, found: _Block) -> None:
        super().__init__(f"line {found.line}: expected {expected}, found {found.text[:60]!r}")


def _paper(
    title: str, abstract: str, card: re.Match[str] | None, page_date: dt.date | None
) -> Paper:
    if not card:
        return Paper(title=title, abstract=abstract)
    return Paper(
        title=title,
        abstract=abstract,
        author_count=count((card["authors"] or "").replace(",", "")),
        organisation=card["organisation"] or card["slug"],
        comments=count(card["comments"]),
        published=_day(card, page_date),
    )


def _day(date: re.Match[str], latest: dt.date | None) -> dt.date | None:
    """The date that a line names, if need be with the year that brings it closest to `latest`."""
    year = int(date["year"] or (latest.year if latest else 0))
    if not date["month"] or not year:
        return None
    try:
        found = dt.date(year, _MONTHS.index(date["month"]) + 1, int(date["day"]))
        past = date["year"] or not latest or found <= latest
        return found if past else found.replace(year=year - 1)
    except ValueError:
        return None


def _lines(body: bytes) -> list[_Block]:
    """The lines below the head's `Subscribe`, with what stands behind that word as the first."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParseError("it is not text in UTF-8") from None
    lines = [_Block(number, clean(line)) for number, line in enumerate(text.split("\n"), start=1)]
    head = [line for line in lines if line.text][:_HEAD_LINES]
    start = next((line for line in head if line.text.startswith("Subscribe")), None)
    invited = any(line.text.startswith("Get trending papers") for line in head)
    if not start or not invited:
        raise ParseError(
            "it is no Daily Papers page: expected 'Get trending papers in your email inbox' and"
            f" 'Subscribe' in its first lines, found {head[0].text[:60] if head else 'nothing'!r}"
        )
    rest = _Block(start.line, start.text.removeprefix("Subscribe").lstrip())
    return [rest, *lines[start.line :]]


def _blocks(lines: list[_Block]) -> list[_Block]:
    """What blank lines separate, each on one line; or each line, where there are no blank lines."""
    groups = [list(group) for full, group in groupby(lines, lambda line: bool(line.text)) if full]
    if len(groups) <= 1:
        return [line for group in groups for line in group]
    return [_Block(group[0].line, clean(" ".join(line.text for line in group))) for group in groups]
