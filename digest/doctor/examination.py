"""All checks at once: one that fails by itself stops no other, and all together end in time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from digest.config import Config
from digest.doctor.findings import CONFIG, Finding, problem, skipped
from digest.doctor.together import together
from digest.errors import ConfigError, DigestError

if TYPE_CHECKING:
    from dns.resolver import Resolver

ALL = 60.0  # seconds that the checks may take together


class Case(NamedTuple):
    """What is looked at."""

    config: Config
    now: dt.datetime  # UTC
    clock: Callable[[], dt.datetime] | None  # UTC; None where an instant is rehearsed
    offline: bool = False  # ask nothing but this machine
    resolver: Resolver | None = None  # in place of the system's
    monotonic: Callable[[], float] = time.monotonic
    seconds: float = ALL


class Check(NamedTuple):
    """One thing to look at, loaded when it is."""

    name: str
    where: str  # the module in this room, and the function
    asks: bool = False  # others than this machine


# In the order in which they are told.
CHECKS = (
    Check(CONFIG, "settings:settings"),
    Check("zone", "machine:zone"),
    Check("access", "machine:access"),
    Check("disk", "machine:disk"),
    Check("database", "state:state"),
    Check("runs", "state:runs"),
    Check("transport", "post:post"),
    Check("alerts", "settings:alerts"),
    Check("mx", "domain:mx", asks=True),
    Check("spf", "domain:spf", asks=True),
    Check("dkim", "domain:dkim", asks=True),
    Check("dmarc", "domain:dmarc", asks=True),
    Check("one-click", "leaving:one_click", asks=True),
    Check("letter", "letter:letter"),
    Check("sources", "sites:sites"),
)


def examine(case: Case, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """What all checks find, or some of them."""
    tasks = [partial(_done, check, case) for check in checks]
    came = together(tasks, case.seconds, case.monotonic)
    found = [
        finding
        for check, findings in zip(checks, came, strict=True)
        for finding in (findings or [_late(check.name, case.seconds)])
    ]
    return list(dict.fromkeys(found))  # what is wrong with the configuration meets several


def _late(name: str, seconds: float) -> Finding:
    return problem(name, f"no end within {seconds:g} s", "try again; see what holds it up")


def _done(check: Check, case: Case) -> list[Finding]:
    """What a check finds, whatever breaks in it."""
    if check.asks and case.offline:
        return [skipped(check.name, "not asked, as --offline says")]
    try:
        module, _, name = check.where.partition(":")
        look: Callable[[Case], Iterable[Finding]]
        look = getattr(import_module(f"digest.doctor.{module}"), name)
        return list(look(case))
    except ConfigError as error:
        return [problem(CONFIG, words) for words in error.problems]
    except DigestError as error:
        return [problem(check.name, str(error))]
    except BaseException as error:  # noqa: BLE001 - whose words might hold a secret
        return [problem(check.name, f"the check is broken ({type(error).__name__})", "report this")]
