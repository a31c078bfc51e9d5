"""Ten years, in every zone that there is: one edition on each local date (G3)."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest

from tests.schedule.sweep import (
    DAY,
    SEND_AT,
    ZONES,
    check,
    every_minute,
    gone_through,
    spans,
    ticks,
    transitions,
)

TEN_YEARS = (dt.datetime(2006, 1, 1, tzinfo=dt.UTC), dt.datetime(2016, 1, 1, tzinfo=dt.UTC))
NEXT_TEN = (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
# Skipped and doubled midnights and evenings, half hours, quarters, and a day that was left out.
ODD = [
    *("Africa/Casablanca", "America/Havana", "America/Nuuk", "America/St_Johns", "Asia/Beirut"),
    *("Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Apia", "Pacific/Chatham"),
]


def swept(name: str, send_at: dt.time, years: tuple[dt.datetime, dt.datetime]) -> int:
    """Go through some years of a zone; how many days were looked at."""
    zone, looked = ZoneInfo(name), 0
    changes = transitions(zone, *years)
    for span in spans(changes, *years):
        moments = ticks(zone, send_at, span, changes)
        check(gone_through(zone, send_at, moments), span, moments)
        looked += 4
    return looked


@pytest.mark.parametrize("name", ODD)
def test_an_odd_zone_has_one_edition_a_local_date(name: str) -> None:
    changes = transitions(ZoneInfo(name), *TEN_YEARS)
    some = changes[-1] if changes else dt.datetime(2015, 6, 1, tzinfo=dt.UTC)
    for send_at in SEND_AT:
        swept(name, send_at, (some - 40 * DAY, some + 40 * DAY))


@pytest.mark.slow
@pytest.mark.parametrize("years", [TEN_YEARS, NEXT_TEN], ids=["2006 to 2015", "2026 to 2035"])
@pytest.mark.parametrize("send_at", SEND_AT, ids=str)
def test_ten_years_of_every_zone_have_one_edition_a_local_date(
    send_at: dt.time, years: tuple[dt.datetime, dt.datetime]
) -> None:
    looked, alike = 0, set()
    for name in ZONES:
        zone = ZoneInfo(name)
        changes = transitions(zone, *years)
        rule = tuple((at, at.astimezone(zone).utcoffset()) for at in [years[0], *changes])
        if rule not in alike:  # many are other names of the same
            alike.add(rule)
            looked += swept(name, send_at, years)
    print(  # noqa: T201 - for -rP
        f"{len(ZONES)} zones, {len(alike)} different: {looked} days looked at"
    )
    assert len(alike) > 50


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(range(6), id="some"),
        pytest.param(range(6, 120), id="many", marks=pytest.mark.slow),
    ],
)
def test_the_minutes_that_are_left_out_change_nothing(seed: range) -> None:
    for number in seed:
        chance = random.Random(number)
        zone, send_at = (
            ZoneInfo(chance.choice(ZONES if number % 2 else ODD)),
            chance.choice(SEND_AT),
        )
        changes = transitions(zone, *TEN_YEARS)
        span = chance.choice(list(spans(changes, *TEN_YEARS)))
        quick = gone_through(zone, send_at, ticks(zone, send_at, span, changes))
        assert quick.begun == gone_through(zone, send_at, every_minute(span)).begun
