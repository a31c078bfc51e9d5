"""What was seen of a machine, a site or a message, and what that means. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

from digest.config import Config
from digest.doctor.findings import Finding, ok, problem, skipped, warning

OFF, VERY_OFF = dt.timedelta(seconds=30), dt.timedelta(minutes=5)  # of a clock
LITTLE, VERY_LITTLE = 500_000_000, 100_000_000  # bytes that are free
SOON, VERY_SOON = dt.timedelta(days=14), dt.timedelta(days=3)  # until a certificate ends
OLD_ZONES = 2  # years; every year some country changes its clocks
A_DAY = dt.timedelta(hours=26)  # and what clocks that change and a late cron may add
SLOW = 10.0  # seconds
CLIPPED = 102_000  # bytes of HTML, after which Gmail hides the rest
FULL = 95_000  # bytes that a mail of ours has at most
LONGEST_LINE = 998  # octets (RFC 5322, section 2.1.1)


def leaves(config: Config) -> bool:
    """Whether mail leaves this machine, or is given to a program that sees to that."""
    return config.mail.transport.partition(":")[0] in {"smtp", "smtps", "sendmail"}


def clock(offsets: Sequence[dt.timedelta]) -> Finding:
    """How right the machine's clock is, by how far those of some sites are ahead of it."""
    if not offsets:
        return skipped("clock", "no site told the time over https")
    off = dt.timedelta(seconds=median(one.total_seconds() for one in offsets))
    far = f"{abs(off).total_seconds():,.0f} s {'behind' if off > dt.timedelta() else 'ahead'}"
    by = f"by the clocks of {len(offsets)} sites" if len(offsets) > 1 else "by a site's clock"
    if abs(off) <= OFF:
        return ok("clock", f"is right, {by}")
    do = "set it, and let it be kept right (NTP): timedatectl set-ntp true"
    return (problem if abs(off) > VERY_OFF else warning)("clock", f"is {far}, {by}", do)


def zones(now: dt.datetime, zone: dt.tzinfo, here: dt.datetime, version: str) -> Finding:
    """The newsletter's zone, the machine's, and the version of what is known of zones."""
    told = f"{zone}, where it is {now.astimezone(zone):%H:%M}"
    if now.astimezone(zone).utcoffset() != here.utcoffset():
        told += f"; this machine's clock, which cron goes by, shows {here:%H:%M}"
    told += f"; zone data of {version}" if version else ""
    if version[:4].isdigit() and now.year - int(version[:4]) > OLD_ZONES:
        return warning("zone", told, "bring the package tzdata of this system up to date")
    return ok("zone", told)


def runs(last: dt.datetime, now: dt.datetime, zone: dt.tzinfo, days: Collection[int]) -> Finding:
    """How long ago the newest run was, not counting days of the week that have no editions."""
    first, here = last.astimezone(zone).date(), now.astimezone(zone).date()
    since = (first + dt.timedelta(days=one) for one in range(1, (here - first).days + 1))
    free = sum(date.weekday() not in days for date in since)
    at = f"{last:%Y-%m-%d %H:%M} UTC"
    if now - last - dt.timedelta(days=free) <= A_DAY:
        return ok("runs", f"the newest was at {at}")
    found = f"no run since {at}: is cron, the timer or digest serve at work?"
    return problem("runs", found, "digest run")


def room(folder: str, free: int, database: int) -> Finding:
    """How much is free on the disk of a folder, in bytes, beside the database's size."""
    found = f"{free / 1e9:,.1f} GB free at {folder}"
    do = "make room: old mail in a Maildir, and other programs' files, are the usual finds"
    if free < VERY_LITTLE:
        return problem("disk", f"{free / 1e6:,.0f} MB free at {folder}", do)
    if free < max(LITTLE, 2 * database):
        return warning("disk", f"{found}, the database has {database / 1e9:,.1f} GB", do)
    return ok("disk", found)


def certificate(host: str, ends: dt.datetime | None, now: dt.datetime) -> Finding | None:
    """A mail server's certificate that ends soon."""
    if ends is None or ends - now > SOON:
        return None
    found = f"the certificate of {host} ends on {ends:%Y-%m-%d}"
    do = "have it renewed: once it has ended, no mail goes out"
    return (problem if ends - now < VERY_SOON else warning)("transport", found, do)


def answer(url: str, status: int, location: str, *, ours: bool, verb: str) -> Finding:
    """What an address to leave by says to who has no link of a reader (RFC 8058, section 3.1)."""
    if 300 <= status < 400:
        where = urlsplit(location).hostname or "elsewhere"
        found = (
            f"{url} answers {verb} with a redirect to {where}, which mail programs do not follow"
        )
        return problem("one-click", found, "name the address that answers by itself")
    if status == 200:
        return ok("one-click", f"{url} answers {verb} with 200, without a redirect")
    found = f"{url} answers {verb} with HTTP {status}"
    if not ours and status in {400, 404, 410, 422}:
        do = "try it with a link of a mail of yours: a token that nobody has may be refused"
        return warning("one-click", found, do)
    return problem("one-click", found, "see that the pages run and the way to them lets it through")


def size(date: str, html: int) -> Finding:
    """The HTML part of a mail, in bytes as it is sent."""
    found = f"the HTML of {date} has {html:,} bytes"
    do = "lower newsletter.max_papers, or shorten your template"
    if html > CLIPPED:
        found += ": Gmail hides what comes after 102,000, and the way out with it"
        return problem("clip", found, do)
    if html > FULL:
        return warning("clip", f"{found}, near the 102,000 after which Gmail hides the rest", do)
    return ok("clip", f"{found}; Gmail shows 102,000")


def list_headers(lines: Sequence[bytes], ways: Sequence[str], *, leaving: bool) -> Finding:
    """The physical lines of List-Unsubscribe and List-Unsubscribe-Post in a message's head.

    `ways` are the links that they should hold, whole and raw (RFC 2369; RFC 8058, section 3).
    """
    whole = b"\n".join(lines)
    broken = [way for way in ways if f"<{way}>".encode() not in whole]
    if b"=?" in whole or broken or any(len(line) > LONGEST_LINE for line in lines):
        do = "report this"
        return problem("headers", "a link to leave by is encoded, broken or too long", do)
    if not lines:
        if not leaving:
            return skipped("headers", "no mail leaves this machine, so none needs a way to leave")
        found = "mails have no way to leave"
        return warning("headers", found, "set web.url, or mail.unsubscribe")
    if not any(line.lower().startswith(b"list-unsubscribe-post:") for line in lines):
        found = "readers can leave, but not with one click, which large providers ask for"
        do = "set web.url, or an https link with {token} as mail.unsubscribe"
        return warning("headers", found, do) if leaving else ok("headers", found)
    return ok("headers", "List-Unsubscribe and List-Unsubscribe-Post are raw and whole")


def told_at(date: str, age: str) -> dt.datetime | None:
    """What time it is by the Date of an answer and its Age since (RFC 9110, 6.6.1; 9111, 5.1)."""
    try:
        instant = parsedate_to_datetime(date)
        since = dt.timedelta(seconds=int(age) if age else 0)
        return instant + since if instant.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
