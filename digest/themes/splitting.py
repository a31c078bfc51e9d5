"""How sections that grow too large fall into parts, under names that stay the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from digest.model.editions import Placement
from digest.themes.taxonomy import Taxonomy, Theme
from digest.themes.words import category_words

_SHARE, _FEWEST, _MOST = 0.27, 5, 25  # of a day's papers that a section may hold
_SMALLEST_PART = 3  # papers
_COVERED = 0.34  # of a section, by parts that are large enough, or it is not divided
_SURE = 5.0  # what a topic's phrases must weigh: more than one mention of a strong one


def split(
    taxonomy: Taxonomy, placements: Sequence[Placement], homes: Mapping[str, str], most: int
) -> dict[str, str]:
    """The homes (section ids by key) after sections too large have given off parts.

    A section is too large with more than 25 papers or 27 % of the day's, but not with up to 5. A
    group gives off its largest theme, a theme its largest topic, again and again, while there are
    fewer than `most` sections, if its parts hold much of it. What a divided one keeps goes by its
    part if it is of one only.
    """
    limit = max(_FEWEST, min(_MOST, _SHARE * len(placements)))
    members: dict[str, list[Placement]] = defaultdict(list)
    for placed in placements:
        members[homes[placed.key]].append(placed)
    whole, divided = set[str](), set[str]()
    while len(members) < most:
        large = [home for home in members if len(members[home]) > limit and home not in whole]
        if not large:
            break
        home = max(large, key=lambda home: (len(members[home]), home))
        parts = _parts(taxonomy, home, members[home])
        fit = {part for part in parts if _SMALLEST_PART <= len(parts[part]) < len(members[home])}
        fit -= {""}
        covered = sum(len(parts[part]) for part in fit) >= _COVERED * len(members[home])
        if fit and (covered or home in divided):
            part = max(fit, key=lambda part: (len(parts[part]), part))
            members[part] = parts.pop(part)
            members[home] = [placed for rest in parts.values() for placed in rest]
            divided.add(home)
        else:
            whole.add(home)
    return _named(taxonomy, members)


def _named(taxonomy: Taxonomy, members: Mapping[str, Sequence[Placement]]) -> dict[str, str]:
    """The home of each key; what a divided one keeps goes by its part if it is of one only."""
    divided = {parent(taxonomy, home) for home in members}
    homes: dict[str, str] = {}
    for home, placements in members.items():
        parts = _parts(taxonomy, home, placements) if home in divided else {}
        name = next(iter(parts)) if len(parts) == 1 else ""
        homes |= dict.fromkeys((placed.key for placed in placements), name or home)
    return homes


def label(taxonomy: Taxonomy, home: str) -> str:
    """What a home is called, be it a group, a theme or a topic."""
    if home in taxonomy.labels:
        return taxonomy.labels[home]
    theme = taxonomy.themes[taxonomy.places[parent(taxonomy, home) or ""]]
    return next(label for label in theme.topics.values() if _topic_id(theme, label) == home)


def parent(taxonomy: Taxonomy, home: str) -> str | None:
    """The group of a theme, the theme of a topic."""
    return taxonomy.parents.get(home) or home.rpartition(".")[0] or None


def chain(taxonomy: Taxonomy, home: str | None) -> Iterator[str]:
    """A home, what it is part of, and so on up to its group."""
    while home:
        yield home
        home = parent(taxonomy, home)


def _parts(
    taxonomy: Taxonomy, home: str, placements: Sequence[Placement]
) -> dict[str, list[Placement]]:
    """A home's papers by the part they are of, "" for those of none."""
    parts: dict[str, list[Placement]] = defaultdict(list)
    for placed in placements:
        parts[_part(taxonomy, home, placed)].append(placed)
    return parts


def _part(taxonomy: Taxonomy, home: str, placed: Placement) -> str:
    """The theme of a paper in a group, the topic of a paper in a theme."""
    name = placed.evidence.theme
    if name and parent(taxonomy, name) == home:
        return name
    return topic_of(taxonomy.themes[taxonomy.places[home]], placed) if name == home else ""


def topic_of(theme: Theme, placed: Placement) -> str:
    """The id of the topic whose phrases weigh most in a paper; "" where none weighs enough."""
    weights: dict[str, float] = defaultdict(float)
    for match in placed.evidence.matches:
        if match.phrase in theme.topics:
            weights[theme.topics[match.phrase]] += match.weight
    best = max(weights, key=lambda topic: (weights[topic], topic), default="")
    return _topic_id(theme, best) if best and weights[best] >= _SURE else ""


def _topic_id(theme: Theme, label: str) -> str:
    """The section id of a topic: `agents.gui-computer-use`."""
    return f"{theme.id}.{category_words(label).replace(' ', '-')}"
