"""Stores on real databases, and short ways to say what a run leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from digest.store.engine import SqlStore, open_store
from digest.store.journal import SqlJournal, open_journal
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "url"]


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url)) as opened:
        yield opened


@pytest.fixture
def journal(url: str) -> Iterator[SqlJournal]:
    with closing(open_journal(url)) as opened:
        yield opened
