"""How the papers of a run enter the store: rows, keys, sightings, versions and seen marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, func, or_, select, update

from digest.errors import StoreError
from digest.identity import rank, recognise
from digest.model.decisions import Decision, Known, Work
from digest.model.editions import Edition
from digest.store.papers import find
from digest.store.session import among, insert
from digest.store.tables import alias, newsletter, paper, revision, seen, sighting, source

Entry = tuple[int, Work]  # a paper's id, and the work it was seen as


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
    _add(connection, alias, added)
    _strengthen(connection, added, {found.id: found.key for found in known.values()})
    _note_sightings(connection, newsletter_id, entries)
    _note_versions(connection, entries, {found.id: found.version for found in known.values()})
    if edition_id is not None:
        marks = [
            {"newsletter": newsletter_id, "paper": id_, "edition": edition_id} for id_, _ in new
        ]
        _add(connection, seen, marks)


def _enter_new(
    connection: Connection, works: Sequence[Work], known: Mapping[str, Known]
) -> list[Entry]:
    """The new works with their papers: those of other newsletters, or new rows."""
    matches = recognise(works, known)
    if len(matches) < len(works) or any(match and match.edition for _, match in matches):
        raise StoreError("another run showed some of these papers meanwhile; run again")
    highest = connection.scalar(select(func.max(paper.c.id))) or 0
    free = count(highest + 1)  # nothing deletes papers, and no other run enters any now
    entries = [(match.id if match else next(free), work) for work, match in matches]
    rows = [
        {"id": id_, "key": work.keys[0], "version": work.version}
        for id_, work in entries
        if id_ > highest
    ]
    _add(connection, paper, rows)
    return entries


def tell(connection: Connection, newsletter_id: int, edition_id: int, edition: Edition) -> None:
    """Mark the revisions that an edition lists as told by it."""
    known = find(connection, edition.newsletter, [listed.key for listed in edition.revisions])
    told = [
        {"told": known[listed.key].id, "up_to": listed.version}
        for listed in edition.revisions
        if listed.key in known
    ]
    if told:
        connection.execute(
            update(revision)
            .where(revision.c.newsletter == newsletter_id)
            .where(revision.c.paper == bindparam("told"))
            .where(revision.c.version <= bindparam("up_to"))
            .values(edition=edition_id),
            told,
        )


def ids(connection: Connection, table: Table, name: str, values: Iterable[str]) -> dict[str, int]:
    """The ids of the rows with these names; rows are made for those that have none."""
    column = table.c[name]
    wanted = set(values)
    known = select(column, table.c.id).where(among(connection, column, wanted))
    found = {row[0]: row[1] for row in connection.execute(known)}
    for value in sorted(wanted - found.keys()):
        row = connection.execute(table.insert().values({name: value}).returning(table.c.id))
        found[value] = row.scalar_one()
    return found


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _new_keys(entries: Iterable[Entry], known: Mapping[str, Known]) -> list[dict[str, Any]]:
    """Rows for those keys that no paper has; a key is never taken from its paper."""
    owners: dict[str, int] = {}
    for id_, work in entries:
        for key in work.keys:
            if key not in known:
                owners.setdefault(key, id_)
    return [{"key": key, "paper": owners[key]} for key in sorted(owners)]


def _strengthen(
    connection: Connection, added: Iterable[Mapping[str, Any]], canonical: Mapping[int, str]
) -> None:
    """Let a paper go by a stronger key than before: titles are compared with that one."""
    stronger: dict[int, str] = {}
    for row in added:
        id_, key = row["paper"], row["key"]
        if id_ in canonical and rank(key) < rank(stronger.get(id_, canonical[id_])):
            stronger[id_] = key
    if stronger:
        connection.execute(
            update(paper).where(paper.c.id == bindparam("of")).values(key=bindparam("to")),
            [{"of": id_, "to": key} for id_, key in stronger.items()],
        )


def _note_sightings(connection: Connection, newsletter_id: int, entries: Iterable[Entry]) -> None:
    days: dict[tuple[int, str], list[dt.date]] = {}
    for id_, work in entries:
        for one in work.sightings:
            days.setdefault((id_, one.source), []).append(one.day)
    sources = ids(connection, source, "name", {name for _, name in days})
    rows = [
        {
            "newsletter": newsletter_id,
            "paper": id_,
            "source": sources[name],
            "first": min(seen_on),
            "last": max(seen_on),
        }
        for (id_, name), seen_on in sorted(days.items())
    ]
    if not rows:
        return
    statement = insert(connection, sighting)
    first, last = statement.excluded.first, statement.excluded.last
    earlier, later = first < sighting.c.first, last > sighting.c.last
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["newsletter", "paper", "source"],
            set_={
                "first": case((earlier, first), else_=sighting.c.first),
                "last": case((later, last), else_=sighting.c.last),
            },
            where=or_(earlier, later),
        ),
        rows,
    )


def _note_versions(
    connection: Connection, entries: Iterable[Entry], before: Mapping[int, int | None]
) -> None:
    """Raise the versions of known papers, and leave a revision where one was known before."""
    raised = [
        (id_, work)
        for id_, work in entries
        if id_ in before and work.version is not None and work.version > (before[id_] or 0)
    ]
    if not raised:
        return
    connection.execute(
        update(paper).where(paper.c.id == bindparam("raised")).values(version=bindparam("to")),
        [{"raised": id_, "to": work.version} for id_, work in raised],
    )
    _leave_revisions(connection, {id_: work for id_, work in raised if before[id_] is not None})


def _leave_revisions(connection: Connection, risen: Mapping[int, Work]) -> None:
    """Leave word for every newsletter that has shown an earlier version, not only for this one."""
    shown = connection.execute(
        select(seen.c.newsletter, seen.c.paper)
        .join(newsletter, newsletter.c.id == seen.c.newsletter)
        .where(among(connection, seen.c.paper, risen.keys()))
    )
    rows = [
        {
            "newsletter": newsletter_id,
            "paper": id_,
            "version": risen[id_].version,
            "title": risen[id_].paper.title,
            "url": risen[id_].paper.url,
        }
        for newsletter_id, id_ in shown
    ]
    if rows:
        statement = insert(connection, revision)
        values = {name: statement.excluded[name] for name in ("version", "title", "url", "edition")}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["newsletter", "paper"], set_=values),
            rows,
        )
