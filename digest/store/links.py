"""Whose the links in mails are, be they made with keys of earlier years.

A token is the work of a key that the store does not have. So those of new readers are kept, as
hashes, when somebody first comes with one that is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from digest.model.readers import Subscriber
from digest.store.enrolling import COLUMNS, record
from digest.store.papers import NEWSLETTER
from digest.store.readers import newsletter_id
from digest.store.session import Connection, Session
from digest.store.signups import hashed

_FIND = f"""
SELECT {COLUMNS} FROM reader WHERE newsletter = {NEWSLETTER}
AND id = (SELECT link.reader FROM link WHERE token = ?)
"""  # noqa: S608 - our own words
_LAST = "SELECT reader FROM linked WHERE newsletter = ? AND maker = ?"
_NEW = "SELECT id, address FROM reader WHERE newsletter = ? AND id > ? ORDER BY id"
_ADD = "INSERT INTO link (token, reader) VALUES (?, ?) ON CONFLICT DO NOTHING"
_NOTE = """
INSERT INTO linked (newsletter, maker, reader) VALUES (?, ?, ?)
ON CONFLICT (newsletter, maker) DO UPDATE SET reader = excluded.reader
"""


class Links(Session):
    """The port Links."""

    def whose(
        self, newsletter: str, token: str, makers: Mapping[str, Callable[[str], str]]
    ) -> Subscriber | None:
        """The reader whose link has a token; None where it is nobody's, or theirs who was erased.

        `makers` make the token of an address, by names under which the store remembers how many
        readers have theirs.
        """
        with self.reading() as connection:
            rows = connection.rows(_FIND, newsletter, hashed(token))
        if not rows:
            with self.writing() as connection:
                _link(connection, newsletter_id(connection, newsletter), makers)
                rows = connection.rows(_FIND, newsletter, hashed(token))
        return record(rows[0]).subscriber if rows else None


def _link(connection: Connection, id_: int, makers: Mapping[str, Callable[[str], str]]) -> None:
    """Keep the tokens of the readers who are new since it was done last."""
    for name, make in makers.items():
        last = connection.value(_LAST, id_, name) or 0
        if new := connection.rows(_NEW, id_, last):
            connection.each(_ADD, [(hashed(make(address)), reader) for reader, address in new])
            connection.execute(_NOTE, id_, name, new[-1][0])
