"""The weekly edition's story: is one due, does anybody read it, and is there something to tell?

What makes one is loaded only then, see `week`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from digest import logs
from digest.edition.newsroom import Newsroom, Orders
from digest.guards import too_late
from digest.model.readers import Frequency

if TYPE_CHECKING:
    from digest.model.editions import Edition
    from digest.model.runs import RunRecord
    from digest.ports import Repository

DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
LONGEST = 2 * WEEK + DAY  # one that was missed is made good by the next


def make_weekly(room: Newsroom, orders: Orders, *, settled: bool) -> dt.date | None:
    """Make the weekly edition that is due, if one is and somebody reads it; returns its date.

    `settled` says that nothing is to come of the daily edition of `orders.date`. A weekly one whose
    own day passed without it, as nothing ran or a source was late, is made on the next.
    """
    newsletter, store = room.config.newsletter, room.store
    date = due(newsletter.weekly, orders.date)
    if date is None or not (orders.mail and orders.save) or (date == orders.date and not settled):
        return None
    last = room.journal.newest(newsletter.slug, period=Frequency.WEEKLY)
    late = not orders.force and too_late(date, newsletter.timezone, orders.now)
    if late or (last and last >= date):
        return None
    weekly = Frequency.WEEKLY
    if not (room.config.channels_of(weekly) or store().has_readers(newsletter.slug, weekly)):
        return None
    told = _told(store(), newsletter.slug, last) if last else None
    days = store().editions_between(newsletter.slug, begun(told, date), date)
    if not days:
        return None
    from digest.edition.week import week

    edition = week(
        newsletter,
        [frozen.edition for frozen in days],
        taxonomy=room.taxonomy(),
        follow=room.config.themes.follow,
        date=date,
        now=orders.now,
    )
    if not store().save(_record(room, edition), orders.now):
        return None
    logs.event("edition", edition=date, period=edition.period)
    return date


def due(weekday: int | None, day: dt.date) -> dt.date | None:
    """The date of the newest weekly edition there should be, where there are any."""
    return None if weekday is None else day - dt.timedelta(days=(day.weekday() - weekday) % 7)


def begun(told: dt.date | None, date: dt.date) -> dt.date:
    """The first day of which the weekly edition of a date tells, by the last one told before.

    Each day stands in one. The first has a week, and so has one after a long time without any.
    """
    known = told if told and date - told <= LONGEST else date - WEEK
    return known + DAY


def _told(store: Repository, newsletter: str, last: dt.date) -> dt.date:
    """The last day of which the weekly edition of a date tells: not its own, if that came later."""
    *_, newest = store.editions_of(newsletter, last)  # in the order in which they were made
    return last if newest.period == Frequency.WEEKLY else last - DAY


def _record(room: Newsroom, edition: Edition) -> RunRecord:
    """It enters no paper and tells no revision: the daily editions did."""
    from digest.document import freeze
    from digest.model.decisions import Decision
    from digest.model.runs import RunRecord

    return RunRecord(
        newsletter=edition.newsletter,
        date=edition.date,
        decision=Decision(new=(), repeats=(), revised=()),
        feeds=(),
        requested=(),
        visits=(),
        edition=freeze(edition),
        readers=room.config.mail.to,
        zone=room.config.newsletter.timezone.key,
        channels=room.config.channels_of(Frequency.WEEKLY),
    )
