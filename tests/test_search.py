"""`digest search`: papers of past editions, found by words."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model.papers import Paper
from digest.store.engine import open_store
from tests.home import Home
from tests.pages import page
from tests.searched import edition_of, shown
from tests.store.old import older

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-02-03T07:30:00Z"
HOSTILE = "\x1b[31mRed\x07 \u202eherring\u202c\x9b2J \x7fof \u2066the\u2069 sea"


@pytest.fixture
def home(home: Home) -> Home:
    """A newsletter with papers 1 to 3 in January and 4 in February."""
    home.run("--no-deliver", now=MONDAY)
    (home.folder / "pages" / "2.txt").write_text(page(4))
    home.run("--no-deliver", now=TUESDAY)
    return home


def test_a_paper_is_told_in_a_few_lines_and_how_many_there_are(home: Home) -> None:
    answer = home.digest("search", "subject", "number")
    assert (answer.code, answer.err) == (0, "")
    first, *rest = answer.out.splitlines()
    assert first == "2026-02-03  A Study of Subject Number 4"
    assert rest[0].strip() == "Also today"
    assert rest[-1] == "4 papers for subject number"
    assert home.digest("-q", "search", "subject").out == ""


def test_what_is_found_is_told_as_json(home: Home) -> None:
    told = home.digest("search", "--json", "--limit", "1", "study", "subject").json
    assert (told["words"], told["total"], told["complete"]) == ("study subject", 4, True)
    (paper,) = told["papers"]
    assert set(paper) == {"key", "title", "authors", "date", "theme", "url", "score"}
    assert (paper["date"], paper["theme"]) == ("2026-02-03", "also")
    assert paper["key"].startswith("title:")


def found(home: Home, *arguments: str) -> list[str]:
    """The last signs of the titles that are found."""
    told = home.digest("search", "--json", *arguments).json
    return [paper["title"][-1] for paper in told["papers"]]


def test_what_the_shell_held_together_is_a_phrase(home: Home) -> None:
    assert found(home, "subject number") == ["4", "1", "2", "3"]
    assert found(home, "number subject") == []
    assert found(home, "number", "subject") == ["4", "1", "2", "3"]
    assert found(home, '"much care" -"number 4"') == ["1", "2", "3"]
    assert found(home, "--", "study", "-4") == ["1", "2", "3"]


def test_a_title_names_its_paper(home: Home) -> None:
    told = home.digest("search", "--json", "A study of subject number 2").json
    assert [paper["title"] for paper in told["papers"]] == ["A Study of Subject Number 2"]


def test_a_search_is_narrowed_and_sorted(home: Home) -> None:
    assert found(home, "--month", "2026-01") == ["1", "2", "3"]
    assert found(home, "--month", "2026-01", "study", "2") == ["2"]
    assert found(home, "--source", "pages", "--limit", "2") == ["4", "1"]
    assert found(home, "--theme", "also", "--sort", "date") == ["4", "1", "2", "3"]
    assert found(home, "--theme", "agents") == []


def test_the_themes_of_a_group_are_searched_with_it(tmp_path: Path) -> None:
    assert Home(tmp_path).digest("demo", "--out", str(tmp_path / "demo")).code == 0
    home = Home(tmp_path / "demo")
    groups = home.digest("themes", "list", "--json").json["groups"]
    sizes = {
        one["id"]: len(home.digest("search", "--json", "--theme", one["id"]).json["papers"])
        for group in groups
        for one in (group, *group["themes"])
    }
    assert any(sizes[group["id"]] for group in groups)
    for group in groups:
        assert sizes[group["id"]] >= max(sizes[theme["id"]] for theme in group["themes"])


def test_that_nothing_is_found_is_no_trouble(home: Home) -> None:
    answer = home.digest("search", "walrus")
    assert (answer.code, answer.out) == (0, "nothing found for walrus\n")
    assert home.digest("search", "--json", "*").json == {
        "words": "*",
        "total": 0,
        "complete": True,
        "papers": [],
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give words"),
        (("--month", "2026-13"), "--month"),
        (("--month", "January"), "--month"),
        (("--limit", "0", "study"), "--limit"),
        (("--limit", "-1", "study"), "--limit"),
        ((" ",), "give words"),
        (("--theme", "knitting", "study"), "themes list"),
        (("--theme", "*"), "themes list"),
        (("--source", "elsewhere", "study"), "the sources are pages"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    home: Home, arguments: tuple[str, ...], words: str
) -> None:
    answer = home.digest("search", *arguments)
    assert (answer.code, words in answer.err) == (2, True)


def test_before_the_first_run_there_is_nothing_to_search(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.digest("init")
    answer = home.digest("search", "study")
    assert (answer.code, "nothing was run yet" in answer.err) == (2, True)
    assert not (home.folder / "state").exists()


def test_themes_and_sources_of_the_past_are_no_mistakes(home: Home) -> None:
    config = home.folder / "digest.toml"
    config.write_text(config.read_text().replace('name = "pages"', 'name = "sheets"'))
    assert found(home, "--source", "pages", "study") == ["4", "1", "2", "3"]
    assert found(home, "--source", "pages", "walrus") == []
    assert found(home, "--source", "sheets", "study") == []
    assert found(home, "--theme", "also", "walrus") == []


def test_who_asks_for_more_words_is_told_of_an_upgrade_and_nobody_else(home: Home) -> None:
    older(f"sqlite:///{home.folder}/state/digest.db")
    assert "up to date" in home.digest("-v", "search", "study").err
    older(f"sqlite:///{home.folder}/state/digest.db")
    assert home.digest("search", "study").err == ""
    older(f"sqlite:///{home.folder}/state/digest.db")
    assert "up to date" in home.digest("-v", "status").err


def test_the_end_of_the_calendar_is_a_month(home: Home) -> None:
    assert found(home, "--month", "9999-12", "study") == []


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_hostile_text_does_not_reach_a_terminal(home: Home, form: tuple[str, ...]) -> None:
    paper = Paper(title=HOSTILE, authors=(HOSTILE,), keywords=("walrus",), url="javascript:alert()")
    edition = replace(edition_of(paper), newsletter="daily-papers")
    (section,) = edition.sections
    hostile = replace(edition, sections=(replace(section, label=HOSTILE),))
    with closing(open_store(f"sqlite:///{home.folder}/state/digest.db")) as store:
        shown(store, hostile)
    answer = home.digest("search", *form, "walrus", HOSTILE)
    assert "herring" in answer.out
    assert "javascript" not in answer.out
    assert all(line.isprintable() for line in answer.out.splitlines())
