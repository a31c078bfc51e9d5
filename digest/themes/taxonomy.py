"""A taxonomy: groups, themes and their phrases, read from TOML.

abstain_below = 9.0               # a paper whose best theme scores less claims none
archives = ["cs", "stat"]         # nor does one of other arXiv archives only; absent: of any

[[group]]
id = "agents"
label = "Agents & retrieval"

[[theme]]
id = "retrieval"
group = "agents"
label = "Retrieval & recommendation"
description = "Finding what is relevant, and answering from it."
strong = ["dense retrieval"]      # weigh 3
weak = ["query"]                  # weigh 1
exclude = ["image retrieval"]     # a paper with one of these is never of this theme
priority = 1.0                    # times the score, where themes are compared
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from digest.model.papers import Paper
from digest.themes.checks import Checks, read_toml
from digest.themes.words import words

_WEIGHTS = {"strong": 3.0, "weak": 1.0, "exclude": 0.0}
_THEME_KEYS = ("id", "group", "label", "description", *_WEIGHTS, "priority")


class Use(NamedTuple):
    """What a phrase means to one theme. A weight of 0 rules the theme out."""

    theme: int  # its place in the taxonomy
    phrase: str  # as the taxonomy writes it
    weight: float


Index = Mapping[str, Sequence[tuple[list[str], tuple[Use, ...]]]]  # by a phrase's first word


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A named topic."""

    id: str
    label: str
    group: str  # id
    description: str
    phrases: Mapping[tuple[str, ...], tuple[str, float]]  # words: (as written, weight)
    priority: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Themes in their groups, with the phrases that speak for them.

    `labels` names everything that can be a section, in the order of the taxonomy: each group
    before its themes, then the categories. `parents` holds the group of each theme and category.
    `index` holds the phrases, by their first word, the longest first.
    """

    version: str  # name, "@", and the first 8 hexadecimal digits of the text's SHA-256
    abstain_below: float
    archives: frozenset[str]  # section ids; empty for all
    themes: tuple[Theme, ...]
    labels: Mapping[str, str]
    parents: Mapping[str, str]
    index: Index

    def categories(self, paper: Paper) -> list[str]:
        """The ids of those of a paper's categories that have a name here, the primary first."""
        ids = map(category_id, paper.categories)
        return [found for found in ids if found in self.parents]

    def covers(self, paper: Paper) -> bool:
        """Whether a paper is of these archives, as far as its categories tell."""
        found = {self.parents[category] for category in self.categories(paper)}
        return not (self.archives and found) or not found.isdisjoint(self.archives)


def category_id(code: str) -> str:
    """The section id of an arXiv category or archive: `arxiv-astro-ph-ga`."""
    return "arxiv-" + code.lower().replace(".", "-")


@lru_cache(maxsize=4)  # whoever makes many editions reads it once
def parse_taxonomy(text: str, name: str, categories: str = "") -> Taxonomy:
    """The taxonomy of a TOML text; `name` stands in its version and in errors.

    `categories` is TOML too: for each archive a table such as `[cs]` with its `label`, and in
    `[cs.categories]` the names of its categories by their codes. Raises ConfigError with every
    problem.
    """
    document = read_toml(text, name)
    checks = Checks(name)
    checks.keys("", document, ("abstain_below", "archives", "group", "theme"))
    abstain_below = checks.number("", document, "abstain_below", 9.0)
    archives = checks.texts("", document, "archives")
    named, homes = _categories(categories)
    for archive in archives:
        if category_id(archive) not in homes.values():
            checks.problem("archives", f'{archive!r} is no arXiv archive, such as "cs"')
    groups = _groups(checks, document)
    themes = _themes(checks, document, groups)
    checks.raise_problems()
    labels: dict[str, str] = {}
    for group, label in groups.items():
        labels[group] = label
        labels |= {theme.id: theme.label for theme in themes if theme.group == group}
    return Taxonomy(
        version=f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        abstain_below=abstain_below,
        archives=frozenset(map(category_id, archives)),
        themes=themes,
        labels=labels | named,
        parents={theme.id: theme.group for theme in themes} | homes,
        index=_index(themes),
    )


def _groups(checks: Checks, document: Mapping[str, Any]) -> dict[str, str]:
    """Labels by id."""
    groups = {}
    for where, table in checks.tables(document, "group"):
        checks.keys(where, table, ("id", "label"))
        groups[checks.identifier(where, table)] = checks.text(where, table, "label")
    return groups


def _themes(
    checks: Checks, document: Mapping[str, Any], groups: Mapping[str, str]
) -> tuple[Theme, ...]:
    """In the order of their groups, then of the file."""
    themes = [
        _theme(checks, where, table, groups) for where, table in checks.tables(document, "theme")
    ]
    order = {group: number for number, group in enumerate(groups)}
    return tuple(sorted(themes, key=lambda theme: order.get(theme.group, 0)))


def _theme(
    checks: Checks, where: str, table: Mapping[str, Any], groups: Mapping[str, str]
) -> Theme:
    checks.keys(where, table, _THEME_KEYS)
    group = checks.text(where, table, "group")
    if group and group not in groups:
        checks.problem(f"{where}.group", f"no group {group!r}; groups: {', '.join(groups)}")
    return Theme(
        id=checks.identifier(where, table),
        label=checks.text(where, table, "label"),
        group=group,
        description=checks.text(where, table, "description", needed=False),
        phrases=_phrases(checks, where, table),
        priority=checks.number(where, table, "priority", 1.0),
    )


def _phrases(
    checks: Checks, where: str, table: Mapping[str, Any]
) -> dict[tuple[str, ...], tuple[str, float]]:
    phrases: dict[tuple[str, ...], tuple[str, float]] = {}
    for kind, weight in _WEIGHTS.items():
        for phrase in checks.texts(where, table, kind):
            read = tuple(words(phrase))
            if not read:
                checks.problem(f"{where}.{kind}", f"{phrase!r} holds no word")
            elif read in phrases:
                twin = phrases[read][0]
                checks.problem(f"{where}.{kind}", f"{phrase!r} says the same as {twin!r}")
            else:
                phrases[read] = (phrase, weight)
    if not any(weight for _, weight in phrases.values()):
        checks.problem(where, "needs phrases, in strong or in weak")
    return phrases


def _index(themes: Sequence[Theme]) -> Index:
    uses: dict[tuple[str, ...], list[Use]] = defaultdict(list)
    for number, theme in enumerate(themes):
        for read, (phrase, weight) in theme.phrases.items():
            uses[read].append(Use(number, phrase, weight))
    index: dict[str, list[tuple[list[str], tuple[Use, ...]]]] = defaultdict(list)
    for read in sorted(uses, key=len, reverse=True):
        index[read[0]].append((list(read), tuple(uses[read])))
    return dict(index)


def _categories(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of archives and categories by section id, and each category's archive."""
    labels: dict[str, str] = {}
    parents: dict[str, str] = {}
    for archive, table in read_toml(text, "categories").items():
        home = category_id(archive)
        labels[home] = table["label"]
        for code, label in table["categories"].items():
            labels[category_id(code)] = label
            parents[category_id(code)] = home
    return labels, parents
