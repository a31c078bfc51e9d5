"""What a person who writes themes would want to be told: right as TOML, and yet of no use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from digest.model.papers import Paper
from digest.themes.match import claims, place
from digest.themes.taxonomy import STRONG, Taxonomy, Theme, Words

_EVERYDAY = 0.1  # of all papers: a phrase in more of them tells no theme from another
_FEWEST = 50  # papers that say something of others to come
_EVERYWHERE = 4.0  # times its weight: what a phrase adds that stands in title and abstract


def remarks(taxonomy: Taxonomy, shipped: Taxonomy, papers: Sequence[Paper]) -> list[str]:
    """What is legal in the user's themes but hardly meant, in words that name theme and phrase.

    `shipped` is the same taxonomy without them; `papers` are some of the past, or none.
    """
    found = [f"group.{group}: has no theme" for group in _idle_groups(taxonomy, shipped)]
    found += _untried(taxonomy)
    if any(theme.own for theme in taxonomy.themes) and len(papers) >= _FEWEST:
        found += _tried(taxonomy, shipped, papers)
    return found


def _idle_groups(taxonomy: Taxonomy, shipped: Taxonomy) -> list[str]:
    used = {theme.group for theme in taxonomy.themes}
    known = {*used, *taxonomy.places, *shipped.labels}
    return [name for name in taxonomy.labels if name not in known]


def _untried(taxonomy: Taxonomy) -> Iterator[str]:
    """What can be said of the user's themes without papers."""
    namesakes: dict[str, Theme] = {}  # by label: one of ours, or the first of the user's
    for theme in sorted(taxonomy.themes, key=lambda theme: theme.own):
        namesakes.setdefault(theme.label.casefold(), theme)
    having: dict[Words, list[int]] = defaultdict(list)  # places of themes
    for at, theme in enumerate(taxonomy.themes):
        for read in theme.phrases:
            having[read].append(at)
    for at, theme in enumerate(taxonomy.themes):
        if not theme.own:
            continue
        if (namesake := namesakes[theme.label.casefold()]) is not theme:
            yield f"theme.{theme.id}: has the same label as theme.{namesake.id}"
        if theme.phrases:
            yield from _weak(theme)
            candidates = min((having[read] for read in theme.phrases), key=len)
            yield from _narrow(taxonomy, at, candidates)


def _weak(theme: Theme) -> Iterator[str]:
    most = sum(weight for _, weight in theme.phrases.values()) * _EVERYWHERE
    if most < theme.abstain_below:
        yield (
            f"theme.{theme.id}: a paper with each of its phrases in title and abstract scores"
            f" {most:g}, and {theme.abstain_below:g} are needed: it will hardly claim any"
        )


def _narrow(taxonomy: Taxonomy, at: int, candidates: Iterable[int]) -> Iterator[str]:
    others = (other for other in candidates if other != at and _outdoes(taxonomy, other, at))
    for other in islice(others, 1):
        yield (
            f"theme.{taxonomy.themes[at].id}: all its phrases are"
            f" theme.{taxonomy.themes[other].id}'s too and weigh no less there: that gets each"
            " paper both may claim that has another of its phrases"
        )


def _outdoes(taxonomy: Taxonomy, other: int, at: int) -> bool:
    """Whether each phrase of the second theme does as much for the first, which wins by others."""
    wide, narrow = taxonomy.themes[other], taxonomy.themes[at]
    ahead = wide.own and other < at  # of equal scores
    return (
        (len(wide.phrases) > len(narrow.phrases) or ahead)
        and wide.priority >= narrow.priority
        and wide.abstain_below <= narrow.abstain_below
        and all(
            weight <= wide.phrases.get(read, ("", 0.0))[1]
            for read, (_, weight) in narrow.phrases.items()
        )
    )


def _tried(taxonomy: Taxonomy, shipped: Taxonomy, papers: Sequence[Paper]) -> Iterator[str]:
    """What the user's themes come to on papers."""
    sizes = Counter(place(taxonomy, paper).theme for paper in papers)
    seen = Counter(
        found
        for paper in papers
        for at, tally in claims(taxonomy, paper).items()
        for found in {(at, phrase) for _, phrase, _ in tally.found}
    )
    ours = {
        (read, weight) for theme in shipped.themes for read, (_, weight) in theme.phrases.items()
    }
    for at, theme in enumerate(taxonomy.themes):
        if not theme.own:
            continue
        if not sizes[theme.id]:
            yield f"theme.{theme.id}: claims none of the last {len(papers):,} papers"
        for read, (phrase, weight) in theme.phrases.items():
            share = seen[at, phrase] / len(papers)
            if weight >= STRONG and share > _EVERYDAY and (read, weight) not in ours:
                yield (
                    f"theme.{theme.id}: {phrase!r} stands in {share:.0%} of the last"
                    f" {len(papers):,} papers: make it weak, or take a longer phrase"
                )
