"""docs/guarantees.md names every proof, and names no proof that is not there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "guarantees.md"
TEST = re.compile(r"\btest_[a-z0-9_]+\b(?!\.py)")


def proofs(folder: Path) -> set[str]:
    code = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("test_*.py"))
    return set(re.findall(r"^def (test_\w+)", code, re.MULTILINE))


def test_the_matrix_names_every_proof_and_no_other() -> None:
    named = set(TEST.findall(PAGE.read_text(encoding="utf-8")))
    assert proofs(Path(__file__).parent) <= named
    assert named <= proofs(TESTS)
