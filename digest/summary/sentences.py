"""The sentences of an abstract, in any script, and the part of it that each stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence as it stands in its abstract."""

    text: str
    part: str  # of a structured abstract: background, aims, methods, results or conclusions


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Where a sentence may end: after stops and what closes behind them, before a word and its colon.
_END = re.compile("""[.!?…؟۔।॥。！？｡]+["'”’»)\\]」』）]{0,3}|[A-Z]\\w{2,15}(?:\\(s\\))?:""")
_UNSPACED = "。！？｡"  # stops of scripts that set no blanks
_ABBREVIATIONS = _words(
    "e.g. eg. i.e. ie. al. etc. cf. ca. vs. viz. resp. approx. incl. w.r.t. a.k.a. s.t. et."
    " i.i.d. r.v."
    " fig. figs. tab. tabs. eq. eqs. sec. secs. ref. refs. ch. thm. no. nos. vol. p. pp."
    " dr. drs. prof. st. jr. subsp. ssp. sp. spp. var."
)
_SPACED = ("i. e.", "e. g.")
_INITIALS = re.compile(r"(?:[A-Z]\.-?)+")
_OPENERS = _words(  # begin a sentence even after "K." or "etc." and where the blank is missing
    "A All Also Although An As At Both But By Consequently Conversely Finally Following For From"
    " Further Furthermore Given Hence Here How However If In It Its Let Many Moreover More Most"
    " Motivated On One Our Such Similarly Since Some Specifically That The Their Then There"
    " Therefore These They This Those Thus To Under Unlike Using We What When Where Whereas Which"
    " While With Without"
)
_PARTS = {
    "background": "Background Introduction Context Motivation Importance Rationale",
    "aims": "Aims Aim Goals Goal(s) Goal Objectives Objective Purpose Hypothesis Question",
    "methods": "Methods Method Methodology Approach Design Setting Participants",
    "results": "Results Result Findings",
    "conclusions": "Conclusions Conclusion Interpretation Discussion Significance Impact",
}
_PART_OF = {name.upper(): part for part, names in _PARTS.items() for name in names.split()}
_NAMES = "|".join(
    f"{name}|{name.upper()}" for names in _PARTS.values() for name in map(re.escape, names.split())
)
# "Results:", "Results.", "Aims and scope:", "RESULTS Words", "Results We", "ResultsWe"
_HEADING = re.compile(
    rf"(?:Main )?(?P<name>{_NAMES}|(?<=Main )(?:results?|findings))(?: (?:and|&) \w+)?"
    rf"(?:\s?[:.](?!\d)|(?<=[A-Z]{{4}})(?= [A-Z])|\s?(?=(?:{'|'.join(sorted(_OPENERS))}) ))"
)


def name_in(title: str) -> str:
    """The name before a title's colon: "EBB" in "EBB: Reading the Moon"; else empty."""
    return title.partition(": ")[0] if ": " in title[:40] else ""


def sentences(abstract: str, title: str = "") -> Iterator[Sentence]:
    """The sentences of an abstract of one line, in reading order.

    The headings of its parts ("Results:") belong to none of them. The name in its `title` may begin
    one even where that looks like no beginning: "Tides rise.eBB tells when."
    """
    part = ""
    for piece in _pieces(abstract, name_in(title)):
        text = piece.strip()
        if heading := _HEADING.match(text):
            part = _PART_OF[heading["name"].upper()]
            text = text[heading.end() :].lstrip()
        if text:
            yield Sentence(text, part)


def _pieces(abstract: str, name: str) -> Iterator[str]:
    """The abstract in pieces that end as sentences do."""
    start = 0
    for mark in _END.finditer(abstract):
        end = mark.start() if mark[0][-1] == ":" else mark.end()
        if _ends(abstract, start, end, mark[0], name):
            yield abstract[start:end]
            start = end
    yield abstract[start:]


def _ends(abstract: str, start: int, end: int, mark: str, name: str) -> bool:
    """Whether the sentence from `start` ends where a mark tells it might."""
    if mark[-1] == ":":
        # What is shorter is the heading's beginning, as in "Materials and Methods:".
        return end - start > 40 and _HEADING.match(abstract, end) is not None
    if mark[0] in _UNSPACED:
        return True
    glued = not abstract.startswith(" ", end)
    named = bool(name) and abstract.startswith(f"{name} ", end + (not glued))
    word = abstract[end : end + 24].split(" ")[not glued]
    if glued:
        return (named or word in _OPENERS) and abstract[end - 4 : end - 1].islower()
    begins = named or not word.rstrip(",").islower()
    return begins and not _goes_on(abstract[max(start, end - 60) : end], word.rstrip(","))


def _goes_on(before: str, following: str) -> bool:
    """Whether a stop before a blank ends no sentence: an abbreviation's, or between brackets."""
    if before.endswith(_SPACED):
        return True
    last = before[before.rfind(" ") + 1 :].lstrip("([\"'“‘~–-")
    if last.lower() in _ABBREVIATIONS or _INITIALS.fullmatch(last):
        return following not in _OPENERS
    return max(map(before.rfind, "([")) > max(map(before.rfind, ")]"))
