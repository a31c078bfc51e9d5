"""Which rows of which table make an export's lines, in which order, and what names others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from digest.store import lines
from digest.store.lines import Line

# What a line has in place of what its table has.
_TOLD = {
    "source": "(SELECT name FROM source WHERE source.id = {table}.source)",
    # What nobody wants any more was blanked, and reads as the usual.
    "preference": (
        "(SELECT CASE WHEN document = '{{}}' OR substr(document, 1, 13) = '{{\"forgotten\":'"
        " THEN '' ELSE document END FROM preference WHERE preference.id = {table}.preference)"
    ),
}
_OWN = "newsletter = ?"


class Table(NamedTuple):
    """A table whose rows are a newsletter's, or where `where` is of no newsletter, everybody's."""

    line: type[Line]
    order: str
    where: str = _OWN
    told: Mapping[str, str] = MappingProxyType({})

    @property
    def name(self) -> str:
        """The table's name, which is the kind of its lines."""
        return str(self.line.__struct_config__.tag)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that lines have."""
        return self.line.__struct_fields__

    @property
    def rows(self) -> str:
        """The statement that gives the rows as lines have them, of a newsletter by its id."""
        told = {**_TOLD, **self.told}
        what = ", ".join(told.get(name, name).format(table=self.name) for name in self.columns)
        return f"SELECT {what} FROM {self.name} WHERE {self.where} ORDER BY {self.order}"  # noqa: S608 - our own words, here and below

    @property
    def number(self) -> str:
        """The statement that counts them."""
        return f"SELECT count(*) FROM {self.name} WHERE {self.where}"  # noqa: S608

    @property
    def add_if_new(self) -> str:
        """The statement that adds a row as lines have it, if there is none like it."""
        signs = ", ".join("?" * len(self.columns))
        into = f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({signs})"  # noqa: S608
        return f"{into} ON CONFLICT DO NOTHING"

    @property
    def is_of_newsletter(self) -> bool:
        """Whether its rows name their newsletter."""
        return self.where == _OWN

    @property
    def is_shared(self) -> bool:
        """Whether its rows may be any newsletter's."""
        return self.where == _ANY


_BY_URL = '(SELECT name FROM source WHERE source.id = {}.source) COLLATE "C", url COLLATE "C"'
_OF_READERS = "reader IN (SELECT id FROM reader WHERE newsletter = ?)"
# Who had claimed a delivery says nothing once nobody holds it.
_CLAIMANT = {
    name: f"CASE WHEN lease_until IS NULL THEN 0 ELSE {name} END" for name in ("token", "sender")
}
_NAME = "(SELECT name FROM channel WHERE channel.id = -delivery.reader)"
_NUMBER = "-row_number() OVER (ORDER BY delivery.reader DESC)"
_TO_CHANNELS = "edition = ? AND reader < 0 AND -reader {} (SELECT id FROM channel)"
_ANY = "CAST(? AS INTEGER) IS NOT NULL"  # whoever asks

BEFORE = (  # what editions' deliveries speak of
    Table(lines.Reader, "id"),
    Table(lines.Suppression, 'mailbox COLLATE "C"'),
    Table(lines.Link, 'reader, token COLLATE "C"', _OF_READERS),
    Table(lines.Linked, 'maker COLLATE "C"'),
    Table(lines.Channel, 'name COLLATE "C"'),
    Table(lines.SignUp, "id"),
)
# Those of an edition; the value is an edition's id, and its name is put before the rows.
OF_EDITIONS = (
    Table(lines.Account, 'state COLLATE "C"', "edition = ?"),
    Table(lines.Delivery, "reader", "edition = ? AND reader > 0", _CLAIMANT),
    Table(
        lines.Delivery,
        f'{_NAME} COLLATE "C"',
        _TO_CHANNELS.format("IN"),
        {**_CLAIMANT, "reader": _NAME},
    ),
    Table(
        lines.Delivery,
        "delivery.reader DESC",
        _TO_CHANNELS.format("NOT IN"),
        {**_CLAIMANT, "reader": _NUMBER},
    ),
)
AFTER = (
    Table(lines.Sending, 'milliseconds, domain COLLATE "C"'),
    Table(lines.Pause, "at"),
    Table(lines.Told, "at"),
    Table(lines.Run, "id"),
    Table(lines.Feed, _BY_URL.format("feed")),
    Table(lines.Visit, _BY_URL.format("visit")),
    Table(lines.Kept, "position"),
    Table(lines.Heard, 'report COLLATE "C"', _ANY),
    Table(lines.MachineSummary, 'question COLLATE "C"', _ANY),
)
EVERY = (*BEFORE, *OF_EDITIONS, *AFTER)
ALL = {table.line: table for table in EVERY}  # to enter lines, any table of theirs will do

# What is in no export: what follows from the rest, and what only this machine and minute need.
LEFT_OUT = frozenset({"listed", "listed_words", "pace", "alembic_version"})
# What the lines `edition` and `paper` hold, or names in other lines stand for.
TOLD_OTHERWISE = frozenset(
    {
        *("newsletter", "edition", "paper", "alias", "seen", "sighting", "revision"),
        *("source", "preference"),
    }
)
