"""Whose mail a report is about, where the report proves that it has seen that mail. Pure.

Anybody may write that mail to somebody's address came back. What they cannot write is the return
path of that reader's mail, nor, without the edition and the address, its Message-ID. All that a
report says elsewhere of whom it is about is taken for a hint where to look, and never believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from digest.addresses import same_mailbox
from digest.model.bounces import Addressee, Finding, Kind, Publication, Report

WINDOW = dt.timedelta(days=60)  # how long after an edition a report of its mail counts
_GRAVITY = tuple(Kind)
_RECENT = 7  # editions that a report may be about that does not say when its mail was written

# The id of the reader whose return path an address is.
ReaderOf = Callable[[str], int | None]
# The Message-ID of an edition, by its SHA-256, to an address.
Identify = Callable[[str, str], str]


class Join(NamedTuple):
    """The reader whose mail a report is about."""

    reader: Addressee
    mailed_at: dt.datetime | None  # UTC; when that mail was written, where it is known


def by_return_path(
    report: Report, reader_of: ReaderOf, readers: Mapping[int, Addressee]
) -> Join | None:
    """The reader whose return path stands in a report."""
    for address in report.addresses:
        id_ = reader_of(address)
        if id_ is not None and id_ in readers:
            return Join(readers[id_], report.date)
    return None


def by_message(
    letters: Collection[str],
    readers: Iterable[Addressee],
    editions: Collection[Publication],
    identify: Identify,
) -> Iterator[tuple[str, Join]]:
    """Those of some letters that went to some of these readers with some of these editions."""
    for reader in readers if letters else ():
        for edition in editions:
            letter = identify(edition.sha256, reader.address).strip("<").partition("@")[0]
            if letter in letters:
                yield letter, Join(reader, edition.at)


def candidates(report: Report, readers: Mapping[str, Addressee]) -> list[Addressee]:
    """Whom the addresses in a report may be: readers, by mailbox, or somebody who was erased."""
    boxes = {same_mailbox(address): address for address in report.addresses}
    found = [readers.get(box) or Addressee(None, address) for box, address in boxes.items()]
    return sorted(found, key=lambda one: one.id is None)


def likely(report: Report, editions: Sequence[Publication]) -> Sequence[Publication]:
    """Which of some editions, the newest first, a report may be about that names nobody."""
    return [one for one in editions if one.at in report.dates] or editions[:_RECENT]


def finding_of(report: Report, reader: Addressee) -> Finding:
    """What a report says of a reader.

    Where their own address is not what failed, but one that their mail was sent on to, they may
    still have another: it takes more than one report to lose them.
    """
    box = same_mailbox(reader.address)
    own = [one for one in report.findings if box in map(same_mailbox, one.addresses)]
    gravest = max(own or report.findings, key=lambda one: _GRAVITY.index(one.kind))
    elsewhere = gravest.kind is Kind.HARD and not own
    return gravest._replace(kind=Kind.SOFT) if elsewhere else gravest


def is_late(join: Join, now: dt.datetime) -> bool:
    """Whether a refusal is of mail from before the reader's consent, or too long ago.

    A consent that is still to come, as an import may have it, says nothing.
    """
    at, given = join.mailed_at or now, join.reader.consented_at
    return at < now - WINDOW or (given is not None and at < given <= now)
