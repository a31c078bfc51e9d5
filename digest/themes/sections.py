"""How a day's placed papers roll up into few sections with names that stay the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from digest.model.editions import Placement, Section
from digest.themes.taxonomy import Taxonomy

_MOST_SECTIONS = 12
_SMALL_DAY = 15  # papers; on such a day most themes would hold a single one
_NEAR = 0.5  # a runner-up with at least half of the best score is a paper's own theme too
ALSO = "also"


def sections(taxonomy: Taxonomy, placements: Sequence[Placement]) -> tuple[Section, ...]:
    """Each placement in one section: its theme's, else its group's, else "Also today".

    A theme needs two papers, and so does a group, into which the papers of smaller themes go; a
    group short of papers takes in its smallest theme. On a day of up to 15 papers there are
    groups only, of any size. A paper left over joins the section of its runner-up where that is
    near, and no other. More than 12 sections raise the size that a theme needs, then a group.
    The largest section comes first, "Also today" last; in each, papers stand by upvotes, score
    and title.
    """
    topics = {placed.key: _topic(taxonomy, placed) for placed in placements}
    sizes = Counter(topic for topic in topics.values() if topic)
    for theme_size, group_size in _needs(sizes, len(placements)):
        rolled = _roll_up(taxonomy, sizes, theme_size, group_size)
        homes = {
            placed.key: rolled.get(topics[placed.key] or "") or _near(taxonomy, placed, rolled)
            for placed in placements
        }
        if len(set(homes.values())) <= _MOST_SECTIONS:
            break
    return _sections(taxonomy, placements, homes)


def _needs(sizes: Mapping[str, int], papers: int) -> Iterator[tuple[int, int]]:
    """How many papers a theme and a group need, from the finest sections to none."""
    none = papers + 1
    if papers > _SMALL_DAY:
        yield from ((size, 2) for size in sorted({2, *(size + 1 for size in sizes.values())}))
    else:
        yield none, 1
    yield from ((none, size) for size in range(2, none + 1))


def _topic(taxonomy: Taxonomy, placed: Placement) -> str | None:
    """The theme or category that a paper is of."""
    if placed.evidence.reason == "category":
        return taxonomy.categories(placed.paper)[0]
    return placed.evidence.theme


def _roll_up(
    taxonomy: Taxonomy, sizes: Mapping[str, int], theme_size: int, group_size: int
) -> dict[str, str]:
    """The section's id for each topic that has one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for topic in (label for label in taxonomy.labels if label in sizes):
        groups[taxonomy.parents[topic]].append(topic)
    homes: dict[str, str] = {}
    for group, topics in groups.items():
        rising = sorted(topics, key=lambda topic: sizes[topic])
        small = [topic for topic in rising if sizes[topic] < theme_size]
        large = rising[len(small) :]
        if small and large and sum(sizes[topic] for topic in small) < group_size:
            small.append(large.pop(0))
        if sum(sizes[topic] for topic in small) >= group_size:
            homes |= dict.fromkeys(small, group)
        homes |= {topic: topic for topic in large}
    return homes


def _near(taxonomy: Taxonomy, placed: Placement, homes: Mapping[str, str]) -> str:
    """The section of the runner-up, where there is one and the runner-up is near."""
    second = placed.evidence.runner_up
    if not second or placed.evidence.margin > 1 - _NEAR:
        return ALSO
    group = taxonomy.parents[second]
    return homes.get(second) or (group if group in homes.values() else ALSO)


def _sections(
    taxonomy: Taxonomy, placements: Iterable[Placement], homes: Mapping[str, str]
) -> tuple[Section, ...]:
    papers: dict[str, list[Placement]] = defaultdict(list)
    for placed in sorted(placements, key=_standing):
        papers[homes[placed.key]].append(placed)
    order = {home: number for number, home in enumerate(taxonomy.labels)}
    homes_in_order = sorted(
        papers, key=lambda home: (home == ALSO, -len(papers[home]), order.get(home, 0))
    )
    return tuple(
        Section(
            theme=home,
            label=taxonomy.labels.get(home, "Also today"),
            papers=tuple(papers[home]),
        )
        for home in homes_in_order
    )


def _standing(placed: Placement) -> tuple[float, float, str, str]:
    """What a paper's place in its section goes by; its key decides between twins."""
    upvotes = placed.paper.upvotes
    liked = -1 if upvotes is None else upvotes
    return (-liked, -placed.evidence.score, placed.paper.title, placed.key)
