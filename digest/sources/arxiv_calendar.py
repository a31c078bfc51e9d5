"""When arXiv announces which submissions (https://info.arxiv.org/help/availability.html).

What is announced on an evening, at 20:00 US Eastern time from Sunday to Thursday, stands in the
feeds of the day after, which are made anew at midnight. That day is what a day means here.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

_ONE = dt.timedelta(days=1)
_DUE = dt.time(6)  # by when the feeds are there: they were seen to come as late as 05:00
_DEADLINE = dt.time(14)  # for the announcement of the evening
_LONGEST = 31  # days that missed announcements are looked for
_FRIDAY = 4
# The evenings without an announcement: as month and day, as month, week-day and which of them in
# the month, and those that were set for one year only.
_YEARLY = {(1, 1), (6, 19), (7, 4), (12, 25)}
_NTH = {(1, 0, 3), (9, 0, 1), (11, 3, 4)}  # Martin Luther King Day, Labor Day, Thanksgiving
_ONCE = {dt.date(2025, 7, 6), dt.date(2026, 12, 29), dt.date(2026, 12, 31)}


def day_at(moment: dt.datetime) -> dt.date:
    """The day it is in US Eastern time."""
    return moment.astimezone(EASTERN).date()


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins; UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=EASTERN).astimezone(dt.UTC)


def due(day: dt.date) -> dt.datetime:
    """By when (UTC) the feeds of a day are there."""
    return dt.datetime.combine(day, _DUE, tzinfo=EASTERN).astimezone(dt.UTC)


def in_week(day: dt.date) -> bool:
    """Whether it is a day on which there are announcements, but for holidays."""
    return day.weekday() <= _FRIDAY


def on_holiday(day: dt.date) -> bool:
    """Whether nothing is announced because the evening before is a holiday of arXiv's."""
    eve = day - _ONE
    return (
        (eve.month, eve.day) in _YEARLY
        or (eve.month, eve.weekday(), (eve.day + 6) // 7) in _NTH
        or eve in _ONCE
    )


def announces(day: dt.date) -> bool:
    """Whether there is an announcement."""
    return in_week(day) and not on_holiday(day)


def submitted(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From when until when (UTC) the papers of a day's announcement were submitted.

    Those that arXiv holds back come in a later announcement.
    """
    before = day - _ONE
    while not announces(before):
        before -= _ONE
    return deadline(before), deadline(day)


def deadline(day: dt.date) -> dt.datetime:
    """The end of the time (UTC) to submit papers for a day's announcement."""
    last = day - _ONE
    while not in_week(last):
        last -= _ONE
    return dt.datetime.combine(last, _DEADLINE, tzinfo=EASTERN).astimezone(dt.UTC)


def missed(read: dt.datetime, now: dt.datetime) -> list[dt.date]:
    """The days, of the last month, whose feeds are gone and came after the one that was read.

    Holidays are among them: should there be an announcement after all, it is not lost.
    """
    today = day_at(now)
    first = max(day_at(read) + _ONE, today - _LONGEST * _ONE)
    return [day for ago in range((today - first).days) if in_week(day := first + ago * _ONE)]
