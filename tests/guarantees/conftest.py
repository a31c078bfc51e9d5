"""A scene for each test: a receiver, and a newsletter that mails to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, end_all
from tests.store.databases import (  # noqa: F401 # fixtures
    postgresql_server,
    postgresql_url,
)


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    """No process outlives its test."""
    yield
    end_all()


@pytest.fixture
def postgresql(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """An empty database, which the environment names: its URL may hold a password."""
    monkeypatch.setenv("DIGEST_STATE__URL", postgresql_url)
    return postgresql_url


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path) as receiver:
        yield receiver


@pytest.fixture
def scene(tmp_path: Path, receiver: Receiver) -> Scene:
    return Scene(tmp_path / "home", receiver)
