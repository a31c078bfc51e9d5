"""`digest themes propose`, on editions that runs have made."""

from __future__ import annotations

import tomllib

import pytest

from tests.home import Home

ROSES = """
[[group]]
id = "garden"
label = "Garden"
[[theme]]
id = "roses"
group = "garden"
label = "Roses"
strong = ["rose"]
[[theme]]
id = "shrubs"
group = "garden"
label = "Shrubs"
strong = ["rose"]
"""
WAY = "It was done with much care and with the methods that are usual, by many hands, so that "
FIRST = ("2026-01-05", "2026-01-06")
LAST = ("2026-03-03", "2026-03-04", "2026-03-05")


def page(titles: list[str]) -> str:
    texts = (f"{title}\n{WAY * 2}it was done in the end." for title in titles)
    return "Get trending papers in your email inbox\nSubscribe" + "\n".join(texts)


@pytest.fixture
def grower(home: Home) -> Home:
    (home.folder / "mine.toml").write_text(ROSES)
    with home.config.open("a") as config:
        config.write('[themes]\nuse = []\npath = "mine.toml"\n')
    return home


def grow(home: Home, *days: str) -> None:
    for day in days:
        titles = [f"A rose, number {number} of {day}" for number in range(40)]
        if day in LAST:
            titles[:4] = [f"Cold frames, and a rose, number {n} of {day}" for n in range(4)]
        (home.folder / "pages" / "1.txt").write_text(page(titles))
        assert home.run("--force", "--no-deliver", now=f"{day}T07:30:00Z")["new"] == 40


@pytest.fixture
def grown(grower: Home) -> Home:
    grow(grower, *FIRST, *LAST)
    return grower


def test_what_is_printed_is_accepted_as_a_file_of_themes(grown: Home) -> None:
    text = grown.process("themes", "propose").out
    (theme,) = tomllib.loads(text)["theme"]
    assert (theme["id"], theme["strong"]) == ("roses", ["Cold frames"])
    (grown.folder / "new.toml").write_text(text)
    assert grown.digest("themes", "check", str(grown.folder / "new.toml")).code == 0
    (grown.folder / "mine.toml").write_text(text)
    assert "No phrase" in grown.digest("themes", "propose").out


def test_as_json_all_is_told(grown: Home) -> None:
    told = grown.digest("themes", "propose", "--json").json
    assert (told["recent"], told["earlier"]) == (120, 80)
    (burst,) = told["bursts"]
    examples = burst.pop("examples")
    assert [example.keys() for example in examples] == [{"key", "title"}] * 3
    assert all(example["title"].startswith("Cold frames") for example in examples)
    assert burst.pop("surprise") >= 2
    assert burst == {
        "phrase": "Cold frames",
        "theme": "roses",
        "group": "garden",
        "recent": 12,
        "earlier": 0,
    }
    assert told["starving"] == [{"theme": "shrubs", "recent": 0, "earlier": 0, "average": 60.0}]
    assert told["overlapping"] == [{"themes": ["roses", "shrubs"], "near": 200, "papers": 0}]
    assert told["drifting"] == []


def test_the_same_editions_make_the_same_proposals(grown: Home) -> None:
    assert grown.process("themes", "propose") == grown.process("themes", "propose")


def test_without_earlier_editions_it_says_so(grown: Home) -> None:
    answer = grown.digest("themes", "propose", "--days", "60")
    assert (answer.code, tomllib.loads(answer.out)) == (0, {})
    assert "the first is of 2026-01-05" in answer.out
    assert grown.digest("themes", "propose", "--days", "60", "--json").json == {
        "recent": 200,
        "earlier": 0,
        "bursts": [],
        "starving": [],
        "overlapping": [],
        "drifting": [],
    }


def test_before_the_first_run_it_says_so(grower: Home) -> None:
    answer = grower.digest("themes", "propose")
    assert (answer.code, "nothing was run yet" in answer.err) == (2, True)


def test_days_are_a_number_above_0(grown: Home) -> None:
    answer = grown.digest("themes", "propose", "--days", "0")
    assert (answer.code, "at least 1" in answer.err) == (2, True)


def test_long_work_is_told_on_standard_error(grown: Home) -> None:
    answer = grown.digest("-v", "themes", "propose")
    assert answer.err.splitlines()[0] == f"reading the edition of {FIRST[0]}"
    assert answer.out == grown.digest("themes", "propose").out
    assert grown.digest("-q", "themes", "propose").out == ""
