"""How the papers of a run enter the store: rows, keys, sightings, versions and seen marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from digest.errors import StoreError
from digest.identity import papers_of, rank, recognise
from digest.model.decisions import Decision, Known, Work
from digest.store.papers import find
from digest.store.session import Connection
from digest.store.times import to_day

if TYPE_CHECKING:
    from digest.model.editions import Edition

Entry = tuple[int, Work]  # a paper's id, and the work it was seen as

_ADD_PAPER = "INSERT INTO paper (id, key, version) VALUES (?, ?, ?)"
_ADD_KEY = "INSERT INTO alias (key, paper) VALUES (?, ?)"
_ADD_SOURCE = "INSERT INTO source (name) VALUES (?) ON CONFLICT DO NOTHING"
_MARK_SEEN = "INSERT INTO seen (newsletter, paper, edition) VALUES (?, ?, ?)"
_MARK_TOO = """
INSERT INTO seen (newsletter, paper, edition)
SELECT newsletter, ?, edition FROM seen WHERE newsletter = ? AND paper = ? ON CONFLICT DO NOTHING
"""
_TELL = "UPDATE revision SET edition = ? WHERE newsletter = ? AND paper = ? AND version <= ?"
SIGHT = """
INSERT INTO sighting (newsletter, paper, source, first, last) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (newsletter, paper, source) DO UPDATE SET
first = CASE WHEN excluded.first < sighting.first THEN excluded.first ELSE sighting.first END,
last = CASE WHEN excluded.last > sighting.last THEN excluded.last ELSE sighting.last END
WHERE excluded.first < sighting.first OR excluded.last > sighting.last
"""
_REVISE = """
INSERT INTO revision (newsletter, paper, version, title, url) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (newsletter, paper) DO UPDATE SET version = excluded.version,
title = excluded.title, url = excluded.url, edition = excluded.edition
"""


def enter(
    connection: Connection,
    newsletter_id: int,
    slug: str,
    edition_id: int | None,
    decision: Decision,
) -> None:
    """Save the papers of a decision; those new are marked as shown by the edition, if any.

    Known papers are looked up again: another newsletter may have entered some meanwhile. Raises
    StoreError where this newsletter showed a new one meanwhile.
    """
    works = [*decision.new, *(repeat.work for repeat in decision.repeats)]
    known = find(connection, slug, {key for work in works for key in work.keys})
    new = _enter_new(connection, decision.new, known)
    entries = [*new, *((repeat.known.id, repeat.work) for repeat in decision.repeats)]
    added = _new_keys(entries, known)
    connection.each(_ADD_KEY, added)
    strengthen(connection, added, {found.id: found.key for found in known.values()})
    _note_sightings(connection, newsletter_id, entries)
    _note_versions(connection, entries, {found.id: found.version for found in known.values()})
    if edition_id is not None:
        connection.each(_MARK_SEEN, [(newsletter_id, id_, edition_id) for id_, _ in new])
    _mark_too(connection, newsletter_id, entries, known)


def _enter_new(
    connection: Connection, works: Sequence[Work], known: Mapping[str, Known]
) -> list[Entry]:
    """The new works with their papers: those of other newsletters, or new rows."""
    matches = recognise(works, known)
    if len(matches) < len(works) or any(match and match.edition for _, match in matches):
        raise StoreError("another run showed some of these papers meanwhile; run again")
    highest = connection.value("SELECT max(id) FROM paper") or 0
    free = count(highest + 1)  # nothing deletes papers, and no other run enters any now
    entries = [(match.id if match else next(free), work) for work, match in matches]
    rows = [(id_, work.keys[0], work.version) for id_, work in entries if id_ > highest]
    connection.each(_ADD_PAPER, rows)
    return entries


def _mark_too(
    connection: Connection,
    newsletter_id: int,
    entries: Iterable[Entry],
    known: Mapping[str, Known],
) -> None:
    """Mark the other papers that a shown work is, too, or their ids alone would count as new."""
    rows = [
        (paper.id, newsletter_id, id_)
        for id_, work in entries
        for paper in papers_of(work, known)
        if paper.id != id_ and not paper.edition
    ]
    connection.each(_MARK_TOO, rows)


def tell(connection: Connection, newsletter_id: int, edition_id: int, edition: Edition) -> None:
    """Mark the revisions that an edition lists as told by it."""
    known = find(connection, edition.newsletter, [listed.key for listed in edition.revisions])
    told = [
        (edition_id, newsletter_id, known[listed.key].id, listed.version)
        for listed in edition.revisions
        if listed.key in known
    ]
    connection.each(_TELL, told)


def source_ids(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The ids of sources by name; those that have none get one."""
    wanted = sorted(names)
    connection.each(_ADD_SOURCE, [(name,) for name in wanted])
    return dict(connection.rows("SELECT name, id FROM source WHERE name = ANY (?)", wanted))


def _new_keys(entries: Iterable[Entry], known: Mapping[str, Known]) -> list[tuple[str, int]]:
    """Those keys that no paper has, with their papers; a key is never taken from its paper."""
    owners: dict[str, int] = {}
    for id_, work in entries:
        for key in work.keys:
            if key not in known:
                owners.setdefault(key, id_)
    return sorted(owners.items())


def strengthen(
    connection: Connection, added: Iterable[tuple[str, int]], canonical: Mapping[int, str]
) -> None:
    """Let a paper go by a stronger key than before: titles are compared with that one."""
    stronger: dict[int, str] = {}
    for key, id_ in added:
        if id_ in canonical and rank(key) < rank(stronger.get(id_, canonical[id_])):
            stronger[id_] = key
    rows = [(key, id_) for id_, key in stronger.items()]
    connection.each("UPDATE paper SET key = ? WHERE id = ?", rows)


def _note_sightings(connection: Connection, newsletter_id: int, entries: Iterable[Entry]) -> None:
    days: dict[tuple[int, str], list[dt.date]] = {}
    for id_, work in entries:
        for one in work.sightings:
            days.setdefault((id_, one.source), []).append(one.day)
    sources = source_ids(connection, {name for _, name in days})
    rows = [
        (newsletter_id, id_, sources[name], to_day(min(seen_on)), to_day(max(seen_on)))
        for (id_, name), seen_on in sorted(days.items())
    ]
    connection.each(SIGHT, rows)


def _note_versions(
    connection: Connection, entries: Iterable[Entry], before: Mapping[int, int | None]
) -> None:
    """Raise the versions of known papers, and leave a revision where one was known before."""
    raised = {
        id_: work
        for id_, work in entries
        if id_ in before and work.version is not None and work.version > (before[id_] or 0)
    }
    rows = [(work.version, id_) for id_, work in raised.items()]
    connection.each("UPDATE paper SET version = ? WHERE id = ?", rows)
    _leave_revisions(
        connection, {id_: work for id_, work in raised.items() if before[id_] is not None}
    )


def _leave_revisions(connection: Connection, risen: Mapping[int, Work]) -> None:
    """Leave word for every newsletter that has shown an earlier version, not only for this one."""
    shown = connection.rows("SELECT newsletter, paper FROM seen WHERE paper = ANY (?)", list(risen))
    rows = [
        (newsletter_id, id_, risen[id_].version, risen[id_].paper.title, risen[id_].paper.url)
        for newsletter_id, id_ in shown
    ]
    connection.each(_REVISE, rows)
