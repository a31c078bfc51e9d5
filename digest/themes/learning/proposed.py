"""Proposals as TOML that can be a layer of the taxonomy, with their reasons as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count

from digest.counts import plural
from digest.model.editions import ALSO
from digest.themes.learning.bursts import Burst
from digest.themes.learning.past import Past, Window
from digest.themes.learning.proposals import Proposals
from digest.themes.taxonomy import Taxonomy, Theme
from digest.themes.words import words

_NEW_GROUP = "new-themes"
_RESERVED = {ALSO, _NEW_GROUP}
_SPREAD = (
    "# The papers of these are spread. Add the phrase to a theme that it belongs to, or take the",
    '# first "# " of each line away for a theme of its own.',
)


def toml(taxonomy: Taxonomy, window: Window, proposals: Proposals) -> Iterator[str]:
    """The lines. As they stand, they add each phrase to the theme that has most of its papers.

    New themes, for the phrases without such a theme, are commented out.
    """
    yield from _opening(window, proposals)
    told: set[str] = set()  # the user's groups
    for theme in taxonomy.themes:
        found = [burst for burst in proposals.bursts if burst.theme == theme.id]
        if found and theme.own and theme.group not in told:
            told.add(theme.group)
            yield from ("", *_group(taxonomy, theme.group))
        if found:
            yield from _addition(theme, found, window)
    spread = [burst for burst in proposals.bursts if burst.theme is None]
    if spread:
        yield from ("", *_SPREAD)
        lines = _new_themes(taxonomy, spread, window, told)
        yield from (f"# {line}".rstrip() for line in lines)
    for title, reports in (
        ("Themes with hardly a paper: merge them, or give them phrases", _starving),
        ("Themes that are hard to tell apart: merge them, or move phrases", _overlapping),
        ("Themes that have grown or shrunk", _drifting),
    ):
        if report := list(reports(taxonomy, window, proposals)):
            yield from ("", f"# {title}", *(f"#   {_line(line)}" for line in report))


def _opening(window: Window, proposals: Proposals) -> Iterator[str]:
    first, last = window.recent[0].date, window.recent[-1].date
    recent, earlier = plural(len(window.recent), "paper"), f"{len(window.earlier):,}"
    yield f"# {recent} of {first} to {last}, beside {earlier} before."
    if proposals.bursts:
        yield "# Phrases that have become frequent: keep those that name something, in the file of"
        yield "# your themes ([themes] path), and see what `digest themes check` says of it."
    else:
        yield "# No phrase that the taxonomy lacks has become frequent."


def _group(taxonomy: Taxonomy, group: str) -> list[str]:
    label = taxonomy.labels.get(group, "New themes")
    return ["[[group]]", f"id = {_text(group)}", f"label = {_text(label)}"]


def _addition(theme: Theme, bursts: Sequence[Burst], window: Window) -> Iterator[str]:
    """More phrases for a theme. The user's is told whole: this may replace its file."""
    yield from ("", "[[theme]]", f"id = {_text(theme.id)}  # {_line(theme.label)}")
    if theme.own:
        yield from (f"group = {_text(theme.group)}", f"label = {_text(theme.label)}")
    yield "strong = ["
    for burst in bursts:
        yield from (f"    # {reason}" for reason in _reasons(burst, window))
        yield f"    {_text(burst.phrase)},"
    yield "]"


def _new_themes(
    taxonomy: Taxonomy, bursts: Sequence[Burst], window: Window, told: set[str]
) -> Iterator[str]:
    """A theme for each phrase, and the groups that could be missing."""
    missing = {theme.group for theme in taxonomy.themes if theme.own} - told | {_NEW_GROUP}
    for group in dict.fromkeys(burst.group or _NEW_GROUP for burst in bursts):
        if group in missing:
            yield from ("", *_group(taxonomy, group))
    taken = {*taxonomy.labels, *_RESERVED}
    for burst in bursts:
        name = _free(burst.phrase, taken)
        taken.add(name)
        yield from ("", "[[theme]]", f"id = {_text(name)}")
        yield f"group = {_text(burst.group or _NEW_GROUP)}"
        yield f"label = {_text(burst.phrase[:1].upper() + burst.phrase[1:])}"
        yield f"strong = [{_text(burst.phrase)}]"
        yield from (f"# {reason}" for reason in _reasons(burst, window))


def _free(phrase: str, taken: set[str]) -> str:
    """An id for a theme."""
    name = "-".join(re.findall("[a-z0-9]+", " ".join(words(phrase)))) or "theme"
    if name not in taken:
        return name
    return next(found for number in count(2) if (found := f"{name}-{number}") not in taken)


def _reasons(burst: Burst, window: Window) -> Iterator[str]:
    now, before = burst.recent / len(window.recent), burst.earlier / len(window.earlier)
    recent = plural(burst.recent, "paper")
    yield f"in {recent} ({now:.1%}), before in {burst.earlier:,} ({before:.1%}):"
    yield from (f"  {_example(past)}" for past in burst.examples)


def _example(past: Past) -> str:
    return f"{_line(past.paper.title)} ({_line(past.key)})"


def _starving(taxonomy: Taxonomy, _: Window, proposals: Proposals) -> Iterator[str]:
    for one in proposals.starving:
        yield (
            f"{_named(taxonomy, one.theme)}: {plural(one.recent, 'paper')} where a theme has"
            f" {one.average:.0f} on average; {one.earlier:,} before"
        )


def _overlapping(taxonomy: Taxonomy, _: Window, proposals: Proposals) -> Iterator[str]:
    for one in proposals.overlapping:
        first, second = (_named(taxonomy, theme) for theme in one.themes)
        yield (
            f"{first} and {second}: {plural(one.near, 'paper')} could nearly as well be the"
            f" other's; the smaller has {one.papers:,}"
        )


def _drifting(taxonomy: Taxonomy, window: Window, proposals: Proposals) -> Iterator[str]:
    for one in proposals.drifting:
        name = _named(taxonomy, one.theme) if one.theme else "claimed by no theme"
        now, before = one.recent / len(window.recent), one.earlier / len(window.earlier)
        yield f"{name}: {now:.1%} of the papers, before {before:.1%}"


def _named(taxonomy: Taxonomy, theme: str) -> str:
    return f"{taxonomy.labels[theme]} ({theme})"


def _text(text: str) -> str:
    """A TOML string, which JSON's is but for the delete sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str) -> str:
    """A text as part of a comment, where TOML allows no control signs."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
