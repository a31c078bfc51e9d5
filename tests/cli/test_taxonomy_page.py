"""docs/taxonomy.md, tried word for word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.home import Home

PAGE = (Path(__file__).parents[2] / "docs" / "taxonomy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
PATH, MINE, INLINE, CHANGES, PARTED, MERGES, SETTINGS = BLOCKS
[CONSOLE] = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
EXCHANGES = re.findall(r"^\$ digest (.*)\n((?:[^$].*\n)*)", CONSOLE, re.MULTILINE)


@pytest.fixture
def reader(home: Home) -> Home:
    """A newsletter whose digest.toml and mine.toml are as the page's first section has them."""
    (home.folder / "mine.toml").write_text(MINE, encoding="utf-8")
    return home.configure(f"{home.config.read_text()}\n{PATH}")


def themes(home: Home) -> dict[str, dict[str, Any]]:
    answer = home.digest("themes", "list", "--all", "--json")
    assert answer.code == 0, answer.err
    return {
        theme["id"]: theme | {"group": group["label"]}
        for group in answer.json["groups"]
        for theme in group["themes"]
    }


@pytest.mark.parametrize(("command", "said"), EXCHANGES)
def test_a_command_says_what_the_page_says(reader: Home, command: str, said: str) -> None:
    assert reader.process(*shlex.split(command)).out == said


def test_the_pages_themes_have_nothing_to_remark(reader: Home) -> None:
    answer = reader.digest("themes", "check")
    assert (answer.code, "remark" in answer.out) == (0, False)


def test_themes_go_into_the_configuration_as_the_page_says(reader: Home) -> None:
    reader.configure(f"{reader.config.read_text()}\n{INLINE}")
    found = themes(reader)
    assert (found["tea"]["label"], found["sea"]["own"]) == ("Tea", True)


def test_ours_change_as_the_page_says(reader: Home) -> None:
    before = themes(reader)
    (reader.folder / "mine.toml").write_text(CHANGES, encoding="utf-8")
    found = themes(reader)
    assert found["safety"]["group"] == "Can we trust it?"
    assert found["robotics"]["label"] == "Robots"
    assert found["robotics"]["phrases"] == before["robotics"]["phrases"] - 2 + 1
    assert found["arxiv-math-pr"]["label"] == "Probability & chance"


def test_a_theme_is_parted_from_one_of_ours_as_the_page_says(reader: Home) -> None:
    (reader.folder / "mine.toml").write_text(PARTED, encoding="utf-8")
    check = reader.digest("themes", "check")
    assert (check.code, "remark" in check.out) == (0, False)
    answer = reader.digest("themes", "test", "Autonomous Driving in Rain", "--json")
    assert answer.json["theme"] == "self-driving"


def test_themes_merge_as_the_page_says(reader: Home) -> None:
    before = themes(reader)
    (reader.folder / "mine.toml").write_text(MERGES, encoding="utf-8")
    found = themes(reader)
    assert before.keys() - found.keys() == {
        "sea",
        "weather",
        "interpretability",
        "arxiv-math-ag",
        "arxiv-math-dg",
        "arxiv-math-mg",
    }
    assert found["evaluation"]["phrases"] > before["evaluation"]["phrases"]
    assert (found["geometry"]["label"], found["geometry"]["group"]) == ("Geometry", "Mathematics")


def test_the_pages_settings_are_right(home: Home) -> None:
    home.configure(f"{home.config.read_text()}\n{SETTINGS}")
    assert "agents" in themes(home)
    home.configure(home.config.read_text().partition("[themes]")[0] + "[themes]\nuse = []\n")
    assert not any(theme["phrases"] for theme in themes(home).values())


def test_the_page_names_every_key_there_is(reader: Home) -> None:
    wrong = "qqq = 1\n[[group]]\nqqq = 1\n[[theme]]\nqqq = 1\n"
    (reader.folder / "mine.toml").write_text(wrong, encoding="utf-8")
    known = re.findall(r"qqq: .* known are: (.*)", reader.digest("themes", "check").err)
    rows = ",".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows)) | {"group", "theme"}
    assert len(known) == 3
    assert set(", ".join(known).split(", ")) == named
