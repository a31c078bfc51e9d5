"""doctor: what is wrong, and what to do about it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from digest.cli import common
from digest.counts import plural
from digest.doctor import Case, Finding, State, examine, exit_code, problem
from digest.errors import ConfigError

_WIDTH = 80  # columns
_STATE, _CHECK = 8, 10  # of them
_FURTHER = " " * (_STATE + 1)


def doctor(options: argparse.Namespace) -> int:
    """Look at everything, change nothing, and say what to do."""
    findings = _findings(options)
    if options.json:
        told = [one._asdict() for one in findings]
        fine = all(one.state is not State.PROBLEM for one in findings)
        common.print_json({"findings": told, "ok": fine})
    else:
        for line in _lines(findings, quiet=options.quiet):
            print(line)
    return exit_code(findings)


def _findings(options: argparse.Namespace) -> list[Finding]:
    try:
        config = common.configuration(options)
    except ConfigError as error:
        return [problem("config", words) for words in error.problems]
    clock = common.clock(options)
    case = Case(config, clock(), None if options.now else clock, offline=options.offline)
    common.progress(options)("looking; that takes a minute at most")
    try:
        return examine(case)
    finally:
        common.progress(options)("")


def _lines(findings: Sequence[Finding], *, quiet: bool) -> Iterator[str]:
    """Each finding with what to do; where it is quiet, of what is wrong alone."""
    for one in findings:
        if one.wrong or not quiet:
            start = f"{one.state:<{_STATE}} {one.check:<{_CHECK}}  "
            yield from wrap(one.found, _WIDTH, initial_indent=start, subsequent_indent=_FURTHER)
            if one.do:
                start = f"{_FURTHER}do: "
                yield from wrap(one.do, _WIDTH, initial_indent=start, subsequent_indent=_FURTHER)
    if not quiet:
        counts = Counter(one.state for one in findings)
        problems, warnings = counts[State.PROBLEM], counts[State.WARNING]
        yield f"{plural(problems, 'problem')}, {plural(warnings, 'warning')}"
