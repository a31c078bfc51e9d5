"""The page that tells of the site and its sources, and that of an address without a page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jinja2

from digest.counts import plural
from digest.model.catalogue import Day, YearTotal
from digest.model.editions import SourceNote
from digest.model.sources import SourceState
from digest.render.charts import bars
from digest.render.look import Look
from digest.render.pages import site_page
from digest.render.shown import in_words
from digest.render.text import LONGEST_NAME
from digest.render.wording import LONGEST_REASON
from digest.shortening import cut

_HELD = "held"
_WORDS = {
    SourceState.FRESH: "showed papers for",
    SourceState.QUIET: "had nothing new for",
    SourceState.WAITING: "was not out yet for",
    SourceState.STALE: "showed an old list for",
    _HELD: "was left out of",
    SourceState.FAILED: "could not be read for",
}
# How a strip draws what is told: by class and height, so that nobody needs to tell colours apart.
_DRAWN = {
    SourceState.FRESH: ("fresh", 100),
    SourceState.QUIET: ("quiet", 12),
    SourceState.WAITING: ("late", 50),
    SourceState.STALE: ("late", 50),
    _HELD: ("bad", 100),
    SourceState.FAILED: ("bad", 100),
}


class Health(NamedTuple):
    """How a source fared in the last editions."""

    name: str
    told: str
    trouble: str  # the last, with its day; "" for none
    strip: list[tuple[str, str]]  # class and path, as in SVG's `d`, oldest edition first


def about(
    env: jinja2.Environment, look: Look, *, days: Sequence[Day], years: Mapping[int, YearTotal]
) -> str:
    """What the site is, how its sources fared in `days`, and what it offers to programs.

    `days` are the last 30 editions or so, oldest first.
    """
    page = site_page(
        env,
        look,
        "archive/about.html.j2",
        "about/index.html",
        papers=plural(sum(year.size for year in years.values()), "paper"),
        editions=plural(sum(year.editions for year in years.values()), "edition"),
        since=min(years, default=None),
        day=days[-1].date if days else None,
        recent=plural(len(days), "edition"),
        sources=_sources(days),
    )
    return "".join(page)


def _sources(days: Sequence[Day]) -> list[Health]:
    """The sources of some editions, those of the last one first, as it has them."""
    notes = [{note.name: note for note in day.sources} for day in days]
    names = dict.fromkeys(name for found in reversed(notes) for name in found)
    return [_health(name, days, [found.get(name) for found in notes]) for name in names]


def _health(name: str, days: Sequence[Day], notes: Sequence[SourceNote | None]) -> Health:
    """How a source fared in editions, some of which may have gone without it."""
    states = [_state(note) if note else None for note in notes]
    counts = Counter(states)
    told = [
        f"{words} {plural(counts[state], 'edition')}"
        for state, words in _WORDS.items()
        if counts[state]
    ]
    bad = [at for at, state in enumerate(states) if state in (_HELD, SourceState.FAILED)]
    trouble = ""
    if bad:
        last = notes[bad[-1]]
        reason = f": {cut(last.reason, LONGEST_REASON)}" if last and last.reason else ""
        trouble = f"{in_words(days[bad[-1]].date)}{reason}"
    return Health(cut(name, LONGEST_NAME), ", ".join(told), trouble, _strip(states))


def _state(note: SourceNote) -> str:
    return _HELD if note.held else note.state


def _strip(states: Sequence[str | None]) -> list[tuple[str, str]]:
    drawn = [_DRAWN[state] if state else ("", 0) for state in states]
    kinds = dict.fromkeys(kind for kind, _ in drawn if kind)
    return [
        (kind, bars([high if found == kind else 0 for found, high in drawn], 100)) for kind in kinds
    ]


def not_found(env: jinja2.Environment, look: Look) -> str:
    """The page of an address without one. It is shown at any depth, so its links are absolute."""
    page = site_page(env, look, "archive/404.html.j2", "404.html", root=f"{look.base_url}/")
    return "".join(page)
