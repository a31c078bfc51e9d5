"""The folder that every test of this room writes into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
