"""A morning with an edition and readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from digest.store.engine import open_store
from tests.delivery.morning import READERS, Morning


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Morning]]:
    url = f"sqlite:///{tmp_path}/digest.db"
    with closing(open_store(url)) as store:

        def morning(readers: Sequence[str] = READERS) -> Morning:
            return Morning(url, store, readers)

        yield morning
