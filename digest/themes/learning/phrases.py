"""Runs of words in a text that could name a topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from digest.themes.learning.stops import EDGES, ENDS, FILLER
from digest.themes.taxonomy import Words
from digest.themes.words import words

LONGEST = 5  # words; one more than a topic mostly has, so that a piece of one shows as a piece

_CLAUSES = re.compile(
    r"[.,;:!?](?:\s|$)|(?<!\\)[()\[\]\"“”„«»…—]|\s[-–]+\s"
    r"|\b(?:by|towards?|through|using|via)\s",  # "Reasoning via Reinforcement Learning"
    re.IGNORECASE,
)
_SHORT = re.compile(r"\w['’]\w+$")  # don't, we're
_SIGNS = re.compile(r"^\W+|(?<=\w)\W+$")


class Run(NamedTuple):
    """Words that stand together in a text."""

    words: Words
    surface: str  # as the author writes them
    whole: bool  # the clause or the grammar goes on, not a word that they belong to


class _Token(NamedTuple):
    """What stands between two spaces: `on-policy` is one, of two words."""

    words: Words
    surface: str
    grammar: bool  # no run begins or ends with it
    ends: bool  # a run may end with it
    empty: bool  # names no topic


def runs(text: str) -> Iterator[Run]:
    """The runs of up to five words that could name a topic, as often as they stand in a text.

    A run is made of whole tokens of one clause. It neither begins nor ends with a word of
    grammar, does not end with a word such as "task", and not all of it is filler such as "novel
    method".
    """
    for clause in _CLAUSES.split(text):
        tokens = [token for token in map(_token, clause.split()) if token.words]
        for start, token in enumerate(tokens):
            if not token.grammar:
                yield from _beginning(tokens[start : start + LONGEST + 1])


def _beginning(tokens: list[_Token]) -> Iterator[Run]:
    """The runs that begin with the first of some tokens."""
    read: Words = ()
    empty = True
    for count, token in enumerate(tokens, start=1):
        read += token.words
        empty = empty and token.empty
        if len(read) > LONGEST:
            return
        if token.ends and not empty:
            whole = count == len(tokens) or tokens[count].grammar
            yield Run(read, " ".join(token.surface for token in tokens[:count]), whole)


@lru_cache(50_000)
def _token(text: str) -> _Token:
    read = tuple(words(text))
    surface = _SIGNS.sub("", text)
    readable = surface.isprintable() and tuple(words(surface)) == read  # no TeX
    single = len(read) == 1 and (read[0] in EDGES or read[0].isdigit())
    grammar = single or (len(read) > 1 and bool(_SHORT.search(surface)))
    return _Token(
        words=read,
        surface=surface if readable else " ".join(read),
        grammar=grammar,
        ends=not grammar and bool(read) and read[-1] not in ENDS,
        empty=all(map(_is_empty, read)),
    )


def _is_empty(word: str) -> bool:
    return word in FILLER or word in EDGES or word.isdigit() or len(word) == 1
