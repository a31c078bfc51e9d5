"""Phrases that authors call their work by, as far as their use tells."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from digest.model.papers import Paper
from digest.themes.learning.past import Past
from digest.themes.learning.phrases import runs
from digest.themes.taxonomy import Words

_PAPERS = 4  # with a phrase, at least
_TITLES = 2  # of them with it in the title, where authors say what their work is about
_DAYS = 3
_WHOLE = 0.5  # of its uses: "long-horizon" goes on, mostly with "task", and names nothing alone
_CARRIED = 0.6  # of its papers have a longer phrase of which it is a piece
_OWN_NAME = re.compile(r"^\S+:\s")  # that a title gives a paper


@dataclass(slots=True)
class _Uses:
    """How papers use a phrase."""

    papers: set[str] = field(default_factory=set)  # keys
    titles: set[str] = field(default_factory=set)
    days: set[dt.date] = field(default_factory=set)
    times: int = 0
    whole: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)  # 0 where only titles have it


def texts(paper: Paper) -> tuple[str, str]:
    """Where phrases are looked for.

    Not among the keywords: a source that begins to tell them would make news of all.
    """
    return paper.title, paper.abstract


def parts(read: Words) -> Iterator[Words]:
    """The shorter runs of words within one."""
    for length in range(1, len(read)):
        for start in range(len(read) - length + 1):
            yield read[start : start + length]


def names(papers: Sequence[Past], known: Collection[Words]) -> dict[Words, str]:
    """The phrases of several papers that name something, each as authors mostly write it.

    Left out are those that are `known`, pieces of longer phrases, words that describe what
    follows, and single words but acronyms.
    """
    uses = _uses(papers)
    pieces = _pieces(uses)
    return {
        read: _surface(used)
        for read, used in uses.items()
        if read not in known and read not in pieces and _names(read, used)
    }


def _uses(papers: Sequence[Past]) -> dict[Words, _Uses]:
    """The runs of enough papers. Most runs stand in one alone, so papers are read twice."""
    counts: Counter[Words] = Counter()
    for past in papers:
        counts.update({run.words for text in texts(past.paper) for run in runs(text)})
    uses = {read: _Uses() for read, count in counts.items() if count >= _PAPERS}
    for past in papers:
        for run in runs(_OWN_NAME.sub("", past.paper.title)):
            if used := uses.get(run.words):
                used.titles.add(past.key)
        for counted, text in enumerate(texts(past.paper)):
            for run in runs(text):
                if used := uses.get(run.words):
                    used.papers.add(past.key)
                    used.days.add(past.date)
                    used.times += 1
                    used.whole += run.whole
                    used.surfaces[run.surface] += counted
    return uses


def _pieces(uses: Mapping[Words, _Uses]) -> set[Words]:
    """The phrases that are mostly used as a piece of a longer one."""
    return {
        part
        for read, used in uses.items()
        for part in parts(read)
        if part in uses and len(used.papers) >= _CARRIED * len(uses[part].papers)
    }


def _names(read: Words, used: _Uses) -> bool:
    return (
        len(used.titles) >= _TITLES
        and len(used.days) >= _DAYS
        and used.whole >= _WHOLE * used.times
        and (len(read) > 1 or not _surface(used)[1:].islower())
    )


def _surface(used: _Uses) -> str:
    """How abstracts mostly write a phrase, as titles have capitals of their own."""
    most = max(used.surfaces, key=lambda surface: (used.surfaces[surface], surface))
    small = most[:1].lower() + most[1:]  # as it is within a sentence
    return small if small in used.surfaces else most
