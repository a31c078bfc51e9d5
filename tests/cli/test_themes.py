"""The commands for whoever writes themes: list, test and check."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.orchard import ORCHARD, configured, themes, with_themes
from tests.home import Home
from tests.pages import page

MONDAY = "2026-01-05T07:30:00Z"


@pytest.fixture
def grower(home: Home) -> Home:
    """A newsletter with themes of its own and none of ours."""
    return with_themes(home, ORCHARD)


def test_the_list_shows_groups_and_themes_within_80_columns(grower: Home) -> None:
    lines = grower.process("themes", "list").out.splitlines()
    assert lines[:6] == [
        "Orchard (orchard)",
        "  Apples (apples): 4 phrases, yours",
        "    What grows on an apple tree, how it got there, and what is made of it in",
        "    autumn.",
        "    Topics: Drinks.",
        "  Pears (pears): 2 phrases, yours",
    ]
    assert max(map(len, lines)) < 80
    everything = grower.digest("themes", "list", "--all").out
    assert "  Computation and language (arxiv-cs-cl): 0 phrases\n" in everything


def test_the_list_as_json_tells_whose_each_theme_is(home: Home) -> None:
    with_themes(home, ORCHARD, "")
    found = themes(home)
    assert found["apples"] == {
        "id": "apples",
        "label": "Apples",
        "description": "What grows on an apple tree, how it got there, and what is made of it in"
        " autumn.",
        "phrases": 4,
        "topics": ["Drinks"],
        "category": False,
        "own": True,
    }
    assert not found["robotics"]["own"]
    assert "arxiv-cs-cl" not in found
    assert themes(home, "--all")["arxiv-cs-cl"]["category"]


def test_the_categories_of_the_users_sources_are_in_the_short_list(grower: Home) -> None:
    arxiv = '[[source]]\nkind = "arxiv"\ncategories = ["astro-ph.GA"]\n'
    settings = grower.config.read_text().replace("use = []", 'use = ["astro-ph"]')
    grower.configure(settings + arxiv)
    found = themes(grower)
    assert {"apples", "arxiv-astro-ph-ga"} <= found.keys()
    assert "arxiv-math-ap" not in found
    assert "Active galactic nuclei and quasars" in found["arxiv-astro-ph-ga"]["topics"]


def test_a_category_that_the_user_changed_is_in_the_short_list(home: Home) -> None:
    with_themes(home, '[[theme]]\nid = "arxiv-cs-cl"\nlabel = "Language"\n')
    assert [*themes(home)] == ["arxiv-cs-cl"]


def test_a_file_and_the_configuration_have_themes_together(home: Home) -> None:
    inline = '[[themes.theme]]\nid = "apples"\nlabel = "My apples"\nweak = ["orchard"]'
    with_themes(home, ORCHARD, f'follow = ["apples"]\n{inline}')
    found = themes(home)
    assert (found["apples"]["label"], found["apples"]["phrases"]) == ("My apples", 5)
    assert {"pears", "robotics"} <= found.keys()
    configured(home, inline)
    answer = home.digest("themes", "list")
    assert (answer.code, "a new theme needs a group" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("astro-ph.CO", "arxiv-astro-ph-co"),
        ("Robots & world models", "embodiment"),
        ("agents.gui-computer-use", "agents"),
    ],
)
def test_who_follows_by_a_category_a_name_or_a_topic_is_told_the_id(
    home: Home, written: str, meant: str
) -> None:
    answer = configured(home, f'follow = ["{written}"]').digest("themes", "check")
    told = f"digest: digest.toml: themes.follow: there is no '{written}'; write '{meant}'\n"
    assert (answer.code, answer.err) == (2, told)


def test_without_ours_there_are_only_the_users_and_the_categories(grower: Home) -> None:
    assert [*themes(grower)] == ["apples", "pears"]
    arxiv = '[[source]]\nkind = "arxiv"\ncategories = ["math.AP"]\n'
    grower.configure(grower.config.read_text() + arxiv)
    assert themes(grower, "--all")["arxiv-math-ap"]["phrases"] == 0


def test_names_that_stand_for_nothing_are_all_told(home: Home) -> None:
    with_themes(home, ORCHARD + "strnog = []", 'use = ["phisics"]\nfollow = ["apple"]')
    answer = home.digest("themes", "check")
    assert answer.code == 2
    first, second = answer.err.splitlines()
    assert first == "digest: digest.toml: themes.use: there is no 'phisics'; did you mean physics?"
    assert second.startswith("digest: mine.toml, line 22: theme.pears.strnog: there is no such")
    with_themes(home, ORCHARD, 'follow = ["apple", "pears"]')
    assert home.digest("run", now=MONDAY).err == (
        "digest: digest.toml: themes.follow: there is no 'apple'; did you mean apples?\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_may_come_from_any_editor(home: Home, encoding: str, ending: str) -> None:
    with_themes(home, "")
    written = ORCHARD.replace("\n", ending)
    (home.folder / "mine.toml").write_bytes(written.encode(encoding))
    assert home.digest("themes", "check").code == 0
    (home.folder / "mine.toml").write_bytes((written + "label = ]").encode(encoding))
    assert "(at line 22, column 9)" in home.digest("themes", "check").err
    (home.folder / "mine.toml").write_bytes((written + "colour = 7").encode(encoding))
    assert "mine.toml, line 22: theme.pears.colour: there" in home.digest("themes", "check").err


def test_a_title_is_told_its_theme_its_topic_and_what_speaks_for_it(grower: Home) -> None:
    answer = grower.process("themes", "test", "Cider from a Pear\nOf apples, of trees.")
    assert answer.code == 0
    assert answer.out == (
        "Cider from a Pear\n"
        "  theme     Apples (apples): scores 10, needs 9\n"
        "  group     Orchard (orchard)\n"
        "  topic     Drinks\n"
        "  because   “cider” in the title (+9)\n"
        "  because   “apple” in the abstract (+1)\n"
        "  next      Pears (pears): scores 10, needs 9, ranks by 5\n"
    )


def test_a_title_that_none_claims_is_told_what_it_lacks(grower: Home) -> None:
    told = grower.digest("themes", "test", "An Apple").out
    assert "theme     none; the nearest is Apples (apples): scores 3, needs 9" in told
    told = grower.digest("themes", "test", "Ice").out
    assert told == "Ice\n  theme     none: no phrase of any stands here\n"


def test_a_theme_that_a_phrase_excludes_is_told(grower: Home) -> None:
    told = grower.digest("themes", "test", "Cider and Pear, without Pineapples").out
    assert "theme     Pears (pears): scores 9, needs 9, ranks by 4.5" in told
    assert "never     apples, which excludes “pineapple”" in told


def test_a_test_as_json_has_the_best_and_three_runners_up(home: Home) -> None:
    title = "A robot, an agent, a video, a benchmark and speech recognition"
    told = home.digest("themes", "test", "--json", title).json
    assert told.keys() == {"title", "theme", "topic", "candidates", "ruled_out"}
    assert len(told["candidates"]) == 4
    best = told["candidates"][0]
    assert (told["theme"], best["theme"], best["needed"]) == ("audio", "audio", 9)
    assert {"phrase": "speech recognition", "where": "title"}.items() <= best["matches"][0].items()


def test_a_text_may_come_from_standard_input(grower: Home) -> None:
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(grower.config)]
    for text, code, said in (
        (b"\nOn Pears\nTree, tree.\n", 0, "because   “tree” in the abstract (+1.693)"),
        (b"\xff cider \x1b[31m", 0, "theme     Apples"),
        (b" \n", 2, "give a title"),
    ):
        done = subprocess.run(
            [*command, "themes", "test", "-"], input=text, capture_output=True, check=False
        )
        assert done.returncode == code
        assert said in (done.stdout + done.stderr).decode()
        assert b"\x1b" not in done.stdout


def test_a_check_counts_what_there_is(grower: Home) -> None:
    assert grower.digest("themes", "check").out == (
        "1 group, 2 themes (2 of them yours), 6 phrases: no mistake\n"
    )


def test_a_check_takes_another_file_in_place_of_the_configured_one(grower: Home) -> None:
    other = grower.folder / "other.toml"
    other.write_text(ORCHARD + '[[theme]]\nid = "quinces"\ngroup = "orchrad"\nstrong = ["quince"]')
    answer = grower.digest("themes", "check", str(other))
    assert answer.code == 2
    assert [line.partition("; known are")[0] for line in answer.err.splitlines()] == [
        "digest: other.toml, line 22: theme.quinces: a new theme needs a label",
        "digest: other.toml, line 24: theme.quinces.group: there is no group 'orchrad'; did you"
        " mean orchard?",
    ]
    assert grower.digest("themes", "check").code == 0
    answer = grower.digest("themes", "check", str(grower.folder / "none.toml"))
    assert (answer.code, "none.toml cannot be read: No such file" in answer.err) == (2, True)


def test_a_run_groups_by_the_users_themes(home: Home) -> None:
    pages = page(*range(30))
    for number in range(10):
        pages = pages.replace(f"Subject Number 1{number}\n", f"Cider and Number 1{number}\n")
    (home.folder / "pages" / "1.txt").write_text(pages)
    own = ORCHARD.replace('strong = ["pear"]', 'strong = ["subject number"]')
    with_themes(home, own)
    home.run(now=MONDAY)
    [edition] = home.editions()
    sizes = {section["label"]: len(section["papers"]) for section in edition["sections"]}
    assert sizes == {"Pears": 20, "Apples": 10}
    assert edition["taxonomy"].startswith("mine.toml@")
    told = home.digest("explain", "--json", "A Study of Cider and Number 12").json
    assert told["evidence"]["theme"] == "apples"


@pytest.mark.parametrize("command", ["list", "test", "check", "propose"])
def test_every_command_has_its_help(home: Home, command: str) -> None:
    answer = home.process("themes", command, "--help")
    assert (answer.code, f"digest themes {command}" in answer.out) == (0, True)
