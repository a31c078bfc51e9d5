"""How a day's placed papers roll up into few sections with names that stay the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from digest.model.editions import ALSO, REST, Placement, Section
from digest.themes.splitting import chain, label, parent, split
from digest.themes.taxonomy import Taxonomy

_MOST, _USUAL = 12, 60  # sections of a day of so many papers; on a larger one there are more
_ONE_MORE_ROLLED, _ONE_MORE_SPLIT = 15, 8  # for so many papers further
_FEWEST = 3  # papers of a theme
_SMALL_DAY = 15  # papers; on such a day most themes would hold a single one


def sections(
    taxonomy: Taxonomy,
    placements: Sequence[Placement],
    *,
    follow: Sequence[str] = (),
    interest: Callable[[Placement], float] = lambda _: 0.0,
) -> tuple[Section, ...]:
    """Each placement in one section: its theme's, else its group's, else "Also today".

    A theme needs three papers, one that the reader follows a single one; the papers of smaller
    themes go into their groups, if there are several in one. On a day of up to 15 papers there are
    groups only. Where there would be too many sections (more than 12; on days of more than 60
    papers there may be more) a theme needs more papers; where even groups are too many, the
    smallest are left over, and stand under "Also today" with what neither a theme nor a category
    claims. A section too large gives off parts, see `split`.

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
    standing, labels = _Standing(taxonomy, homes, follow), _labels(taxonomy, papers)
    return tuple(
        Section(
            theme=home,
            label=labels[home],
            papers=tuple(papers[home]),
            followed=not set(chain(taxonomy, home)).isdisjoint(follow),
        )
        for home in sorted(papers, key=standing.rank)
    )


def _rolled(
    taxonomy: Taxonomy, placements: Sequence[Placement], follow: Sequence[str], most: int
) -> dict[str, str]:
    """The home of each paper by its key, at most so many homes in all."""
    themes = {placed.key: placed.evidence.theme or "" for placed in placements}
    sizes = Counter(filter(None, themes.values()))
    homes: dict[str, str] = {}
    for theme_size in _needs(sizes, len(placements)):
        alone = {name for name in sizes if name in follow or sizes[name] >= theme_size}
        groups = Counter(taxonomy.parents[name] for name in sizes if name not in alone)
        alone |= {name for name in sizes if groups[taxonomy.parents[name]] == 1}
        rolled = {name: name if name in alone else taxonomy.parents[name] for name in sizes}
        homes = {key: rolled.get(theme, ALSO) for key, theme in themes.items()}
        if len(set(homes.values())) <= most:
            return homes
    order = {name: number for number, name in enumerate(taxonomy.labels)}
    crowds = Counter(home for home in homes.values() if home != ALSO)
    kept = sorted(crowds, key=lambda home: (home not in follow, -crowds[home], order[home]))
    return {key: home if home in kept[: most - 1] else ALSO for key, home in homes.items()}


def _needs(sizes: Mapping[str, int], papers: int) -> list[int]:
    """How many papers a theme may need for a section of its own, from the fewest to too many."""
    larger = {max(_FEWEST, size + 1) for size in sizes.values()}
    return [*sorted({_FEWEST, *larger}), papers + 1] if papers > _SMALL_DAY else [papers + 1]


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


def _labels(taxonomy: Taxonomy, homes: Collection[str]) -> dict[str, str]:
    """The sections' names, each another.

    They tell where a part of it has a section of its own, and of what the part is that is called
    as another section is.
    """
    divided = {part for home in homes for part in list(chain(taxonomy, home))[1:]}
    plain = {home: label(taxonomy, home) for home in homes if home != ALSO}
    labels = {home: REST + name if home in divided else name for home, name in plain.items()}
    twins = Counter(labels.values())
    for home, name in labels.items():
        above = parent(taxonomy, home)
        if twins[name] > 1 and above:
            labels[home] = f"{label(taxonomy, above)}: {name}"
    return labels | {ALSO: "Also today"}


def _standing(placed: Placement) -> tuple[float, float, str, str]:
    """What a paper's place in its section goes by; its key decides between twins."""
    upvotes = placed.paper.upvotes
    liked = -1 if upvotes is None else upvotes
    return (-liked, -placed.evidence.score, placed.paper.title, placed.key)
