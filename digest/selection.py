"""What a reader gets of an edition: the papers they want, what they wait for first. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from digest.identity import normal_title
from digest.latex import readable
from digest.model.editions import Edition, Match, Placement, Revision, Section
from digest.model.readers import ORIGINAL, Preferences
from digest.themes.words import words

PINNED = "pinned"  # the id of the section of what has a reader's keywords and authors
PINNED_LABEL = "Your keywords and authors"

_NO_GROUPS: Mapping[str, str] = MappingProxyType({})
_TELLING_SIGN = re.compile(r"[^\w\s'’/‐‑‒–—-]")  # does more than to part words
_NAME_PARTS = re.compile(r"[\s.‐‑–-]+")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}

Name = tuple[str, ...]  # the words of a person's name as they are compared, the surname last


def selected(
    edition: Edition, preferences: Preferences, groups: Mapping[str, str] = _NO_GROUPS
) -> Edition | None:
    """What readers with these preferences get of an edition; None where it is nothing.

    See `Choices`. The edition itself where they want all of it.
    """
    return Choices(edition, groups).of(preferences)


class Choices:
    """An edition to choose from; each paper is read once, whatever readers want.

    A paper with one of a reader's keywords or authors comes first, in a section of its own, and
    no theme keeps it away. Else the most specific word on it decides: on its topic before on its
    theme, on its theme before on its group. Where nothing was said of it, it is left out if the
    reader named themes they want. What is left keeps its order.

    `groups` has the group of each theme by its id. What it does not know goes by what stands in
    the edition.
    """

    def __init__(self, edition: Edition, groups: Mapping[str, str] = _NO_GROUPS) -> None:
        self._edition = edition
        self._papers = tuple(placed for one in edition.sections for placed in one.papers)
        self._names = tuple(
            tuple(_names(section.theme, placed.evidence.theme, groups))
            for section in edition.sections
            for placed in section.papers
        )

    def of(self, preferences: Preferences) -> Edition | None:
        """What readers with these preferences get; None where it is nothing."""
        selection = self._selection(preferences)
        if selection and preferences.summaries == ORIGINAL:
            return _in_own_words(selection)
        return selection

    def _selection(self, reader: Preferences) -> Edition | None:
        edition = self._edition
        if not (reader.wanted or reader.unwanted or reader.keywords or reader.authors):
            return edition
        pins = self._pins(reader)
        pinned = tuple(self._pinned(at, pins[at]) for at in sorted(pins))
        sections = tuple(self._kept(reader, pins))
        if pinned:
            first = Section(theme=PINNED, label=PINNED_LABEL, papers=pinned, followed=True)
            sections = first, *sections
        if not sections:
            return None
        kept = {placed.key for section in sections for placed in section.papers}
        revisions = tuple(one for one in edition.revisions if self._told(one, reader, kept))
        return replace(edition, sections=sections, revisions=revisions)

    def _kept(self, reader: Preferences, pins: Mapping[int, object]) -> Iterator[Section]:
        """The sections without what is pinned or not wanted, and without those left empty."""
        at = 0
        for section in self._edition.sections:
            start, at = at, at + len(section.papers)
            papers = tuple(
                placed
                for number, placed in enumerate(section.papers, start)
                if number not in pins and self._wanted(number, reader)
            )
            if len(papers) == len(section.papers):
                yield section
            elif papers:
                yield replace(section, papers=papers)

    def _wanted(self, at: int, reader: Preferences) -> bool:
        for name in self._names[at]:
            if name in reader.unwanted:
                return False
            if name in reader.wanted:
                return True
        return not reader.wanted

    def _told(self, revision: Revision, reader: Preferences, kept: set[str]) -> bool:
        """Whether a revision is told. The themes of papers of earlier editions are not known."""
        if revision.key in self._keys:
            return revision.key in kept
        title = _Texts([revision.title])
        return not reader.wanted or any(map(title.have, map(_keyword, reader.keywords)))

    def _pins(self, reader: Preferences) -> dict[int, list[Match]]:
        """The keywords and authors of a reader that papers have, by the place of the paper."""
        pins: dict[int, list[Match]] = defaultdict(list)
        for keyword in map(_keyword, reader.keywords):
            for at, texts in enumerate(self._texts):
                if texts.have(keyword):
                    pins[at].append(Match(phrase=keyword.written, where="text", weight=0.0))
        for author in reader.authors:
            asked = _name(author)
            for at, name, written in self._authors.get(asked[-1:], ()):
                if _same_person(asked, name, surname=author[:1].islower()):
                    pins[at].append(Match(phrase=written, where="authors", weight=0.0))
        return pins

    def _pinned(self, at: int, matches: Sequence[Match]) -> Placement:
        placed = self._papers[at]
        reason = "author" if all(one.where == "authors" for one in matches) else "keyword"
        found = tuple(dict.fromkeys(matches))
        return replace(placed, evidence=replace(placed.evidence, reason=reason, matches=found))

    @cached_property
    def _keys(self) -> set[str]:
        return {placed.key for placed in self._papers}

    @cached_property
    def _texts(self) -> list[_Texts]:
        papers = (placed.paper for placed in self._papers)
        return [_Texts([paper.title, paper.abstract, *paper.keywords]) for paper in papers]

    @cached_property
    def _authors(self) -> Mapping[Name, Sequence[tuple[int, Name, str]]]:
        """Who wrote which paper, by the last word of their names."""
        found: dict[Name, list[tuple[int, Name, str]]] = defaultdict(list)
        for at, placed in enumerate(self._papers):
            for written in placed.paper.authors:
                if name := _name(written):
                    found[name[-1:]].append((at, name, written))
        return found


def _in_own_words(edition: Edition) -> Edition:
    """An edition without what a model wrote."""

    def section(one: Section) -> Section:
        return replace(one, papers=tuple(replace(placed, summary="") for placed in one.papers))

    return replace(edition, sections=tuple(map(section, edition.sections)), summarised_by="")


def _names(home: str, theme: str | None, groups: Mapping[str, str]) -> Iterator[str]:
    """What the place of a paper in a section is called, the most specific first."""
    above = home.rpartition(".")[0]  # of a topic, its theme
    names = (home, above, theme or "") if above else (theme or "", home)
    yield from filter(None, names)
    yield from filter(None, (groups.get(name, "") for name in names))


class _Keyword(NamedTuple):
    """What is looked for in texts."""

    written: str
    words: str  # with a space around each
    plain: str  # what must stand there as it is; "" where the words alone decide


def _keyword(written: str) -> _Keyword:
    """A keyword, read as the phrases of themes are; one with signs, as C++, must have them, too."""
    plain = written.casefold() if _TELLING_SIGN.search(written) else ""
    return _Keyword(written, f" {' '.join(words(written))} ", plain)


class _Texts:
    """Texts in which keywords are looked for, by whole words."""

    def __init__(self, texts: Iterable[str]) -> None:
        plain = [readable(text) for text in texts]
        read = filter(None, map(words, plain))
        self._words = "|".join(f" {' '.join(found)} " for found in read)
        self._plain = "\n".join(plain).casefold()

    def have(self, keyword: _Keyword) -> bool:
        """Whether the keyword is in one of them."""
        return keyword.words in self._words and keyword.plain in self._plain


def _name(written: str) -> Name:
    """The words of a name: of "LeCun, Yann", of "Yann LeCun" and of "Yann LECUN" the same."""
    family, _, given = readable(written).partition(",")
    parts = filter(None, map(normal_title, _NAME_PARTS.split(f"{given} {family}")))
    name = tuple(parts)
    return tuple(part for part in name if part not in _SUFFIXES) if len(name) > 2 else name


def _same_person(asked: Name, name: Name, *, surname: bool) -> bool:
    """Whether an author's name may be the one that was asked for.

    Surnames are the same, of given names the first agree, and the others where both have any: an
    initial agrees with each name that it begins. A `surname` alone, of one word or like "van der
    Berg", asks for all who have it; what looks like one may be a whole name in small letters.
    """
    if (len(asked) == 1 or surname) and name[-len(asked) :] == asked:
        return True
    if name[-1] != asked[-1] or len(name) == 1 or not _agree(asked[0], name[0]):
        return False
    fewer, more = sorted((asked[1:-1], name[1:-1]), key=len)
    others = iter(more)
    return all(any(_agree(part, other) for other in others) for part in fewer)


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))
