"""Whose the links in mails are, be they made with keys of earlier years.

A token is the work of a key that the store does not have. So who has the key has the tokens of new
readers kept, as hashes; to look one up then changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from digest.model.readers import Subscriber
from digest.store.enrolling import COLUMNS, record
from digest.store.papers import NEWSLETTER
from digest.store.readers import newsletter_id
from digest.store.session import Connection, Session
from digest.store.signups import hashed

_PAGE = 10_000  # readers whose tokens are kept in one transaction, which takes half a second
_FIND = f"""
SELECT {COLUMNS} FROM reader WHERE newsletter = {NEWSLETTER}
AND id = (SELECT link.reader FROM link WHERE token = ?)
"""  # noqa: S608 - our own words
# The plus keeps databases from an index that would read all readers.
_NEW = f"""
SELECT id, address FROM reader WHERE +newsletter = {NEWSLETTER} AND id > coalesce(
    (SELECT linked.reader FROM linked WHERE newsletter = {NEWSLETTER} AND maker = ?), 0)
ORDER BY id LIMIT ?
"""  # noqa: S608
# An address whose reader was erased may come back as another reader's.
_ADD = """
INSERT INTO link (token, reader) VALUES (?, ?)
ON CONFLICT (token) DO UPDATE SET reader = excluded.reader
"""
_NOTE = """
INSERT INTO linked (newsletter, maker, reader) VALUES (?, ?, ?)
ON CONFLICT (newsletter, maker) DO UPDATE SET reader = excluded.reader
"""


class Links(Session):
    """The part of the port Desks that knows readers by their links."""

    def whose(self, newsletter: str, token: str) -> Subscriber | None:
        """The reader whose link has a token; None where it is nobody's, or theirs who was erased.

        Links are known once `keep_links` was called for their reader. Changes nothing.
        """
        with self.reading() as connection:
            rows = connection.rows(_FIND, newsletter, hashed(token))
        return record(rows[0]).subscriber if rows else None

    def keep_links(self, newsletter: str, makers: Mapping[str, Callable[[str], str]]) -> None:
        """Keep the tokens of all readers who are new since this was called last.

        `makers` make the token of an address, by names under which the store remembers how many
        readers have theirs. Writes nothing where nobody is new.
        """
        for name, make in makers.items():
            while self._are_new(newsletter, name):
                with self.writing() as connection:
                    _keep(connection, newsletter, name, make)

    def _are_new(self, newsletter: str, maker: str) -> bool:
        with self.reading() as connection:
            return bool(connection.rows(_NEW, newsletter, newsletter, maker, 1))


def _keep(connection: Connection, newsletter: str, name: str, make: Callable[[str], str]) -> None:
    id_ = newsletter_id(connection, newsletter)
    if new := connection.rows(_NEW, newsletter, newsletter, name, _PAGE):
        connection.each(_ADD, [(hashed(make(address)), reader) for reader, address in new])
        connection.execute(_NOTE, id_, name, new[-1][0])
