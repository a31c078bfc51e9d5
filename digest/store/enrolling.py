"""How what becomes of readers enters the store: many at once, each by a rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from digest.addresses import same_mailbox
from digest.model.readers import Consent, Frequency, Rule, Standing, Subscriber
from digest.store import suppressions
from digest.store.preferences import as_document, forget, from_document, intern
from digest.store.session import Connection
from digest.store.times import from_day, from_seconds, to_day, to_seconds

COLUMNS = """
id, mailbox, address, state, frequency, zone, hour,
(SELECT document FROM preference WHERE preference.id = reader.preference),
consent, consented_at, paused_until, reason, fixed, changed_at
"""
_BATCH = 1_000  # readers
_FIND = f"""
SELECT {COLUMNS} FROM reader WHERE newsletter = ? AND mailbox = ANY (?) FOR UPDATE
"""  # noqa: S608 - our own words
ADD = """
INSERT INTO reader (newsletter, mailbox, domain, address, frequency, zone, hour, preference,
    consent, consented_at, paused_until, reason, state, fixed, score, changed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
"""
# What bounces have come to is forgotten with the state in which they came.
_CHANGE = """
UPDATE reader SET address = ?, frequency = ?, zone = ?, hour = ?, preference = ?, consent = ?,
    consented_at = ?, paused_until = ?, reason = ?, state = ?,
    score = CASE WHEN state = ? THEN score ELSE 0 END,
    changed_at = CASE WHEN state = ? THEN changed_at ELSE ? END
WHERE id = ?
"""
_FORGET_ASKED = """
UPDATE sign_up SET address = NULL, preference = 1, next_try = NULL
WHERE newsletter = ? AND mailbox = ANY (?)
"""
_ERASE = "DELETE FROM reader WHERE id = ?"
# The tokens of links are made of addresses; see links.py, which makes those of all readers again.
RELINK = "DELETE FROM linked WHERE newsletter = ?"


class Record(NamedTuple):
    """A reader as the store has them."""

    id: int
    mailbox: str
    subscriber: Subscriber
    fixed: bool  # the configuration names them
    since: dt.datetime  # when they came into their state; UTC


def record(row: Sequence[Any]) -> Record:
    """The reader of a row of `COLUMNS`."""
    id_, mailbox, address, state, frequency, zone, hour, document, consent = row[:9]
    consented_at, paused_until, reason, fixed, changed_at = row[9:]
    subscriber = Subscriber(
        address=address,
        state=Consent(state),
        frequency=Frequency(frequency),
        zone=zone,
        hour=hour,
        preferences=from_document(document),
        consent=consent,
        consented_at=None if consented_at is None else from_seconds(consented_at),
        paused_until=None if paused_until is None else from_day(paused_until),
        reason=reason,
    )
    return Record(id_, mailbox, subscriber, bool(fixed), from_seconds(changed_at))


def found(connection: Connection, newsletter_id: int, mailboxes: list[str]) -> dict[str, Record]:
    """Those of some mailboxes that have a reader, who stays as they are until we are done."""
    rows = connection.rows(_FIND, newsletter_id, mailboxes)
    return {known.mailbox: known for known in map(record, rows)}


def revise(
    connection: Connection,
    newsletter_id: int,
    slug: str,
    changes: Iterable[tuple[str, Rule]],
    now: dt.datetime,
) -> Counter[str]:
    """Let a rule decide what becomes of each address, in order.

    How many were `added`, `changed`, `unchanged`, `erased` and `refused`.
    """
    counts: Counter[str] = Counter()
    for batch in _batches(changes):
        boxes = [(same_mailbox(address), rule) for address, rule in batch]
        mailboxes = list(dict(boxes))
        known = found(connection, newsletter_id, mailboxes)
        bars = suppressions.barred(connection, newsletter_id, slug, mailboxes)
        before = {
            box: Standing(known[box].subscriber if box in known else None, bars.get(box))
            for box in mailboxes
        }
        after = _ruled(before, boxes, counts)
        readers = {
            box: one.reader for box, one in after.items() if one.reader != before[box].reader
        }
        reasons = {
            box: one.barred for box, one in after.items() if one.barred != before[box].barred
        }
        gone = {box for box, one in readers.items() if not one or one.state is Consent.LEFT}
        _forget_asked(connection, newsletter_id, slug, gone)
        _write(connection, newsletter_id, known, readers, now)
        suppressions.note(connection, newsletter_id, slug, reasons, now)
    return counts


def _forget_asked(
    connection: Connection, newsletter_id: int, slug: str, mailboxes: Iterable[str]
) -> None:
    """Forget what was asked on the page and not confirmed, but that it was.

    Else an elder link would bring back somebody who has left since.
    """
    hashes = [suppressions.fingerprint(slug, mailbox) for mailbox in mailboxes]
    if hashes:
        connection.execute(_FORGET_ASKED, newsletter_id, hashes)


def _ruled(
    before: dict[str, Standing], boxes: Iterable[tuple[str, Rule]], counts: Counter[str]
) -> dict[str, Standing]:
    """What becomes of each mailbox; a mailbox may come up more than once."""
    after = dict(before)
    for box, rule in boxes:
        result = rule(after[box])
        counts[_outcome(after[box], result)] += 1
        after[box] = result or after[box]
    return after


def _batches(changes: Iterable[tuple[str, Rule]]) -> Iterator[list[tuple[str, Rule]]]:
    left = iter(changes)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _outcome(before: Standing, after: Standing | None) -> str:
    if after is None:
        return "refused"
    if after.reader == before.reader:
        return "unchanged"
    if before.reader is None:
        return "added"
    return "changed" if after.reader else "erased"


def _write(
    connection: Connection,
    newsletter_id: int,
    known: dict[str, Record],
    changed: dict[str, Subscriber | None],
    now: dt.datetime,
) -> None:
    """Write what readers have become; None is to be erased."""
    readers = {box: reader for box, reader in changed.items() if reader}
    documents = {box: as_document(reader.preferences) for box, reader in readers.items()}
    ids = intern(connection, documents.values())
    moment = to_seconds(now)
    new, altered = [], []
    for box, reader in readers.items():
        values = (*_values(reader, ids[documents[box]]), reader.state.value)
        if box in known:
            altered.append((*values, reader.state.value, reader.state.value, moment, known[box].id))
        else:
            new.append((newsletter_id, box, box.rpartition("@")[2], *values, 0, moment))
    erased = [(known[box].id,) for box in changed.keys() & known.keys() - readers.keys()]
    for sql, rows in ((ADD, new), (_CHANGE, altered), (_ERASE, erased)):
        if rows:
            connection.each(sql, rows)
    if erased:
        forget(connection)
    both = readers.keys() & known.keys()
    if any(readers[box].address != known[box].subscriber.address for box in both):
        connection.execute(RELINK, newsletter_id)


def _values(reader: Subscriber, preference: int) -> tuple[object, ...]:
    """A reader's columns from address to reason."""
    given, until = reader.consented_at, reader.paused_until
    return (
        reader.address,
        reader.frequency.value,
        reader.zone,
        reader.hour,
        preference,
        reader.consent,
        None if given is None else to_seconds(given),
        None if until is None else to_day(until),
        reader.reason,
    )
