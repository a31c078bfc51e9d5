"""How a day's placed papers roll up into few sections with names that stay the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from digest.model.editions import Placement, Section
from digest.themes.splitting import label, parent, split, whole
from digest.themes.taxonomy import Taxonomy

_MOST = 12  # sections; on a large day more, one for each so many papers
_PAPERS_ROLLED, _PAPERS_SPLIT = 15, 8
_FEWEST = 3  # papers of a theme
_SMALL_DAY = 15  # papers; on such a day most themes would hold a single one
ALSO = "also"


def sections(
    taxonomy: Taxonomy,
    placements: Sequence[Placement],
    *,
    follow: Sequence[str] = (),
    interest: Callable[[Placement], float] = lambda _: 0.0,
) -> tuple[Section, ...]:
    """Each placement in one section: its theme's, else its group's, else "Also today".

    A theme needs three papers, one that the reader follows a single one; the papers of smaller
    themes go into their groups, of any size. On a day of up to 15 papers there are groups only.
    Only what neither a theme nor a category claims is "Also today". More than 12 sections, or
    one for 15 papers, raise the size that a theme needs, then a group, whose papers are left over
    then. A section too large gives off parts, see `split`.

    First come the sections that the reader follows (ids of groups or themes), in that order, then
    the largest, "Also today" last. The parts of a theme stand together, and what it keeps follows
    them. In each section, papers stand by `interest`, upvotes, score and title.
    """
    most = max(_MOST, len(placements) // _PAPERS_ROLLED)
    rolled = _rolled(taxonomy, placements, follow, most)
    homes = split(taxonomy, placements, rolled, max(_MOST, len(placements) // _PAPERS_SPLIT))
    papers: dict[str, list[Placement]] = defaultdict(list)
    for placed in sorted(placements, key=lambda placed: (-interest(placed), *_standing(placed))):
        papers[homes[placed.key]].append(placed)
    order = {home: number for number, home in enumerate(taxonomy.labels)}
    families = Counter(whole(taxonomy, home) for home in homes.values())

    def rank(home: str) -> tuple[object, ...]:
        chain = set(_chain(taxonomy, home))
        wanted = next((at for at, name in enumerate(follow) if name in chain), len(follow))
        theme = whole(taxonomy, home)
        family = (-families[theme], order.get(theme, 0))
        return wanted, home == ALSO, *family, home == theme, -len(papers[home]), home

    return tuple(
        Section(theme=home, label=_label(taxonomy, home, papers), papers=tuple(papers[home]))
        for home in sorted(papers, key=rank)
    )


def _rolled(
    taxonomy: Taxonomy, placements: Sequence[Placement], follow: Sequence[str], most: int
) -> dict[str, str]:
    """The home of each paper by its key, at most so many homes in all."""
    sizes = Counter(placed.evidence.theme for placed in placements if placed.evidence.theme)
    for theme_size, group_size in _needs(sizes, len(placements)):
        alone = {name for name in sizes if name in follow or sizes[name] >= theme_size}
        rolled = _roll_up(taxonomy, sizes, alone, group_size)
        homes = {placed.key: rolled.get(placed.evidence.theme or "", ALSO) for placed in placements}
        if len(set(homes.values())) <= most:
            break
    return homes


def _needs(sizes: Mapping[str, int], papers: int) -> Iterator[tuple[int, int]]:
    """How many papers a theme and a group need, from the finest sections to none."""
    none = papers + 1
    if papers > _SMALL_DAY:
        larger = {max(_FEWEST, size + 1) for size in sizes.values()}
        yield from ((size, 1) for size in sorted({_FEWEST, *larger}))
    yield from ((none, size) for size in range(1, none + 1))


def _roll_up(
    taxonomy: Taxonomy, sizes: Mapping[str, int], alone: Collection[str], group_size: int
) -> dict[str, str]:
    """The section's id for each theme that has one: its own if it stands alone, or its group's."""
    homes = {theme: theme for theme in alone}
    groups: dict[str, list[str]] = defaultdict(list)
    for theme in sizes.keys() - homes:
        groups[taxonomy.parents[theme]].append(theme)
    for group, themes in groups.items():
        if sum(sizes[theme] for theme in themes) >= group_size:
            homes |= dict.fromkeys(themes, group)
    return homes


def _chain(taxonomy: Taxonomy, home: str | None) -> Iterator[str]:
    """A home, what it is part of, and so on up to its group."""
    while home:
        yield home
        home = parent(taxonomy, home)


def _label(taxonomy: Taxonomy, home: str, homes: Mapping[str, object]) -> str:
    """A section's name; it tells where a part of it has a section of its own."""
    if home == ALSO:
        return "Also today"
    divided = any(home in list(_chain(taxonomy, other))[1:] for other in homes)
    return f"More in {label(taxonomy, home)}" if divided else label(taxonomy, home)


def _standing(placed: Placement) -> tuple[float, float, str, str]:
    """What a paper's place in its section goes by; its key decides between twins."""
    upvotes = placed.paper.upvotes
    liked = -1 if upvotes is None else upvotes
    return (-liked, -placed.evidence.score, placed.paper.title, placed.key)
