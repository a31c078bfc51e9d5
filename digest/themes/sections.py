"""How a day's placed papers roll up into few sections with names that stay the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from digest.model.editions import Placement, Section
from digest.themes.splitting import chain, label, split
from digest.themes.taxonomy import Taxonomy

_MOST, _USUAL = 12, 60  # sections of a day of so many papers; on a larger one there are more
_ONE_MORE_ROLLED, _ONE_MORE_SPLIT = 15, 8  # for so many papers further
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
    Only what neither a theme nor a category claims is "Also today". Days of more than 60 papers may
    have more than 12 sections. Where there would be too many, a theme needs more papers, then a
    group, whose papers are left over then. A section too large gives off parts, see `split`.

    First come the sections that the reader follows (ids of groups or themes), in that order. The
    sections of a group stand together, as do the topics of a theme, and what it keeps follows
    them; the largest comes first, then groups of mere categories, then "Also today". In each
    section, papers stand by `interest`, upvotes, score and title.
    """
    more = max(0, len(placements) - _USUAL)
    rolled = _rolled(taxonomy, placements, follow, _MOST + more // _ONE_MORE_ROLLED)
    homes = split(taxonomy, placements, rolled, _MOST + more // _ONE_MORE_SPLIT)
    papers: dict[str, list[Placement]] = defaultdict(list)
    for placed in sorted(placements, key=lambda placed: (-interest(placed), *_standing(placed))):
        papers[homes[placed.key]].append(placed)
    standing = _Standing(taxonomy, homes, follow)
    return tuple(
        Section(theme=home, label=_label(taxonomy, home, papers), papers=tuple(papers[home]))
        for home in sorted(papers, key=standing.rank)
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


class _Standing:
    """What the order of a day's sections goes by."""

    def __init__(self, taxonomy: Taxonomy, homes: Mapping[str, str], follow: Sequence[str]) -> None:
        self._taxonomy = taxonomy
        self._follow = follow
        self._order = {name: number for number, name in enumerate(taxonomy.labels)}
        self._sizes = Counter(part for home in homes.values() for part in chain(taxonomy, home))
        self._themed = {theme.group for theme in taxonomy.themes if not theme.category}

    def rank(self, home: str) -> tuple[object, ...]:
        """Comes before that of the sections that stand behind it."""
        parts = list(chain(self._taxonomy, home))
        wanted = (at for at, name in enumerate(self._follow) if name in parts)
        foreign = parts[-1] not in self._themed
        path = [
            (-self._sizes[part], self._order.get(part, 0), part, part == home) for part in parts
        ]
        return next(wanted, len(self._follow)), home == ALSO, foreign, *path[::-1]


def _label(taxonomy: Taxonomy, home: str, homes: Mapping[str, object]) -> str:
    """A section's name; it tells where a part of it has a section of its own."""
    if home == ALSO:
        return "Also today"
    divided = any(home in list(chain(taxonomy, other))[1:] for other in homes)
    return f"More in {label(taxonomy, home)}" if divided else label(taxonomy, home)


def _standing(placed: Placement) -> tuple[float, float, str, str]:
    """What a paper's place in its section goes by; its key decides between twins."""
    upvotes = placed.paper.upvotes
    liked = -1 if upvotes is None else upvotes
    return (-liked, -placed.evidence.score, placed.paper.title, placed.key)
