"""What a check finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

CONFIG = "config"  # the check whose problems are the configuration's


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"  # it works, but is hardly meant so
    PROBLEM = "problem"  # it does not work, or will not for long
    SKIPPED = "skipped"  # there was nothing to look at


class Finding(NamedTuple):
    """What was found, in words without secrets, and what to do where anything is."""

    check: str
    state: State
    found: str
    do: str = ""

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        return self.state in {State.WARNING, State.PROBLEM}


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, found)


def warning(check: str, found: str, do: str) -> Finding:
    """It works, but is hardly meant so."""
    return Finding(check, State.WARNING, found, do)


def problem(check: str, found: str, do: str = "") -> Finding:
    """It does not work. What to do may stand behind the last semicolon, as our errors have it."""
    if not do:
        found, _, do = found.rpartition("; ") if "; " in found else (found, "", "")
    return Finding(check, State.PROBLEM, found, do)


def skipped(check: str, found: str, do: str = "") -> Finding:
    """There was nothing to look at."""
    return Finding(check, State.SKIPPED, found, do)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where nothing is a problem, 2 where the configuration is wrong, else 1."""
    problems = {one.check for one in findings if one.state is State.PROBLEM}
    return 2 if CONFIG in problems else int(bool(problems))
