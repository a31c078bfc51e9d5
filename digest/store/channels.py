"""Where editions go besides to readers: names in the configuration, numbers in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from digest.model.deliveries import EditionRef
from digest.store.ledger import Deliveries, refs
from digest.store.papers import NEWSLETTER
from digest.store.preferences import ALL
from digest.store.session import Connection
from digest.store.times import to_seconds

GONE = "its channel is no longer in the configuration"

_ADD = "INSERT INTO channel (newsletter, name) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ADDRESS = """
INSERT INTO delivery (edition, reader, preference, state, attempts, token, sender, next_try, code,
    updated)
SELECT ?, -id, ?, 'pending', 0, 0, 0, 0, '', ? FROM channel
WHERE newsletter = ? AND name = ANY (?) ORDER BY id
"""
_ALL = f"SELECT name, id FROM channel WHERE newsletter = {NEWSLETTER}"  # noqa: S608 - our own words
_MINE = f"edition IN (SELECT id FROM edition WHERE newsletter = {NEWSLETTER})"  # noqa: S608
_OPEN = f"reader = ? AND {_MINE} AND next_try IS NOT NULL"
_SKIP = f"""
UPDATE delivery SET state = 'skipped', code = ?, next_try = NULL, updated = ?
WHERE {_OPEN} AND lease_until IS NULL RETURNING edition
"""  # noqa: S608
_FORGET = f"""
DELETE FROM channel WHERE id = ? AND NOT EXISTS (SELECT 1 FROM delivery WHERE {_OPEN})
"""  # noqa: S608
_REFS = "SELECT id, period, date FROM edition WHERE id = ANY (?)"


def enrol(
    connection: Connection,
    newsletter_id: int,
    edition_id: int,
    names: Sequence[str],
    now: dt.datetime,
) -> None:
    """Make the deliveries of an edition to channels, in the transaction that saves it (G4)."""
    if names:
        connection.each(_ADD, [(newsletter_id, name) for name in names])
        values = (edition_id, ALL, to_seconds(now), newsletter_id, list(names))
        connection.execute(_ADDRESS, *values)


class Channels(Deliveries):
    """The part of the port Ledger that knows channels by their names."""

    def channels(self, newsletter: str) -> dict[str, int]:
        """The numbers of all channels that ever got an edition, but for those that are gone."""
        with self.reading() as connection:
            return dict(connection.rows(_ALL, newsletter))

    def retire(
        self, newsletter: str, kept: Collection[str], now: dt.datetime, *, sender: int
    ) -> list[EditionRef]:
        """Close what is open of channels that are not among those kept, as skipped.

        What was handed over and lost its answer is uncertain. Returns the editions concerned.
        `sender` is as in `recover`.
        """
        gone = [id_ for name, id_ in self.channels(newsletter).items() if name not in kept]
        concerned: list[EditionRef] = []
        for id_ in gone:
            concerned += self.recover(newsletter, now, sender=sender, repeatable=False, channel=id_)
            with self.writing() as connection:
                connection.alone()
                rows = connection.rows(_SKIP, GONE, to_seconds(now), -id_, newsletter)
                connection.execute(_FORGET, id_, -id_, newsletter)
                concerned += refs(connection.rows(_REFS, [edition for (edition,) in rows]))
        return concerned
