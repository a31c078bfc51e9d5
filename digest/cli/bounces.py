"""bounces: read what came back of the mail; charge the readers whose it was, let who asks go."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from digest import logs, wiring
from digest.bounces.hearing import Heard, Hearing, Outcome
from digest.bounces.maildir import Inbox
from digest.bounces.reading import LARGEST, read
from digest.cli import common
from digest.counts import plural
from digest.errors import DigestError, UsageError

_MOST_REFUSALS = 5  # whose words are told


def bounces(options: argparse.Namespace) -> int:
    """Read the new messages of a Maildir, or one on standard input."""
    if options.maildir == "-":
        return _piped(options)
    config = common.configuration(options)
    inbox = Inbox(Path(options.maildir))
    with wiring.hearing(config, common.clock(options)) as hearing:
        heard = _of_inbox(options, hearing, inbox)
    _show(options, heard)
    for fault in inbox.faults:
        common.warn(fault)
    return 1 if inbox.faults else 0


def _of_inbox(options: argparse.Namespace, hearing: Hearing, inbox: Inbox) -> list[Heard]:
    told: list[Heard] = []
    for names in inbox.batches():
        raws = ((name, inbox.read(name)) for name in names)
        reports = {name: read(raw) for name, raw in raws if raw is not None}
        heard = hearing.hear(list(reports.values()))
        for name, one in zip(reports, heard, strict=True):
            inbox.file(name, seen=one.outcome not in {Outcome.UNKNOWN, Outcome.NOT_OURS})
        told += heard
        common.progress(options)(f"{plural(len(told), 'message')} read")
    common.progress(options)("")
    return told


def _piped(options: argparse.Namespace) -> int:
    """One message, from a mail server: it is to try again where we could not keep what it says."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("-: give a message on standard input, or name a Maildir")
    raw = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(LARGEST):
        pass  # who gives it may take it for a failure that we do not want it all
    try:
        with wiring.hearing(common.configuration(options), common.clock(options)) as hearing:
            heard = hearing.hear([read(raw)])
    except DigestError as error:
        common.warn(str(error))
        return os.EX_TEMPFAIL
    _show(options, heard)
    return 0


def _show(options: argparse.Namespace, heard: Sequence[Heard]) -> None:
    counts = Counter(one.outcome for one in heard)
    for outcome, many in counts.items():
        logs.event("bounces", state=outcome.value, messages=many)
    refusals = list(dict.fromkeys(one.words for one in heard if one.words))[:_MOST_REFUSALS]
    if options.json:
        told = {outcome.value: counts[outcome] for outcome in Outcome}
        common.print_json(told | ({"refusals": refusals} if refusals else {}))
        return
    words = ", ".join(f"{counts[one]} {_WORDS[one]}" for one in Outcome if counts[one])
    common.say(options, f"{plural(len(heard), 'message')} read" + (f": {words}" if words else ""))
    for refusal in refusals:
        common.warn(f"refused for what we send: {refusal}")


_WORDS = {
    Outcome.HARD: "hard",
    Outcome.SOFT: "soft",
    Outcome.COMPLAINT: "of complaints",
    Outcome.LEFT: "to leave",
    Outcome.POLICY: "refused for what we send",
    Outcome.IGNORED: "to ignore",
    Outcome.UNKNOWN: "not understood",
    Outcome.NOT_OURS: "not of our mail",
}
