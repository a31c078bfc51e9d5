"""themes list, test and check: what there is, what a text would be, whether a file is right."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import Any

from digest import taxonomies, wiring
from digest.cli import common
from digest.config import Config
from digest.counts import plural
from digest.errors import UsageError
from digest.model.papers import Paper
from digest.sources.text import clean
from digest.themes.match import place, ruled_out
from digest.themes.ranking import Candidate, ranking, topic
from digest.themes.remarks import remarks
from digest.themes.taxonomy import Taxonomy, Theme

_RUNNERS_UP = 3
_ENOUGH = 1000  # papers that a taxonomy is tried on


def show(options: argparse.Namespace) -> int:
    """List the groups and their themes, the user's own and ours."""
    taxonomy = wiring.taxonomy(common.configuration(options))
    shown = taxonomy.themes if options.all else _spoken_for(taxonomy)
    told = {"taxonomy": taxonomy.version, "groups": _groups(taxonomy, shown)}
    if options.json:
        common.print_json(told)
        return 0
    common.say(options, *_listed(told))
    if left := len(taxonomy.themes) - len(shown):
        common.say(options, "", f"{left} categories of sources are themes too: --all")
    return 0


def _spoken_for(taxonomy: Taxonomy) -> list[Theme]:
    """The user's themes and those with phrases: all but the mere names of categories."""
    return [theme for theme in taxonomy.themes if theme.own or theme.phrases]


def _groups(taxonomy: Taxonomy, themes: Sequence[Theme]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for theme in themes:
        empty = {"id": theme.group, "label": taxonomy.labels[theme.group], "themes": []}
        groups.setdefault(theme.group, empty)["themes"].append(
            {
                "id": theme.id,
                "label": theme.label,
                "description": theme.description,
                "phrases": len(theme.phrases),
                "topics": list(dict.fromkeys(theme.topics.values())),
                "category": theme.category,
                "own": theme.own,
            }
        )
    return [*groups.values()]


def _listed(told: Mapping[str, Any]) -> Iterator[str]:
    for group in told["groups"]:
        yield f"{group['label']} ({group['id']})"
        for theme in group["themes"]:
            yours = ", yours" if theme["own"] else ""
            phrases = plural(theme["phrases"], "phrase")
            yield f"  {theme['label']} ({theme['id']}): {phrases}{yours}"
            topics = f"Topics: {', '.join(theme['topics'])}." if theme["topics"] else ""
            for text in (theme["description"], topics):
                yield from (f"    {line}" for line in wrap(text, 75))


def test(options: argparse.Namespace) -> int:
    """Tell which theme a title and an abstract would get, and why."""
    paper = _paper(options.text)
    taxonomy = wiring.taxonomy(common.configuration(options))
    told = _verdict(taxonomy, paper)
    if options.json:
        common.print_json(told)
    else:
        common.say(options, paper.title, *_because(told))
    return 0


def _paper(text: str) -> Paper:
    """The paper of a title, and of an abstract in further lines; "-" for standard input."""
    if text == "-":
        text = sys.stdin.buffer.read().decode(errors="replace") if sys.stdin else ""
    title, _, abstract = text.strip().partition("\n")
    if not clean(title):
        raise UsageError("give a title; further lines are the abstract, - is standard input")
    return Paper(title=clean(title), abstract=clean(abstract))


def _verdict(taxonomy: Taxonomy, paper: Paper) -> dict[str, Any]:
    candidates, claims = ranking(taxonomy, paper), place(taxonomy, paper).theme
    return {
        "title": paper.title,
        "theme": claims,
        "topic": topic(taxonomy, candidates[0]) if claims else None,
        "candidates": [_candidate(taxonomy, one) for one in candidates[: _RUNNERS_UP + 1]],
        "ruled_out": {
            theme.id: phrase for theme in taxonomy.themes if (phrase := ruled_out(theme, paper))
        },
    }


def _candidate(taxonomy: Taxonomy, one: Candidate) -> dict[str, Any]:
    return {
        "theme": one.theme.id,
        "label": one.theme.label,
        "group": one.theme.group,
        "group_label": taxonomy.labels[one.theme.group],
        "score": one.score,
        "rank": round(one.rank, 3),
        "needed": one.theme.abstain_below,
        "matches": [asdict(match) for match in one.matches],
    }


def _because(told: Mapping[str, Any]) -> Iterator[str]:
    if not told["candidates"]:
        yield "  theme     none: no phrase of any stands here"
    else:
        best, *others = told["candidates"]
        yield f"  theme     {'' if told['theme'] else 'none; the nearest is '}{_scored(best)}"
        yield f"  group     {best['group_label']} ({best['group']})"
        if told["topic"]:
            yield f"  topic     {told['topic']}"
        for match in best["matches"]:
            yield f"  because   “{match['phrase']}” in the {match['where']} (+{match['weight']:g})"
        yield from (f"  next      {_scored(other)}" for other in others)
    for theme, phrase in told["ruled_out"].items():
        yield f"  never     {theme}, which excludes “{phrase}”"


def _scored(one: Mapping[str, Any]) -> str:
    """A theme with its score, and what it is compared by where that differs."""
    rank = f", ranks by {one['rank']:g}" if one["rank"] != one["score"] else ""
    needs = f"scores {one['score']:g}, needs {one['needed']:g}"
    return f"{one['label']} ({one['theme']}): {needs}{rank}"


def check(options: argparse.Namespace) -> int:
    """Say whether the themes are right, and what in them is of no use."""
    config = common.configuration(options)
    taxonomy = taxonomies.taxonomy(config, Path(options.file) if options.file else None)
    common.say(options, _size(taxonomy))
    shipped = taxonomies.without_own(config)
    for remark in remarks(taxonomy, shipped, _papers(config)):
        common.say(options, f"remark: {remark}")
    return 0


def _size(taxonomy: Taxonomy) -> str:
    """How many of everything there is, the names of categories apart."""
    themes = _spoken_for(taxonomy)
    groups = plural(len({theme.group for theme in themes}), "group")
    phrases = plural(sum(len(theme.phrases) for theme in themes), "phrase")
    own = f"{sum(theme.own for theme in themes)} of them yours"
    return f"{groups}, {plural(len(themes), 'theme')} ({own}), {phrases}: no mistake"


def _papers(config: Config) -> list[Paper]:
    """The papers of the newest editions, none where there is no edition yet."""
    papers: list[Paper] = []
    with suppress(UsageError):  # nothing was run yet
        for edition in common.editions(config, newest_first=True):
            papers += [placed.paper for section in edition.sections for placed in section.papers]
            if len(papers) >= _ENOUGH:
                break
    return papers
