"""What a person who writes themes would want to be told: right as TOML, and yet of no use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

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
    own = [theme for theme in taxonomy.themes if theme.own]
    for theme in own:
        others = [other for other in taxonomy.themes if other is not theme]
        found += [f"theme.{theme.id}: {remark}" for remark in _alone(theme, others)]
    if own and len(papers) >= _FEWEST:
        found += _tried(taxonomy, shipped, papers)
    return found


def _idle_groups(taxonomy: Taxonomy, shipped: Taxonomy) -> list[str]:
    used = {theme.group for theme in taxonomy.themes}
    known = {*used, *taxonomy.places, *shipped.labels}
    return [name for name in taxonomy.labels if name not in known]


def _alone(theme: Theme, others: Sequence[Theme]) -> Iterator[str]:
    """What can be said of a theme without papers."""
    for other in others:
        told = other.own and other.id > theme.id  # of two of the user's, one is enough
        if other.label.casefold() == theme.label.casefold() and not told:
            yield f"has the same label as theme.{other.id}"
    speaking = _speaking(theme)
    most = sum(speaking.values()) * _EVERYWHERE
    if speaking and most < theme.abstain_below:
        yield (
            f"a paper with each of its phrases in title and abstract scores {most:g}, and"
            f" {theme.abstain_below:g} are needed: it will hardly claim any"
        )
    wider = next((other for other in others if speaking.keys() <= _speaking(other).keys()), None)
    if speaking and wider:
        yield (
            f"all its phrases are theme.{wider.id}'s too, which claims each paper that has"
            " another of its phrases as well"
        )


def _speaking(theme: Theme) -> dict[Words, float]:
    """The weights of the phrases that speak for a theme."""
    return {found: weight for found, (_, weight) in theme.phrases.items() if weight}


def _tried(taxonomy: Taxonomy, shipped: Taxonomy, papers: Sequence[Paper]) -> Iterator[str]:
    """What the user's themes come to on papers."""
    sizes = Counter(place(taxonomy, paper).theme for paper in papers)
    seen = Counter(
        found
        for paper in papers
        for at, tally in claims(taxonomy, paper).items()
        for found in {(at, phrase) for _, phrase, _ in tally.found}
    )
    ours = {use for theme in shipped.themes for use in _speaking(theme).items()}
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
