"""Reading a taxonomy: what counts as the same phrase, and which mistakes are told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.themes.taxonomy import parse_taxonomy
from tests.themes.shelf import ARXIV, SHIPPED, SMALL, small


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_taxonomy(text, "mine.toml", ARXIV)
    return caught.value.problems


def test_the_version_is_the_name_and_the_start_of_the_hash_of_the_text() -> None:
    assert small().version == "small@" + hashlib.sha256(SMALL.encode()).hexdigest()[:8]
    assert small(SMALL + "\n").version != small().version


def test_themes_follow_the_order_of_their_groups() -> None:
    moved = SMALL.replace('group = "garden"\nlabel = "Apples"', 'group = "water"\nlabel = "Apples"')
    assert [theme.id for theme in small(moved).themes] == ["roses", "apples", "ponds"]
    assert list(small(moved).labels)[:5] == ["garden", "roses", "water", "apples", "ponds"]


def test_every_problem_is_named_at_once_with_its_theme_and_key() -> None:
    text = """
    abstain_below = "high"
    archives = ["cs", "cuisine"]
    colour = "green"
    [[group]]
    id = "garden"
    label = ""
    [[group]]
    id = "garden"
    label = "Garden"
    [[theme]]
    id = "Apple Trees"
    group = "orchard"
    label = "Apples"
    strong = ["apple-tree", "Apple trees", "..."]
    weak = "apple"
    strnog = []
    [[theme]]
    group = "garden"
    label = "Nameless"
    priority = -1
    exclude = ["pear"]
    """
    assert problems(text) == [
        "mine.toml: colour: no such key; known: abstain_below, archives, group, theme",
        "mine.toml: abstain_below: must be a number above 0",
        "mine.toml: archives: 'cuisine' is no arXiv archive, such as \"cs\"",
        "mine.toml: group.garden.label: must be a line of text",
        "mine.toml: group.garden.id: is used twice, among groups and themes",
        "mine.toml: theme.Apple Trees.strnog: no such key; known: id, group, label, description,"
        " strong, weak, exclude, priority",
        "mine.toml: theme.Apple Trees.group: no group 'orchard'; groups: garden",
        "mine.toml: theme.Apple Trees.id: must be lower-case letters and digits, parted by"
        ' hyphens, and neither "also" nor "arxiv-…"',
        "mine.toml: theme.Apple Trees.strong: 'Apple trees' says the same as 'apple-tree'",
        "mine.toml: theme.Apple Trees.strong: '...' holds no word",
        'mine.toml: theme.Apple Trees.weak: must be a list of texts, such as ["web agent"]',
        "mine.toml: theme.2.id: must be a line of text",
        "mine.toml: theme.2: needs phrases, in strong or in weak",
        "mine.toml: theme.2.priority: must be a number above 0",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            ["group: at least one [[group]] is needed", "theme: at least one [[theme]] is needed"],
        ),
        ("theme = 3\ngroup = [1]", ["group.1: must be a table", "theme: at least one [[theme]]"]),
    ],
)
def test_a_taxonomy_without_tables_is_refused(text: str, said: list[str]) -> None:
    found = problems(text)
    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True))


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    [problem] = problems('[[group]]\nid = "garden\n')
    assert problem.startswith("mine.toml: ")
    assert "line 2" in problem


@pytest.mark.parametrize("name", ["also", "arxiv-cs", "a b", "ä", "-a", "A"])
def test_an_id_must_fit_a_link_and_not_be_one_of_ours(name: str) -> None:
    [problem] = problems(SMALL.replace('id = "roses"', f'id = "{name}"'))
    assert problem.startswith(f"mine.toml: theme.{name}.id: must be")


def test_a_group_and_a_theme_cannot_share_an_id() -> None:
    [problem] = problems(SMALL.replace('id = "ponds"', 'id = "water"'))
    assert problem == "mine.toml: theme.water.id: is used twice, among groups and themes"


def test_the_shipped_taxonomy_has_nine_groups_and_25_themes_with_descriptions() -> None:
    groups = {theme.group for theme in SHIPPED.themes}
    assert (len(groups), len(SHIPPED.themes)) == (9, 25)
    assert all(theme.description.endswith(".") for theme in SHIPPED.themes)
    named = [*groups, *(theme.id for theme in SHIPPED.themes)]
    assert len({SHIPPED.labels[name] for name in named}) == len(named) - 1  # speech stands alone


@pytest.mark.recorded
def test_the_shipped_themes_are_those_of_the_labels(recorded: Path) -> None:
    codes = json.loads((recorded / "themes" / "codes.json").read_text())
    assert {theme.id for theme in SHIPPED.themes} == set(codes.values())
