"""A newsletter with a reader and a webhook, or what else a test wants of channels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.hook import Hook
from tests.channels.shop import Shop
from tests.store.databases import (  # noqa: F401 # fixtures
    postgresql_server,
    postgresql_url,
    sqlite_url,
    url,
)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


@pytest.fixture
def shop(tmp_path: Path, hook: Hook) -> Shop:
    return Shop(tmp_path / "home", hook)


@pytest.fixture
def postgresql_shop(
    tmp_path: Path,
    hook: Hook,
    postgresql_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    """The same on PostgreSQL."""
    monkeypatch.setenv("DIGEST_STATE__URL", postgresql_url)
    return Shop(tmp_path / "home", hook)


@pytest.fixture
def any_shop(
    tmp_path: Path,
    hook: Hook,
    url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    """The same on either database, which the environment names: its URL may hold a password."""
    monkeypatch.setenv("DIGEST_STATE__URL", url)
    return Shop(tmp_path / "home", hook)
