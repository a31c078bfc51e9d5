"""What holds an edition back instead of blasting it out (G8). Pure rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.counts import plural

if TYPE_CHECKING:
    from digest.model.deliveries import Closed

LATE = dt.timedelta(hours=36)
OLD = dt.timedelta(days=7)  # when an edition that was never released is given up
PAST = 5  # runs in which a source must have had new papers before it has habits


def too_late(date: dt.date, zone: ZoneInfo, now: dt.datetime) -> str | None:
    """Why the edition of a local date may no longer be mailed, counted from its midnight."""
    begun = dt.datetime.combine(date, dt.time(), tzinfo=zone)
    if now - begun <= LATE:
        return None
    return (
        f"the edition of {date} is more than {LATE.total_seconds() / 3600:.0f} hours old, so it"
        f" is not mailed; `digest run --force --date {date}` mails it all the same"
    )


def behind(newest: dt.date | None, zone: ZoneInfo, now: dt.datetime) -> str | None:
    """Why a clock that stands before the newest edition is not to be trusted."""
    today = now.astimezone(zone).date()
    if newest is None or newest - today <= dt.timedelta(days=1):  # the zone may have been changed
        return None
    return (
        f"the clock says {today}, but there is an edition of {newest} already; set the clock, or go"
        " on with `digest run --force`"
    )


def too_old(date: dt.date, now: dt.datetime) -> bool:
    """Whether the edition of a date was held so long that nobody will release it any more."""
    return now.date() - date > OLD


def forgotten(stored: Sequence[dt.date], archived: Sequence[dt.date]) -> str | None:
    """Why a store that knows less than the archive is not to be trusted; both oldest first."""
    if not archived or (stored and stored[-1] >= archived[-1]):
        return None
    if stored:
        knows = f"the store knows no edition after {stored[-1]}, but the archive one"
        again = f"of {archived[-1]}: what that showed would be sent again"
    else:
        knows = "the store knows no edition, but the archive holds"
        again = f"{plural(len(archived), 'edition')}: everything would be sent again"
    return (
        f"{knows} {again}. Restore the database from a newer backup, or go on without it by"
        " `digest run --force`"
    )


def rewound(witnessed: Iterable[Closed], stored: Iterable[Closed]) -> str | None:
    """Why a store that knows less of what was delivered than its witness is not to be trusted."""
    known = {(one.period, one.date, one.sha256): one.deliveries for one in stored}
    oldest = min((date for _, date, _ in known), default=dt.date.min)
    for one in witnessed:
        had = known.get((one.period, one.date, one.sha256), 0)
        if one.deliveries > had and one.date >= oldest:
            return (
                f"the database knows less of the edition of {one.date} than was delivered of it,"
                " as one from a backup does: readers would get mail again. Put the newer database"
                " back; or go on without it by `--force`, and some get that edition twice"
            )
    return None


def flood(
    history: Sequence[tuple[dt.date, int, int]], day: dt.date, sightings: int, new: int
) -> str | None:
    """Why so many new papers of one source look like a mistake.

    `history` has the date, the sightings and the new papers of the past runs in which it had new
    ones, the newest first. Either over 80 % of a usually known feed is new at once, or more than
    five times the usual number is, where more has come together the longer nothing new was seen.
    """
    from statistics import median  # slow to load, and few runs have news

    if len(history) < PAST:
        return None
    dates = [day, *(date for date, _, _ in history)]
    pause, *pauses = [(later - date).days for later, date in pairwise(dates)]
    together = max(1.0, pause / max(1, median(pauses)))
    usual_share = median(one[2] / one[1] for one in history) * together
    usual = median(one[2] for one in history) * together
    if new >= 20 and usual_share < 0.5 and new > 0.8 * sightings:
        what = f"{new} of its {sightings} papers are new at once"
    elif new >= 30 and new > 5 * usual:
        what = f"{new} papers are new at once, where about {usual:.0f} are usual"
    else:
        return None
    return (
        f"{what}, which looks like a mistake, so they are held;"
        " `digest run --force` takes them into the next edition"
    )
