"""The papers of an export enter a database, which may know some of them by other newsletters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from digest.store.entering import SIGHT, source_ids, strengthen
from digest.store.lines import Paper
from digest.store.session import Connection

_KNOWN = """
SELECT alias.key, paper.id, paper.key FROM alias JOIN paper ON paper.id = alias.paper
WHERE alias.key = ANY (?)
"""
_RAISE = "UPDATE paper SET version = ? WHERE id = ? AND coalesce(version, 0) < ?"
_MARK = "INSERT INTO seen (newsletter, paper, edition) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_REVISE = """
INSERT INTO revision (newsletter, paper, version, title, url, edition) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""


def enter_papers(
    connection: Connection, newsletter: int, batch: Sequence[Paper], editions: Mapping[str, int]
) -> None:
    """Enter papers with all that a newsletter knows of them. `editions` has ids by name.

    A paper that the database has as two is both; a key is never taken from its paper.
    """
    keys = [key for paper in batch for key in paper.keys]
    rows = connection.rows(_KNOWN, keys)
    owners = {key: id_ for key, id_, _ in rows}
    free = count((connection.value("SELECT max(id) FROM paper") or 0) + 1)
    new: list[tuple[int, Paper]] = []
    known: list[tuple[int, Paper]] = []
    for paper in batch:
        found = dict.fromkeys(owners[key] for key in paper.keys if key in owners)
        known += [(id_, paper) for id_ in found]
        if not found:
            new.append((next(free), paper))
    added = [(key, id_) for id_, paper in new for key in paper.keys]
    lacking = {key: id_ for id_, paper in known for key in paper.keys if key not in owners}
    _add(connection, newsletter, new, added, editions)
    if known:
        connection.each("INSERT INTO alias (key, paper) VALUES (?, ?)", lacking.items())
        strengthen(connection, lacking.items(), {id_: key for _, id_, key in rows})
        _note(connection, newsletter, known, editions)


def _add(
    connection: Connection,
    newsletter: int,
    new: Iterable[tuple[int, Paper]],
    keys: Iterable[tuple[str, int]],
    editions: Mapping[str, int],
) -> None:
    """Papers that nobody knows: as fast as it goes."""
    new = list(new)
    papers = [(id_, paper.keys[0], paper.version) for id_, paper in new]
    seen = _seen(newsletter, new, editions)
    sightings = _sightings(connection, newsletter, new)
    revisions = _revisions(newsletter, new, editions)
    connection.pour("paper", ("id", "key", "version"), papers)
    connection.pour("alias", ("key", "paper"), keys)
    connection.pour("seen", ("newsletter", "paper", "edition"), seen)
    connection.pour("sighting", ("newsletter", "paper", "source", "first", "last"), sightings)
    columns = ("newsletter", "paper", "version", "title", "url", "edition")
    connection.pour("revision", columns, revisions)


def _note(
    connection: Connection,
    newsletter: int,
    known: Sequence[tuple[int, Paper]],
    editions: Mapping[str, int],
) -> None:
    """Papers of other newsletters."""
    risen = [(paper.version, id_, paper.version) for id_, paper in known if paper.version]
    connection.each(_RAISE, risen)
    connection.each(_MARK, _seen(newsletter, known, editions))
    connection.each(SIGHT, _sightings(connection, newsletter, known))
    connection.each(_REVISE, _revisions(newsletter, known, editions))


def _seen(
    newsletter: int, papers: Iterable[tuple[int, Paper]], editions: Mapping[str, int]
) -> list[tuple[int, int, int]]:
    return [(newsletter, id_, editions[paper.edition]) for id_, paper in papers if paper.edition]


def _sightings(
    connection: Connection, newsletter: int, papers: Sequence[tuple[int, Paper]]
) -> list[tuple[int, int, int, int, int]]:
    names = {name for _, paper in papers for name, *_ in paper.sightings}
    sources = source_ids(connection, names)
    return [
        (newsletter, id_, sources[name], first, last)
        for id_, paper in papers
        for name, first, last in paper.sightings
    ]


def _revisions(
    newsletter: int, papers: Iterable[tuple[int, Paper]], editions: Mapping[str, int]
) -> list[tuple[int, int, int, str, str | None, int | None]]:
    return [
        (
            newsletter,
            id_,
            risen.version,
            risen.title,
            risen.url,
            editions[risen.edition] if risen.edition else None,
        )
        for id_, paper in papers
        if (risen := paper.revision)
    ]
