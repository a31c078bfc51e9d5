"""subscribers add, show, pause, resume, remove and erase: one reader at a time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

from digest import taxonomies, wiring
from digest.addresses import address_fault, same_mailbox
from digest.cli import common
from digest.config import Config
from digest.counts import plural
from digest.errors import UsageError
from digest.model.readers import Rule, Standing
from digest.store.engine import SqlStore
from digest.store.enrolling import Record
from digest.subscribe import columns, rules
from digest.subscribe.rules import Refused

_OPTIONS = {
    "frequency": "frequency",
    "zone": "zone",
    "hour": "hour",
    "theme": "themes",
    "not_theme": "not_themes",
    "keyword": "keywords",
    "author": "authors",
    "cap": "cap",
    "summaries": "summaries",
    "consent": "consent",
}
_DELIVERIES = 10  # shown of a reader


def theme_faults(config: Config) -> Callable[[str], str]:
    """What is wrong with a theme's id, by the newsletter's taxonomy, which is read if need be."""
    taxonomy = cache(lambda: wiring.taxonomy(config))
    return cache(lambda name: taxonomies.theme_fault(taxonomy(), name))


def add(options: argparse.Namespace) -> int:
    """Add a reader, or change what is said of one."""
    config, now = common.configuration(options), common.clock(options)()
    given = {name: getattr(options, option) for option, name in _OPTIONS.items()}
    raw = {name: value for name, value in given.items() if value is not None}
    try:
        said = columns.said({"address": options.address, **raw}, theme_faults(config))
    except Refused as refusal:
        raise UsageError(str(refusal)) from None
    consent = said.pop("consent")

    def rule(standing: Standing) -> Standing:
        return rules.added(standing, said, consent=consent, now=now)

    with closing(wiring.store(config)) as store:
        return _change(options, config, store, rule)


def pause(options: argparse.Namespace) -> int:
    """Send a reader nothing until a day, or until `resume`."""
    zone = common.configuration(options).newsletter.timezone
    if options.until and options.until <= common.clock(options)().astimezone(zone).date():
        raise UsageError("--until must be a day to come")
    return _change_known(options, lambda standing: rules.paused(standing, options.until))


def resume(options: argparse.Namespace) -> int:
    """Send a paused reader mail again."""
    return _change_known(options, rules.resumed)


def remove(options: argparse.Namespace) -> int:
    """Let a reader leave."""
    return _change_known(options, rules.removed)


def erase(options: argparse.Namespace) -> int:
    """Forget a reader; what stays is a hash, so that they get no mail."""
    config = common.configuration(options)
    with closing(wiring.kept_store(config)) as store:
        _known(options, config, store)
        if not options.yes and not _is_sure():
            common.say(options, "nothing was erased")
            return 0
        code = _change(options, config, store, rules.erased)
    if same_mailbox(options.address) in map(same_mailbox, config.mail.to):
        common.warn("the address still stands in mail.to; take it out there, too")
    return code


def _is_sure() -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("erasing cannot be undone; add --yes where nobody can be asked")
    print("All that is kept of this reader is erased for good. Erase? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _change_known(options: argparse.Namespace, rule: Rule) -> int:
    config = common.configuration(options)
    with closing(wiring.kept_store(config)) as store:
        _known(options, config, store)
        return _change(options, config, store, rule)


def _known(options: argparse.Namespace, config: Config, store: SqlStore) -> Record:
    """The reader that is asked for. Raises UsageError where there is none."""
    slug, address = config.newsletter.slug, options.address
    if fault := address_fault(address):
        raise UsageError(f"address {fault}")
    if known := store.reader(slug, address):
        return known
    if store.is_suppressed(slug, address):
        raise UsageError("this reader was erased; what is kept is that they get no mail")
    raise UsageError("there is no reader with this address")


def _change(options: argparse.Namespace, config: Config, store: SqlStore, rule: Rule) -> int:
    """Let a rule change a reader, and say what came of it."""
    slug, now = config.newsletter.slug, common.clock(options)()
    try:
        [outcome] = store.revise(slug, [(options.address, rule)], now)
    except Refused as refusal:
        common.warn(f"this reader {refusal}")
        return 1
    known = store.find(slug, options.address)
    common.say(options, f"{outcome}, {known.state}" if known else outcome)
    return 0


def show(options: argparse.Namespace) -> int:
    """Tell all that is kept of a reader."""
    config = common.configuration(options)
    with closing(wiring.kept_store(config)) as store:
        known = _known(options, config, store)
        receipts = store.receipts(config.newsletter.slug, known.id, _DELIVERIES)
    told = as_json(known) | {
        "deliveries": [
            {"period": one.period, "date": one.date.isoformat(), "state": one.state.value}
            | {"code": one.code}
            for one in receipts
        ]
    }
    if options.json:
        common.print_json(told)
    else:
        common.say(options, *_lines(told))
    return 0


def as_json(known: Record) -> dict[str, Any]:
    """A reader as JSON has it, with what no import would take."""
    since = f"{known.since:%Y-%m-%dT%H:%M:%SZ}"
    return columns.shown(known.subscriber) | {"since": since, "fixed": known.fixed}


def _lines(told: dict[str, Any]) -> Iterator[str]:
    """What `show` prints."""
    why = f" ({told['reason']})" if told["reason"] else ""
    until = f" until {told['paused_until']}" if told["paused_until"] else ""
    yield f"{told['address']}: {told['state']}{until} since {told['since']}{why}"
    hour = "as soon as it is made" if told["hour"] is None else f"at {told['hour']:02}:00"
    where = told["zone"] and f", {told['zone']}"
    yield f"  edition   {told['frequency']}, {hour}{where}"
    for name in ("themes", "not_themes", "keywords", "authors"):
        if told[name]:
            yield f"  {name.replace('_', ' '):10}{', '.join(told[name])}"
    if told["cap"]:
        yield f"  at most   {plural(told['cap'], 'paper')}"
    if told["summaries"]:
        yield "  summaries the papers' own words"
    when = told["consented_at"] and f", {told['consented_at']}"
    yield f"  consent   {told['consent'] or 'not known'}{when or ''}"
    if told["fixed"]:
        yield "  named in  mail.to"
    for one in told["deliveries"]:
        code = one["code"] and f", {one['code']}"
        yield f"  {one['date']}  {one['period']}: {one['state']}{code}"
