"""All checks at once: one that fails by itself stops no other, and all together end in time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
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


class _Check(NamedTuple):
    name: str
    where: str  # the module in this room, and the function
    asks: bool = False  # others than this machine


# In the order in which they are told.
_CHECKS = (
    _Check(CONFIG, "settings:settings"),
    _Check("zone", "machine:zone"),
    _Check("access", "machine:access"),
    _Check("disk", "machine:disk"),
    _Check("database", "state:state"),
    _Check("transport", "post:post"),
    _Check("mx", "domain:mx", asks=True),
    _Check("spf", "domain:spf", asks=True),
    _Check("dkim", "domain:dkim", asks=True),
    _Check("dmarc", "domain:dmarc", asks=True),
    _Check("one-click", "leaving:one_click", asks=True),
    _Check("letter", "letter:letter"),
    _Check("sources", "sites:sites"),
)


def examine(case: Case) -> list[Finding]:
    """What all checks find."""
    tasks = [partial(_done, check, case) for check in _CHECKS]
    came = together(tasks, case.seconds, case.monotonic)
    return [
        finding
        for check, findings in zip(_CHECKS, came, strict=True)
        for finding in (findings or [_late(check.name, case.seconds)])
    ]


def _late(name: str, seconds: float) -> Finding:
    return problem(name, f"no end within {seconds:.0f} s", "try again; see what holds it up")


def _done(check: _Check, case: Case) -> list[Finding]:
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
    except Exception as error:  # noqa: BLE001 - whose words might hold a secret
        return [problem(check.name, f"the check is broken ({type(error).__name__})", "report this")]
