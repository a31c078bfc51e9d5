"""What a reader chose of a newsletter, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from digest.counts import plural
from digest.model.readers import ORIGINAL, Preferences
from digest.render.text import LONGEST_NAME, tidy
from digest.shortening import cut

LONGEST_CHOICE = 300  # characters
_ALL = Preferences()


def chosen(
    preferences: Preferences, labels: Mapping[str, str], *, papers: int, left_out: int
) -> str:
    """What a mail shows by its reader's choice; "" where they chose nothing.

    `labels` names themes and groups by their ids. Of the edition's papers so many are left out.
    """
    if preferences == _ALL:
        return ""
    told = cut("; ".join(_parts(preferences, labels)), LONGEST_CHOICE)
    words = f"This mail shows what you chose: {told}."
    if left_out:
        words += f" Of {plural(papers, 'paper')} in this edition, it leaves out {left_out:,}."
    return words


def _parts(preferences: Preferences, labels: Mapping[str, str]) -> Iterator[str]:
    pins = preferences.keywords + preferences.authors
    if preferences.wanted:
        yield _listed(labels.get(name, name) for name in preferences.wanted)
    if preferences.unwanted:
        yield "nothing of " + _listed(labels.get(name, name) for name in preferences.unwanted)
    if pins:
        yield "first what has " + _listed(pins)
    if preferences.cap:
        yield f"{plural(preferences.cap, 'paper')} at most"
    if preferences.summaries == ORIGINAL:
        yield "papers in their own words"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(cut(tidy(name), LONGEST_NAME) for name in names)
