"""Compiled templates are kept, and never in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest
from jinja2.bccache import bc_magic

from digest.compiled import CompiledTemplates
from digest.render import environment


def rendered(templates: Path, compiled: Path, name: str = "greeting.txt.j2") -> str:
    env = environment(jinja2.FileSystemLoader(templates), CompiledTemplates(compiled))
    return env.get_template(name).render()


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_a_template_that_changes_is_compiled_anew(tmp_path: Path) -> None:
    for text in ("Hello", "Hello again", "Hello again"):
        (tmp_path / "greeting.txt.j2").write_text(text)
        assert rendered(tmp_path, tmp_path) == text
    assert len(list(tmp_path.glob("*.template"))) == 1


def test_a_damaged_one_is_compiled_anew(tmp_path: Path) -> None:
    (tmp_path / "greeting.txt.j2").write_text("Hello")
    rendered(tmp_path, tmp_path)
    (file,) = tmp_path.glob("*.template")
    whole = file.read_bytes()
    for damage in (b"damage", whole[:-5], bc_magic, bc_magic + b"damage"):
        file.write_bytes(damage)
        assert rendered(tmp_path, tmp_path) == "Hello"


def test_where_none_can_be_kept_none_is(tmp_path: Path) -> None:
    (tmp_path / "greeting.txt.j2").write_text("Hello")
    assert rendered(tmp_path, tmp_path / "nowhere") == "Hello"


def test_who_forbids_python_to_keep_modules_forbids_these_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "greeting.txt.j2").write_text("Hello")
    assert rendered(tmp_path, tmp_path) == "Hello"
    assert not list(tmp_path.glob("*.template"))
