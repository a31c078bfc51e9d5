"""What makes a value right that says how fast mail leaves, and where what bounces goes."""

from __future__ import annotations

import re

from digest.addresses import address_fault
from digest.config.checks import Given, Wrong, line

WHOSE = "{reader}"  # stands for what tells whose mail bounced

_SPANS = {"second": 1, "minute": 60, "hour": 3_600}
_RATE = re.compile(rf"([1-9][0-9]{{0,8}}) */ *({'|'.join(_SPANS)})")
_LONGEST_WHOSE = "1" * 10 + "-" + "f" * 16
_MOST_CONNECTIONS = 50


def rates(given: Given) -> tuple[tuple[int, int], ...]:
    """How many messages may go in any span of how many seconds; each span once."""
    found = [_RATE.fullmatch(text.strip()) for text in given.value]
    if not all(found):
        raise Wrong('must list rates such as "10/second", "300/minute" or "5000/hour"')
    limits = {_SPANS[one[2]]: int(one[1]) for one in found if one}
    if len(limits) < len(found):
        raise Wrong("has two rates of one span; keep the one that is meant")
    return tuple((limits[span], span) for span in sorted(limits))


def connections(given: Given) -> int:
    """How many connections to hold open at once."""
    number: int = given.value
    if number not in range(1, _MOST_CONNECTIONS + 1):
        raise Wrong(f"must be from 1 to {_MOST_CONNECTIONS}")
    return number


def return_path(given: Given) -> str:
    """A bare address, before whose @ {reader} may stand once; or nothing."""
    text = line(given).strip()
    local, _, domain = text.rpartition("@")
    whole = text.replace(WHOSE, _LONGEST_WHOSE)
    misplaced = WHOSE in domain or local.count(WHOSE) > 1 or re.search("[{}]", whole)
    if text and (misplaced or not text.isascii() or address_fault(whole)):
        raise Wrong(f'must be an address such as "bounces+{WHOSE}@example.org", not too long')
    return text
