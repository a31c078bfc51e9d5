"""Days gone through by the real rules, quickly: only minutes at which a decision can change."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from digest.model.runs import RunNote, RunStatus
from digest.model.sources import SourceReport, SourceState
from digest.schedule import rules
from digest.schedule.rules import Task

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
SEND_AT = [dt.time.fromisoformat(hour) for hour in ("00:00", "00:30", "02:30", "07:30", "23:45")]
Span = tuple[dt.datetime, dt.datetime]

_FRESH = (SourceReport(name="one", state=SourceState.FRESH),)


@dataclass
class Days:
    """A newsletter whose every run brings an edition, if the date has none, and what was begun."""

    zone: ZoneInfo
    send_at: dt.time
    notes: dict[dt.date, list[RunNote]] = field(default_factory=dict)
    editions: Counter[dt.date] = field(default_factory=Counter)
    polls: Counter[dt.date] = field(default_factory=Counter)
    begun: list[tuple[dt.date, dt.datetime]] = field(default_factory=list)

    def look(self, now: dt.datetime) -> None:
        moment = rules.at_hand(self.zone, self.send_at, now)
        if not moment:
            return
        notes = self.notes.setdefault(moment.date, [])
        begun = rules.since(self.zone, self.send_at, moment.date)
        match rules.task(moment, begun, notes, ["one"], now):
            case Task.RUN:
                self.editions[moment.date] += 1
                self.begun.append((moment.date, now))
                notes.insert(0, RunNote(now, RunStatus.PUBLISHED, 0, _FRESH))
            case Task.POLL:
                self.polls[moment.date] += 1
                notes.insert(0, RunNote(now, RunStatus.POLLED, 1, _FRESH))


@cache
def transitions(zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> list[dt.datetime]:
    """The first minutes of another offset, found from one half day to the next."""
    found, step = [], DAY / 2
    while first < last:
        if _offset(zone, first) != _offset(zone, first + step):
            low, high = first, first + step
            while high - low > MINUTE:
                middle = low + (high - low) / 2 // MINUTE * MINUTE
                same = _offset(zone, middle) == _offset(zone, first)
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        first += step
    return found


def _offset(zone: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def spans(changes: list[dt.datetime], first: dt.datetime, last: dt.datetime) -> Iterator[Span]:
    """Two days around each change of the clocks, and four amid each time without one.

    All other days of such a time are like those: the same offset, the same hours.
    """
    for change in changes:
        yield change - 2 * DAY, change + 2 * DAY
    for begin, end in zip([first, *changes], [*changes, last], strict=True):
        middle = begin + (end - begin) / 2 // MINUTE * MINUTE
        if end - begin > 4 * DAY:
            yield middle - 2 * DAY, middle + 2 * DAY


def ticks(
    zone: ZoneInfo, send_at: dt.time, span: Span, changes: Iterable[dt.datetime]
) -> list[dt.datetime]:
    """The minutes of a span at which what is due can change, each with its neighbours."""
    first, last = span
    edges = {first, *(change for change in changes if first <= change <= last)}
    hours = {dt.time(), send_at}
    day = first.astimezone(zone).date() - DAY
    while day <= last.astimezone(zone).date():
        for shown in (dt.datetime.combine(day, hour) for hour in hours):
            for after in (dt.timedelta(), rules.LATE, -rules.EARLY):
                for fold in (0, 1):
                    local = shown + (min(dt.timedelta(), after))
                    at = local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)
                    edges.add(at + max(after, dt.timedelta()))
        day += DAY
    near = {edge + beside for edge in edges for beside in (-MINUTE, dt.timedelta(), MINUTE)}
    return sorted(at for at in near if first <= at < last)


def every_minute(span: Span) -> Iterator[dt.datetime]:
    at, last = span
    while at < last:
        yield at
        at += MINUTE


def gone_through(zone: ZoneInfo, send_at: dt.time, moments: Iterable[dt.datetime]) -> Days:
    days = Days(zone, send_at)
    for now in moments:
        days.look(now)
    return days


def check(days: Days, span: Span, moments: Iterable[dt.datetime]) -> None:
    """Each local date that the clocks show has one edition, after its polls; none has another.

    The first and the last date of a span are in it in part.
    """
    shown = sorted({now.astimezone(days.zone).date() for now in moments})
    assert set(days.editions.values()) <= {1}, (days.zone, days.send_at, span)
    missing = {date for date in shown if shown[0] < date < shown[-1]} - set(days.editions)
    assert not missing, (days.zone, days.send_at, missing)
    assert set(days.polls.values()) <= {1}, (days.zone, days.send_at, span)
