"""A taxonomy: groups, themes and the phrases that speak for them. `layers` reads one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digest.model.papers import Paper
from digest.themes.words import category_words

CORE, STRONG, WEAK = 5.0, 3.0, 1.0  # what a phrase weighs


class Use(NamedTuple):
    """What a phrase means to one theme."""

    theme: int  # its place in the taxonomy
    phrase: str  # as the taxonomy writes it
    weight: float


class Home(NamedTuple):
    """Where a category's papers go that no theme claims."""

    theme: str  # id
    field: str  # the id of the group that the category is of, such as an arXiv archive
    category: str  # as the taxonomy writes it
    weight: float = 0.0  # what being of the category first adds to the theme's score


Words = tuple[str, ...]


class Index(NamedTuple):
    """Phrases to be looked for in a text."""

    lengths: Mapping[str, Sequence[int]]  # by first word: how many words phrases have, most first
    uses: Mapping[Words, tuple[Use, ...]]  # by phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A named topic."""

    id: str
    label: str
    group: str  # id
    description: str
    phrases: Mapping[Words, tuple[str, float]]  # (as written, weight)
    exclusions: Mapping[Words, str]  # phrases, as written, that rule the theme out
    topics: Mapping[str, str]  # by phrase as written, the label of the part of the theme it is of
    priority: float
    abstain_below: float
    fields: frozenset[str]  # groups whose papers it may claim, and those of no known field; or all
    category: bool  # claims the papers of a source's category, and by phrases those of none
    own: bool  # the user's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taxonomy:
    """Themes in their groups, with the phrases that speak for them.

    `labels` names everything that can be a section, in the order of the taxonomy: each group
    before its themes.
    """

    version: str  # names, "@", and 8 hexadecimal digits of what the layers say (SHA-256)
    themes: tuple[Theme, ...]
    places: Mapping[str, int]  # of themes, by id
    labels: Mapping[str, str]
    parents: Mapping[str, str]  # the group of each theme
    homes: Mapping[str, Home]  # by a category's words
    index: Index

    def homes_of(self, paper: Paper) -> list[Home]:
        """Those of a paper's categories that have a home, the primary first."""
        found = (self.homes.get(category_words(category)) for category in paper.categories)
        return [home for home in found if home]


def index_of(themes: Mapping[int, Theme]) -> Index:
    """The phrases of some themes, which are given by their places in the taxonomy."""
    uses: dict[Words, list[Use]] = defaultdict(list)
    for place, theme in themes.items():
        for read, (phrase, weight) in theme.phrases.items():
            uses[read].append(Use(place, phrase, weight))
    lengths: dict[str, set[int]] = defaultdict(set)
    for read in uses:
        lengths[read[0]].add(len(read))
    return Index(
        lengths={word: sorted(found, reverse=True) for word, found in lengths.items()},
        uses={read: tuple(found) for read, found in uses.items()},
    )
