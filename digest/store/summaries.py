"""What endpoints wrote: a cache, so that nothing is paid for twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from digest.store.session import Connection
from digest.store.times import to_day

KEPT = dt.timedelta(days=90)  # a paper enters an edition once; other newsletters may follow

_FIND = "SELECT question, text FROM machine_summary WHERE question = ANY (?)"
_KEEP = """
INSERT INTO machine_summary (question, day, text) VALUES (?, ?, ?) ON CONFLICT (question)
DO UPDATE SET day = excluded.day, text = excluded.text
"""
_FORGET = "DELETE FROM machine_summary WHERE day < ?"


def find(connection: Connection, questions: Iterable[str]) -> dict[str, str]:
    """The texts kept, by the fingerprint of what was asked."""
    return dict(connection.rows(_FIND, list(questions)))


def keep(connection: Connection, question: str, text: str, now: dt.datetime) -> None:
    """Keep a text, and forget those of three months ago."""
    forget(connection, now)
    connection.execute(_KEEP, question, to_day(now.date()), text)


def forget(connection: Connection, now: dt.datetime) -> int:
    """Forget texts of three months ago; how many."""
    return int(connection.execute(_FORGET, to_day((now - KEPT).date())).rowcount)
