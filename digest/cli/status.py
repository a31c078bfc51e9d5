"""status: how things stand, from the journal alone, so that it comes at once."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any

from digest import wiring
from digest.cli import common
from digest.counts import plural


def status(options: argparse.Namespace) -> int:
    """Tell of the last runs, the sources, the editions and the deliveries."""
    config = common.configuration(options)
    with closing(wiring.journal(config, common.progress(options))) as journal:
        overview = journal.overview(config.newsletter.slug, runs=100)
    told = {
        "newsletter": config.newsletter.slug,
        "sources": _sources(overview, [source.name for source in config.sources]),
        **overview,
        "runs": overview["runs"][:10],
    }
    if options.json:
        common.print_json(told)
    else:
        common.say(options, *_lines(told))
    return 0


def _sources(overview: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Each configured source as the last run that asked it found it; null where none has."""
    found: dict[str, Any] = dict.fromkeys(names)
    for run in reversed(overview["runs"]):
        for name, told in run["report"]["sources"].items():
            if name in found:
                found[name] = told | {"at": run["at"]}
    return found


def _lines(told: dict[str, Any]) -> list[str]:
    editions, papers = (plural(told[f"{noun}s"], noun) for noun in ("edition", "paper"))
    lines = [f"{told['newsletter']}: {editions}, {papers} shown"]
    if told["editions"]:
        lines[0] += f", {told['first']} to {told['last']}"
    if told["runs"]:
        run = told["runs"][0]
        reason = run["report"]["reason"]
        lines.append(f"  last run  {run['at']}, for {run['date']}: {run['status']}")
        lines[-1] += f", {reason}" if reason else ""
    else:
        lines.append("  last run  none yet: digest run")
    for name, source in told["sources"].items():
        if source is None:
            lines.append(f"  source    {name}: not asked yet")
        else:
            reason = f", {source['reason']}" if source["reason"] else ""
            lines.append(f"  source    {name}: {source['state']} at {source['at']}{reason}")
    lines.append(f"  readers   {_counts(told['readers']) or 'none yet'}")
    if told["paused"]:
        lines.append(
            f"  mail      stopped: {told['paused']}; mend it, then: digest deliver --force"
        )
    lines.append(f"  mail      {_counts(told['books']) or 'none yet'}")
    lines += [
        f"            {_edition(account)}: {_counts(account['states'])}"
        for account in told["accounts"]
        if not account["done"]
    ]
    lines.append(f"  database  {told['bytes'] / 1e6:.1f} MB")
    return lines


def _counts(states: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in states.items() if count)


def _edition(account: dict[str, Any]) -> str:
    """An edition whose books are not closed."""
    name = "" if account["period"] == "daily" else f"{account['period']} "
    return f"still at work on the {name}edition of {account['date']}"
