"""deploy/github-pages.yml: its steps, run one by one in a repository with a remote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.home import Home
from tests.pages import page

WORKFLOW = Path(__file__).parents[2] / "deploy" / "github-pages.yml"
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
MINE = ["-c", "user.name=me", "-c", "user.email=me@example.org"]


def steps() -> list[dict[str, Any]]:
    [job] = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    return job["steps"]  # type: ignore[no-any-return]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *MINE, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | GIT, check=True, capture_output=True
    )
    return done.stdout.decode()


class Actions:
    """A repository on a server, and mornings on which its workflow runs."""

    def __init__(self, folder: Path, home: Home) -> None:
        self._folder = folder
        self.remote = folder / "remote.git"
        self._pages = home.folder / "pages"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        text = home.config.read_text().replace('"pages"', f'"{self._pages}"')
        first = folder / "first"
        git(folder, "clone", "--quiet", str(self.remote), str(first))
        (first / "digest.toml").write_text(text)
        git(first, "add", "digest.toml")
        git(first, "commit", "--quiet", "-m", "Begin")
        git(first, "push", "--quiet", "origin", "HEAD:main")

    def show(self, name: str, *numbers: int) -> None:
        (self._pages / name).write_text(page(*numbers))

    def morning(self, date: str, *, without: str = "") -> Home:
        """Run the steps on a new machine; the first that fails ends it, but for those that stay."""
        away = self._folder / date
        git(self._folder, "clone", "--quiet", "--branch=main", str(self.remote), str(away))
        (away / "temporary").mkdir()
        failed = False
        for step in steps():
            told = step.get("run", "")
            if not told or told.startswith("pip ") or (failed and "if" not in step):
                continue
            if step["name"] == without:
                failed = True
                continue
            failed |= self._run(told, away, date) != 0
        assert failed == bool(without)
        return Home(away)

    def _run(self, script: str, away: Path, date: str) -> int:
        """Run a script as Actions would, with `digest` at that day."""
        program = away / "temporary" / "digest"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m digest.cli.main --now {date}T06:30:00Z "$@"\n'
        )
        program.chmod(0o755)
        environ = os.environ | GIT | {"RUNNER_TEMP": str(away / "temporary")}
        environ["PATH"] = f"{program.parent}:{environ['PATH']}"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, check=False, cwd=away, env=environ).returncode


@pytest.fixture
def actions(tmp_path: Path, home: Home) -> Actions:
    return Actions(tmp_path, home)


def test_each_morning_goes_on_where_the_last_one_stopped(actions: Actions) -> None:
    first = actions.morning("2026-01-05")
    actions.show("2.txt", 3, 4)
    second = actions.morning("2026-01-06")
    assert len(first.keys()) == 3
    assert len(second.keys()) == len(set(second.keys())) == 4
    assert len(second.editions()) == 2


@pytest.mark.slow
def test_the_database_is_one_commit_that_main_knows_nothing_of(actions: Actions) -> None:
    actions.morning("2026-01-05")
    actions.morning("2026-01-06")
    kept = "refs/heads/papertide-state"
    assert git(actions.remote, "rev-list", "--count", kept).strip() == "1"
    files = git(actions.remote, "ls-tree", "-r", "--name-only", kept).split()
    assert "state/digest.db" in files
    assert all(file.startswith("state/") for file in files)
    assert git(actions.remote, "rev-list", "--count", "main").strip() == "1"


@pytest.mark.slow
def test_what_was_kept_is_kept_though_a_later_step_fails(actions: Actions) -> None:
    actions.morning("2026-01-05", without="Build the site")
    second = actions.morning("2026-01-06")
    assert len(second.keys()) == 3
