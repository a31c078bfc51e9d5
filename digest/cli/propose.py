"""themes propose: what the archive teaches of the taxonomy, for the user to accept."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from digest import wiring
from digest.cli import common
from digest.config import Config
from digest.errors import UsageError
from digest.themes.learning.past import Past, Window, window
from digest.themes.learning.proposals import Proposals
from digest.themes.learning.proposals import propose as proposals_of
from digest.themes.learning.proposed import toml
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy


def propose(options: argparse.Namespace) -> int:
    """Print phrases that have become frequent as TOML to accept, and which themes do badly."""
    if options.days < 1:
        raise UsageError(f"--days {options.days}: give a number of days, at least 1")
    config = common.configuration(options)
    taxonomy = wiring.taxonomy(config)
    papers = window(_past(options, config, taxonomy), options.days)
    common.progress(options)("comparing phrases")
    made = proposals_of(taxonomy, papers) if papers.earlier else None
    common.progress(options)("")
    if options.json:
        common.print_json(_told(papers, made))
    elif made:
        common.say(options, *toml(taxonomy, papers, made))
    else:
        common.say(options, _too_few(papers, options.days))
    return 0


def _past(options: argparse.Namespace, config: Config, taxonomy: Taxonomy) -> Iterator[Past]:
    """The papers of all editions, placed anew, so that all are by the taxonomy in force."""
    progress = common.progress(options)
    for edition in common.editions(config):
        progress(f"reading the edition of {edition.date}")
        for section in edition.sections:
            for placed in section.papers:
                yield Past(
                    date=edition.date,
                    key=placed.key,
                    paper=placed.paper,
                    evidence=place(taxonomy, placed.paper),
                )


def _too_few(papers: Window, days: int) -> str:
    """Comments, as the rest of what is printed is TOML."""
    if not papers.recent:
        return (
            "# No edition was made yet. What is new in the papers shows after some weeks of them."
        )
    first = papers.recent[0].date
    return (
        f"# Too few editions: what is new in the last {days} days shows beside earlier ones,\n"
        f"# and the first is of {first}. Give fewer --days, or wait."
    )


def _told(papers: Window, made: Proposals | None) -> dict[str, Any]:
    """The contract's JSON; all lists are empty where there are too few editions."""
    told = asdict(made or Proposals(bursts=(), starving=(), overlapping=(), drifting=()))
    for burst in told["bursts"]:
        burst["examples"] = [
            {"key": past["key"], "title": past["paper"]["title"]} for past in burst["examples"]
        ]
    return {"recent": len(papers.recent), "earlier": len(papers.earlier), **told}
