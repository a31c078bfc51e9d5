"""New papers that polls have seen, kept until an edition has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.model.replies import Kept, Sighting
from digest.store.papers import NEWSLETTER
from digest.store.times import from_day, to_day

if TYPE_CHECKING:
    from digest.store.session import Connection

_READ = f"""
SELECT name, fingerprint, day, url, replacement, paper FROM kept
JOIN source ON source.id = kept.source WHERE newsletter = {NEWSLETTER} ORDER BY position
"""  # noqa: S608 - our own words
_FORGET = "DELETE FROM kept WHERE newsletter = ?"
_KEEP = """
INSERT INTO kept (newsletter, position, source, fingerprint, day, url, replacement, paper)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def read(connection: Connection, slug: str) -> list[Kept]:
    """What waits for the next edition of a newsletter, in the order in which it was kept."""
    import msgspec  # slow to load, and most runs keep nothing

    from digest.model.papers import Paper

    return [
        Kept(
            Sighting(
                source=name,
                day=from_day(day),
                paper=msgspec.json.decode(paper, type=Paper),
                url=url,
                replacement=bool(replacement),
            ),
            fingerprint,
        )
        for name, fingerprint, day, url, replacement, paper in connection.rows(_READ, slug)
    ]


def replace(
    connection: Connection, newsletter_id: int, sources: dict[str, int], kept: Sequence[Kept]
) -> None:
    """Keep these instead of all that was kept. `sources` has the ids of theirs."""
    connection.execute(_FORGET, newsletter_id)
    if not kept:
        return
    import msgspec  # as above

    rows = [
        (
            newsletter_id,
            position,
            sources[seen.source],
            fingerprint,
            to_day(seen.day),
            seen.url,
            int(seen.replacement),
            msgspec.json.encode(seen.paper).decode(),
        )
        for position, (seen, fingerprint) in enumerate(kept)
    ]
    connection.each(_KEEP, rows)
