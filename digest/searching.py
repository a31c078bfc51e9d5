"""Searching papers by words: what of a paper counts, what is asked for, what goes first. Pure.

docs/search.md has the rules. Whatever finds the candidates, they are judged here, so that every
search ranks alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from digest.identity import normal_title
from digest.latex import readable
from digest.model.editions import Edition, Placement, Section
from digest.themes.words import words as parted

NAMED = 1000  # the score of the paper that an id, a link or its title names; none has more
EVERY = "="  # the mark of every paper

_TITLE, _NAMES, _ABSTRACT = 8, 6, 2  # what a word is worth by where it stands at best
_WORTHS = (_TITLE, _NAMES, _ABSTRACT)
_SIDE_BY_SIDE = (8, 4, 4)  # more, where all words stand there as they were typed
_WHOLE_TITLE = 16  # more, where that is all of the title

_LONGEST_WORD = 64  # characters; PostgreSQL takes up to 2,046 bytes
_LONGEST_FIELD = 40_000  # characters; PostgreSQL takes up to 1 MB for all words of a paper
_MOST_TERMS = 64
_SHORTEST_OPEN = 3  # letters of a word that may go on

_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
# Scripts without spaces: Han and kana. Each sign is a word, and what is typed together a phrase.
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def words(text: str) -> list[str]:
    """The words of a text, letters and digits alone: case, accents, plurals and LaTeX folded."""
    plain = readable(text)
    if plain.isascii():
        found = parted(plain)
    else:
        found = [
            folded
            for word in parted(_IDEOGRAPH.sub(r" \g<0> ", plain))
            if (folded := word if word.isascii() else normal_title(word))
        ]
    if max(map(len, found), default=0) > _LONGEST_WORD:
        found = [word[:_LONGEST_WORD] for word in found]
    return found


class Entry(NamedTuple):
    """What is kept of a paper to be searched."""

    tokens: str  # its marks and its words, those of its title once more as `_word`
    text: str  # title, names and abstract, each folded, between spaces, parted by "|"


def entries(edition: Edition) -> Iterator[Entry]:
    """The entries of an edition's papers, in their order."""
    return (_entry(section, placed) for section, placed in placements(edition))


def placements(edition: Edition) -> Iterator[tuple[Section, Placement]]:
    """The papers of an edition, in their order, each with its section."""
    return ((section, placed) for section in edition.sections for placed in section.papers)


def _entry(section: Section, placed: Placement) -> Entry:
    paper = placed.paper
    names = (*paper.authors, paper.organisation or "", *paper.keywords)
    told = (paper.title, " ".join(names), f"{paper.abstract} {placed.summary}")
    fields = [" ".join(words(text))[:_LONGEST_FIELD] for text in told]
    homes = (section.theme, section.theme.partition(".")[0], placed.evidence.theme)
    marks = [EVERY, *map(theme_mark, filter(None, homes)), *map(source_mark, placed.sources)]
    marks += ["_" + word for word in fields[0].split()]
    tokens = dict.fromkeys(marks + " ".join(fields).split())
    return Entry(" ".join(tokens), "|".join(f" {field} " for field in fields))


@lru_cache(1_000)  # an edition has few
def theme_mark(theme: str) -> str:
    """The token of the papers of a theme, a group or a topic, by its id."""
    return "_".join(("=theme", *words(theme)))


@lru_cache(1_000)
def source_mark(name: str) -> str:
    """The token of the papers that a source showed."""
    return "_".join(("=source", *words(name)))


class Term(NamedTuple):
    """Words that stand side by side."""

    words: tuple[str, ...]
    open: bool = False  # the last one may go on


class Query(NamedTuple):
    """What a paper must have and must not have."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def query(text: str) -> Query:
    """Read what was typed. Nothing is an error; signs that mean nothing part words.

    What stands within quotation marks, or without a space between, is a phrase; a minus before it
    leaves papers out. The last word, unless quoted, may be the beginning of one.
    """
    wanted, unwanted = [], []
    parts = list(_PART.finditer(text.translate(_QUOTES)))
    for part in parts:
        minus, quoted, bare = part.groups()
        found = tuple(words(quoted if bare is None else bare))
        if found and minus:
            unwanted.append(Term(found))
        elif found:
            goes_on = bare is not None and part is parts[-1] and len(found[-1]) >= _SHORTEST_OPEN
            wanted.append(Term(found, goes_on))
    return Query(tuple(wanted[:_MOST_TERMS]), tuple(unwanted[:_MOST_TERMS]))


def score(asked: Query, text: str) -> int | None:
    """How well the text of an entry answers, from 0; None where it does not."""
    fields = text.split("|")
    total = 0
    for term in asked.wanted:
        best = max(map(_worth, [term] * len(fields), fields, _WORTHS))
        if not best:
            return None
        total += best
    if any(_worth(term, text, 1) for term in asked.unwanted):
        return None
    return total + _together(asked.wanted, fields)


def _worth(term: Term, field: str, worth: int) -> int:
    """What a term is worth in a field: all where it stands, half where a word only begins so."""
    start = " " + " ".join(term.words)
    if start not in field:
        return 0
    if start + " " in field:
        return worth
    return worth // 2 if term.open else 0


def _together(terms: Iterable[Term], fields: list[str]) -> int:
    """What it is worth that all words stand side by side, as they were typed."""
    line = [word for term in terms for word in term.words]
    if not line:
        return 0
    phrase = f" {' '.join(line)} "
    if phrase == fields[0]:
        return _SIDE_BY_SIDE[0] + _WHOLE_TITLE
    if len(line) == 1:
        return 0
    places = zip(_SIDE_BY_SIDE, fields, strict=True)
    return max((more for more, field in places if phrase in field), default=0)
