"""Which page of an edition holds a paper, where all of them would be too much for one. Pure.

This follows from the edition alone and from what its texts can take at most, never from a template
or a style, so that a link to a paper leads to it for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from digest.model.editions import Edition, Placement
from digest.render.text import LONGEST_ABSTRACT, LONGEST_LINK, LONGEST_NAME, LONGEST_TITLE, weight
from digest.render.wording import LONGEST_REASON, MOST_NAMES

LARGEST = 256_000  # bytes of a page
FRAME = 30_000  # of these for style, header and footer
LEAST = 100_000  # of these for papers, however much stands around them
MOST_REVISED = 40_000  # of these for new versions
TEASER = 300  # characters
SIGN = 6  # bytes that a character takes at most in HTML
_NAME = SIGN * LONGEST_NAME
_TEXTS = SIGN * (LONGEST_ABSTRACT + 3 * LONGEST_TITLE + TEASER) + 20 * _NAME  # of a paper


def sheets(edition: Edition) -> list[int]:
    """The page, from 1, of each paper of an edition, in order."""
    room = max(LEAST, LARGEST - FRAME - sum(_around(edition)))
    found, sheet, taken = [], 1, 0
    for section in edition.sections:
        for placed in section.papers:
            size = _size(placed)
            if taken and taken + size > room:
                sheet, taken = sheet + 1, 0
            taken += size
            found.append(sheet)
    return found


def revisions_shown(edition: Edition) -> int:
    """How many of an edition's new versions its last page has room for."""
    return sum(1 for taken in accumulate(_revisions(edition)) if taken <= MOST_REVISED)


def _revisions(edition: Edition) -> Iterator[int]:
    """The bytes of each new version, at most."""
    for revision in edition.revisions:
        yield 200 + min(weight(revision.title), SIGN * LONGEST_TITLE) + _link(revision.url)


def _around(edition: Edition) -> Iterator[int]:
    """The bytes of what stands around the papers, at most."""
    yield 3 * weight(edition.intro)
    yield from (300 + 3 * min(weight(one.label), _NAME) for one in edition.sections)
    for one in edition.sources:
        yield 100 + min(weight(one.name), _NAME) + min(weight(one.reason), SIGN * LONGEST_REASON)
    yield min(MOST_REVISED, sum(_revisions(edition)))


def _size(placed: Placement) -> int:
    """The bytes of a paper on its page, at most; its title and authors are told twice."""
    paper = placed.paper
    links = paper.url, paper.pdf, paper.code, paper.project, paper.discussion, paper.thumbnail
    names = "".join((*paper.authors[:MOST_NAMES], *paper.authors[-1:]))
    teaser = placed.summary or placed.teaser or paper.abstract[:TEASER]
    texts = paper.title * 3, names * 3, paper.organisation or "", paper.abstract, teaser
    return (
        800
        + min(weight("".join(texts)), _TEXTS)
        + _notes(placed)
        + sum(map(_link, links))
        + 30 * len(placed.key)
    )


def _notes(placed: Placement) -> int:
    """The bytes of who wrote the teaser, why the paper is in its section and who showed it."""
    phrases = sum([len(match.phrase) for match in placed.evidence.matches])
    names = sum([min(len(name), LONGEST_NAME) for name in placed.sources])
    codes = sum(map(len, placed.paper.categories[:3])) + len(placed.evidence.theme or "")
    return SIGN * (min(phrases, 2 * LONGEST_NAME) + names + 2 * codes)


def _link(url: str | None) -> int:
    """The bytes that a link takes at most: a sign of it may be quoted, and escaped."""
    if not url:
        return 0
    sign = 12 if not url.isascii() else 5 if "&" in url else 3
    return min(5 * LONGEST_LINK, sign * len(url))
