"""A taxonomy while its layers are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from digest.themes.taxonomy import STRONG, Home, Taxonomy, Theme, Words, index_of
from digest.themes.words import words


@dataclass(slots=True, kw_only=True)
class Draft:
    """A theme while layers are read."""

    id: str
    label: str
    fields: frozenset[str]
    abstain_below: float
    group: str = ""
    own: bool = False
    category: bool = True  # until it has phrases other than those shipped with a category
    description: str = ""
    priority: float = 1.0
    phrases: dict[Words, tuple[str, float]] = field(default_factory=dict)
    exclusions: dict[Words, str] = field(default_factory=dict)
    topics: dict[Words, str] = field(default_factory=dict)


@dataclass(slots=True)
class Drafts:
    """A taxonomy while layers are read."""

    groups: dict[str, str] = field(default_factory=dict)  # labels
    themes: dict[str, Draft] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)  # by a category's words
    problems: list[str] = field(default_factory=list)


def compiled(drafts: Drafts, version: str) -> Taxonomy:
    """The taxonomy of drafts without problems."""
    order = {group: number for number, group in enumerate(drafts.groups)}
    themes = tuple(map(_theme, sorted(drafts.themes.values(), key=lambda one: order[one.group])))
    return Taxonomy(
        version=version,
        themes=themes,
        places={theme.id: place for place, theme in enumerate(themes)},
        labels=dict(_labels(drafts.groups, themes)),
        parents={theme.id: theme.group for theme in themes},
        homes=drafts.homes,
        index=index_of(dict(enumerate(themes))),
    )


def _labels(groups: Mapping[str, str], themes: Iterable[Theme]) -> Iterable[tuple[str, str]]:
    for group, label in groups.items():
        yield group, label
        yield from ((theme.id, theme.label) for theme in themes if theme.group == group)


def _theme(draft: Draft) -> Theme:
    return Theme(
        id=draft.id,
        label=draft.label,
        group=draft.group,
        description=draft.description,
        phrases=draft.phrases,
        exclusions=draft.exclusions,
        topics=_topics(draft),
        priority=draft.priority,
        abstain_below=draft.abstain_below,
        fields=draft.fields,
        category=draft.category,
        own=draft.own,
    )


def _topics(draft: Draft) -> dict[str, str]:
    """Labels by phrase. Where a theme names no topics, each of its strong phrases is one.

    A topic that is called as its theme, and phrases of a source's category, make none.
    """
    theme = words(draft.label)
    topics = {
        draft.phrases[read][0]: label
        for read, label in draft.topics.items()
        if words(label) != theme
    }
    if topics or draft.category:
        return topics
    return {
        phrase: phrase[:1].upper() + phrase[1:]
        for read, (phrase, weight) in draft.phrases.items()
        if weight >= STRONG and list(read) != theme
    }
