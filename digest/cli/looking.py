"""preview and explain: looking at an edition, and asking why a paper is where it is."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import webbrowser
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digest import wiring
from digest.cli import common
from digest.config import Config
from digest.errors import UsageError
from digest.identity import keys_named
from digest.model.editions import Edition, Placement, Section
from digest.ports import Store
from digest.render.text import tidy
from digest.shortening import cut

_LONGEST = 300  # characters of what was typed that are shown


def preview(options: argparse.Namespace) -> int:
    """Print an edition as readers get it, or open it in a browser."""
    config = common.configuration(options)
    form = options.format or ("html" if options.open else "text")
    content = wiring.preview(config, wiring.edition(config, options.date), form)
    if options.open:
        suffix = ".txt" if form == "text" else f".{form}"
        with tempfile.NamedTemporaryFile(suffix=suffix, delete=False) as file:
            file.write(content)
        if not webbrowser.open(Path(file.name).as_uri()):
            common.say(options, f"no browser could be started; the edition is in {file.name}")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    return 0


def explain(options: argparse.Namespace) -> int:
    """Tell where a paper was seen, which edition has it, and why it stands in its section."""
    config = common.configuration(options)
    with closing(wiring.kept_store(config, common.progress(options))) as store:
        told = explanation(config, store, options.key)
    if told is None:
        raise UsageError(
            f"{cut(tidy(options.key), _LONGEST)!r}: no paper is known by that. Give a key such as"
            " arxiv:2404.14219, an arXiv id, a DOI, a link or the whole title"
        )
    if options.json:
        common.print_json(told)
    else:
        common.say(options, *_lines(told))
    return 0


def explanation(config: Config, store: Store, text: str) -> dict[str, Any] | None:
    """All that is known of the paper a text names, as the contract has it; None if nothing is."""
    slug = config.newsletter.slug
    found = next((told for key in keys_named(text) if (told := store.explain(slug, key))), None)
    if found is None:
        return None
    told = {**found, **dict.fromkeys(("title", "section", "theme", "evidence", "taxonomy"))}
    if found["edition"]:
        frozen = store.edition(slug, dt.date.fromisoformat(found["edition"]))
        place = _place(frozen.edition, found["aliases"]) if frozen else None
        if frozen and place:
            section, placed = place
            told |= {
                "title": placed.paper.title,
                "section": section.label,
                "theme": section.theme,
                "evidence": asdict(placed.evidence),
                "taxonomy": frozen.edition.taxonomy,
            }
    return told


def _place(edition: Edition, keys: list[str]) -> tuple[Section, Placement] | None:
    for section in edition.sections:
        for placed in section.papers:
            if placed.key in keys:
                return section, placed
    return None


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [told["title"] or told["key"], f"  key       {told['key']}"]
    others = [key for key in told["aliases"] if key != told["key"]]
    lines += [f"  also      {key}" for key in others]
    for seen in told["sightings"]:
        until = f" to {seen['last']}" if seen["last"] != seen["first"] else ""
        lines.append(f"  seen      {seen['source']}, {seen['first']}{until}")
    if not told["edition"]:
        return [*lines, "  edition   none of this newsletter"]
    lines.append(f"  edition   {told['edition']}; suppressed as a repeat ever since")
    if told["section"]:
        lines.append(f"  section   {told['section']} ({told['theme']})")
        lines += [f"  because   {reason}" for reason in _reasons(told["evidence"])]
        lines.append(f"  taxonomy  {told['taxonomy']}")
    return lines


def _reasons(evidence: dict[str, Any]) -> list[str]:
    found = [
        f"“{match['phrase']}” in the {match['where']} (+{match['weight']:g})"
        for match in evidence["matches"]
    ]
    if evidence["reason"] == "category":
        return ["no theme fits well; it goes by its source's category", *found]
    if evidence["reason"] == "none":
        return ["no theme fits well"]
    runner_up = evidence["runner_up"]
    after = f", before {runner_up} by {evidence['margin']:.0%}" if runner_up else ""
    return [*found, f"{evidence['theme']} scores {evidence['score']:g}{after}"]
