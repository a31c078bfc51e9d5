"""What a reader sees day after day: how many sections, how large, how steady."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from benchmarks.eval_themes.metrics import jaccard, mean, quantile
from benchmarks.eval_themes.table import Group, Row
from digest.model.editions import Section
from digest.model.papers import Paper
from digest.themes.grouping import group
from digest.themes.sections import ALSO
from digest.themes.taxonomy import Taxonomy

USUAL = range(15, 61)  # papers of a day

Entry = tuple[str, Paper, tuple[str, ...]]  # as `group` takes it


class Day(NamedTuple):
    """A day's papers and the sections that they fall into."""

    entries: Sequence[Entry]
    sections: Sequence[Section]

    def share(self, wanted: Callable[[Section], bool]) -> float:
        """The share of the day's papers that are in some of the sections."""
        return sum(len(one.papers) for one in self.sections if wanted(one)) / len(self.entries)

    @property
    def largest_share(self) -> float:
        """The share of the largest section."""
        return max(len(one.papers) for one in self.sections) / len(self.entries)


def day_of(taxonomy: Taxonomy, entries: Sequence[Entry], follow: Sequence[str] = ()) -> Day:
    """A day's papers in sections."""
    return Day(entries, group(taxonomy, entries, follow))


def sections(name: str, taxonomy: Taxonomy, days: Sequence[Day], sizes: Collection[int]) -> Group:
    """The sections of the days that have so many papers. Something is wanted of usual days."""
    usual = [day for day in days if len(day.entries) in sizes]
    if not usual:
        return Group(name, [])
    of = f"{len(usual):,} days"
    counts = [len(day.sections) for day in usual]
    largest = [day.largest_share for day in usual]
    also = [day.share(lambda one: one.theme == ALSO) for day in usual]
    bare = [day.share(_unthemed) for day in usual]
    rows = [
        Row(what="sections, fewest", of=of, value=min(counts), least=4, unit="a day"),
        Row(what="sections, median", of=of, value=statistics.median(counts), unit="a day"),
        Row(what="sections, most", of=of, value=max(counts), most=12, unit="a day"),
        Row(what="days of fewer than 4", of=of, value=mean([n < 4 for n in counts]), most=0),
        Row(what="days of more than 12", of=of, value=mean([n > 12 for n in counts]), most=0),
        Row(what="under “Also today”, mean", of=of, value=mean(also), most=0.08),
        Row(what="under “Also today”, p90", of=of, value=quantile(also, 0.9), most=0.15),
        Row(what="there or under a mere category, mean", of=of, value=mean(bare)),
        Row(what="there or under a mere category, p90", of=of, value=quantile(bare, 0.9)),
        Row(what="largest section, mean", of=of, value=mean(largest)),
        Row(what="largest section, p90", of=of, value=quantile(largest, 0.9), most=0.3),
        *_names(taxonomy, days, sizes),
    ]
    if sizes != USUAL:
        rows = [replace(row, least=None, most=None) for row in rows]
    return Group(name, rows)


def _unthemed(section: Section) -> bool:
    """Whether no phrase of a theme speaks for a section."""
    reasons = {placed.evidence.reason for placed in section.papers}
    return section.theme == ALSO or "phrases" not in reasons


def _names(taxonomy: Taxonomy, days: Sequence[Day], sizes: Collection[int]) -> Iterator[Row]:
    """How alike the names of consecutive days are."""
    pairs = [
        (one, other)
        for one, other in pairwise(days)
        if len(one.entries) in sizes and len(other.entries) in sizes
    ]
    if not pairs:
        return

    def groups(day: Day) -> set[str]:
        return {_group(taxonomy, one.theme) for one in day.sections} - {ALSO}

    def names(day: Day) -> set[str]:
        return {one.label for one in day.sections if one.theme != ALSO}

    for what, told, least in (("groups", groups, 0.8), ("section names", names, None)):
        value = mean([jaccard(told(one), told(other)) for one, other in pairs])
        of = f"{len(pairs):,} pairs of days"
        yield Row(what=f"{what} of consecutive days, Jaccard", of=of, value=value, least=least)


def _group(taxonomy: Taxonomy, home: str) -> str:
    theme = home.partition(".")[0]
    return taxonomy.parents.get(theme, theme)
