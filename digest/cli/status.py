"""status: how things stand, from the journal alone, so that it comes at once."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from textwrap import wrap
from typing import Any

from digest import wiring
from digest.cli import common
from digest.counts import plural
from digest.shortening import cut

_LOOKED_AT = 100  # runs; the last of them that asked a source tells of it
_WIDTH = 80  # columns
_NAME, _LONGEST = 18, 38  # of them for a name, and for that of a source where one is longer
_RUNS = 5  # that are shown; JSON has ten
_ACCOUNTS = 3  # editions whose books are shown beside those that are open
_MOST = 3  # lines of a reason
_FURTHER = 4  # columns that a reason is moved in

Show = Callable[[str | None], str]  # an instant, as JSON has it, in the newsletter's zone


def status(options: argparse.Namespace) -> int:
    """Tell of the last runs, the sources, the editions and the deliveries."""
    config, now = common.configuration(options), common.clock(options)()
    slug, zone = config.newsletter.slug, config.newsletter.timezone
    with closing(wiring.journal(config, common.progress(options))) as journal:
        overview = journal.overview(slug, runs=_LOOKED_AT)
        health = journal.health(slug)
    told = {
        "newsletter": slug,
        "sources": {
            source.name: _source(source.name, overview["runs"], health.get(source.name, {}), now)
            for source in config.sources
        },
        **overview,
        "channels": {one.name: overview["channels"].get(one.name) for one in config.channels},
        "runs": overview["runs"][:10],
    }
    if options.json:
        common.print_json(told)
    else:
        common.say(options, *_lines(told, lambda at: _local(at, zone), str(zone)))
    return 0


def _source(
    name: str, runs: list[dict[str, Any]], health: dict[str, Any], now: dt.datetime
) -> dict[str, Any] | None:
    """A source as the last run that asked it found it, and how it fared before; None: never."""
    asked = [run for run in runs if name in run["report"]["sources"]]
    if not asked:
        return None
    found: dict[str, Any] = {"seconds": None, **asked[0]["report"]["sources"][name]}
    well = (run["at"] for run in asked if run["report"]["sources"][name]["state"] != "failed")
    again = health.get("not_before")
    return found | {
        "at": asked[0]["at"],
        "last_good": next(well, _told(health.get("read_at"))),
        "failures": health.get("failures", 0),
        "next_try": _told(again) if again and again > now else None,
    }


def _told(instant: dt.datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _local(at: str | None, zone: dt.tzinfo) -> str:
    """An instant to the minute; a dash for none."""
    return f"{dt.datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}" if at else "-"


def _lines(told: dict[str, Any], show: Show, zone: str) -> Iterator[str]:
    yield _heading(told)
    yield f"times are those of {zone}"
    yield "runs"
    yield from _runs(told["runs"][:_RUNS], show)
    yield from _sources(told["sources"], show)
    yield "mail"
    yield from _mail(told)
    if told["channels"]:
        yield "channels"
    for name, last in told["channels"].items():
        yield from _wrapped(_row(name, ""), _channel(last))
    yield _row("database", f"{told['bytes'] / 1e6:.1f} MB", indent=0)


def _heading(told: dict[str, Any]) -> str:
    editions, papers = (plural(told[f"{noun}s"], noun) for noun in ("edition", "paper"))
    between = f", {told['first']} to {told['last']}" if told["editions"] else ""
    return f"{told['newsletter']}: {editions}, {papers} shown{between}"


def _runs(runs: list[dict[str, Any]], show: Show) -> Iterator[str]:
    if not runs:
        yield "  none yet: digest run"
    for run in runs:
        report = run["report"]
        counts = [f"{report[what]:,} {what}" for what in ("new", "repeats") if report[what]]
        words = [", ".join([run["status"], *counts]), report["reason"], report.get("trouble", "")]
        yield from _wrapped(
            f"  {show(run['at'])}  for {run['date']}  ", "; ".join(filter(None, words))
        )


def _sources(sources: dict[str, Any], show: Show) -> Iterator[str]:
    width = min(max(_NAME, *map(len, sources)), _LONGEST)
    yield _row("sources", "state    last good         took", indent=0, width=width)
    for name, source in sources.items():
        if source is None:
            yield _row(name, "not asked yet", width=width)
            continue
        seconds = source["seconds"]
        took = "-" if seconds is None else f"{seconds:.1f} s"
        row = f"{source['state']:<7}  {show(source['last_good']):<16}  {took}"
        yield _row(name, row, width=width)
        yield from _reason(source, show)


def _reason(source: dict[str, Any], show: Show) -> list[str]:
    words = [f"failed {source['failures']} times in a row"] if source["failures"] > 1 else []
    words += [f"asked again from {show(source['next_try'])} on"] if source["next_try"] else []
    return _wrapped("", "; ".join([*words, *filter(None, [source["reason"]])]))


def _mail(told: dict[str, Any]) -> Iterator[str]:
    if told["paused"]:
        why = f"{told['paused']}; mend it, then: digest deliver --force"
        yield from _wrapped(_row("stopped", ""), why)
    for number, account in enumerate(told["accounts"]):
        if number < _ACCOUNTS or not account["done"]:
            weekly = "" if account["period"] == "daily" else f"{account['period']} "
            counts = _counts(account["states"]) or "no readers"
            yield from _wrapped(_row(f"{weekly}{account['date']}", ""), counts)
    for name, states in (
        ("all editions", "books"),
        ("readers", "readers"),
        ("suppressed", "suppressed"),
    ):
        yield from _wrapped(_row(name, ""), _counts(told[states]) or "none yet")


def _row(name: str, text: str, *, indent: int = 2, width: int = _NAME) -> str:
    return f"{' ' * indent}{cut(name, width):<{width + 2 - indent}}  {text}"


def _wrapped(start: str, text: str) -> list[str]:
    """A text behind what it is about, in a few lines; what does not fit them is left out."""
    further = " " * min(len(start) or _FURTHER, _NAME + 4)
    first = start or further
    return wrap(text, _WIDTH, initial_indent=first, subsequent_indent=further, max_lines=_MOST)


def _channel(last: dict[str, str] | None) -> str:
    """How far the last edition of a channel has come."""
    if last is None:
        return "nothing yet"
    code = f": {last['code']}" if last["code"] and last["state"] != "sent" else ""
    return f"{last['date']} {last['state']}{code}"


def _counts(states: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in states.items() if count)
