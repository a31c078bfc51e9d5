"""How much a run may ask, and for whom first."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import ALSO, Evidence, Placement, Section
from digest.model.papers import Paper
from digest.precedence import precedence
from tests.home import Home
from tests.summaries.conftest import SAMPLE_DAY, Configure
from tests.summaries.model import Model, completion, saying


def sections(home: Home) -> list[list[dict[str, Any]]]:
    [edition] = home.editions()
    return [section["papers"] for section in edition["sections"]]


@pytest.mark.parametrize("most", [1, 7])
def test_no_more_papers_get_one_than_is_allowed(
    configure: Configure, model: Model, sample_source: str, most: int
) -> None:
    home = configure(model.url, sources=sample_source, max_papers=most)
    told = home.run("--no-deliver", now=SAMPLE_DAY)["summaries"]
    assert told == {"written": most, "cached": 0, "left_out": 0}
    assert len(model.asked) == most


def test_the_first_of_each_section_get_one_before_the_second_of_any(
    configure: Configure, model: Model, sample_source: str
) -> None:
    home = configure(model.url, sources=sample_source, max_papers=10)
    home.run("--no-deliver", now=SAMPLE_DAY)
    found = sections(home)
    firsts = [papers[0] for papers in found]
    assert len(firsts) in range(2, 11)  # or the day would prove nothing
    assert all(placed["summary"] for placed in firsts)
    ranks = [rank for papers in found for rank, one in enumerate(papers) if one["summary"]]
    assert max(ranks) <= min(
        rank for papers in found for rank, one in enumerate(papers) if not one["summary"]
    )


def test_what_is_followed_goes_first(
    configure: Configure, model: Model, sample_source: str
) -> None:
    home = configure(model.url, sources=sample_source)
    plan = home.run("--dry-run", now=SAMPLE_DAY)["sections"]
    last = [section["theme"] for section in plan if section["theme"] != ALSO][-1]
    follow = f'[themes]\nfollow = ["{last}"]\n'
    configure(model.url, sources=sample_source + follow, max_papers=1)
    home.run("--no-deliver", now=SAMPLE_DAY)
    [edition] = home.editions()
    told = [
        section["theme"]
        for section in edition["sections"]
        if any(placed["summary"] for placed in section["papers"])
    ]
    assert told == [last]


def test_once_the_tokens_are_spent_no_more_is_asked(sampled: Home, model: Model) -> None:
    sampled.configure(sampled.config.read_text() + "\nmax_tokens = 3000\n")
    model.say = saying(completion(tokens=500))
    told = sampled.run("--no-deliver", now=SAMPLE_DAY)["summaries"]
    assert 6 <= told["written"] <= 6 + 3  # the others were under way
    assert told["reason"] == "max_tokens (3,000) are spent"
    assert told["written"] + told["left_out"] == 50


def test_what_gives_no_usable_text_is_paid_for_too(sampled: Home, model: Model) -> None:
    sampled.configure(sampled.config.read_text() + "\nmax_tokens = 600\n")
    model.say = saying(completion("", tokens=500))
    told = sampled.run("--no-deliver", now=SAMPLE_DAY)["summaries"]
    assert (told["written"], "max_tokens (" in told["reason"]) == (0, True)


def test_an_endpoint_that_does_not_count_is_not_asked_for_ever(sampled: Home, model: Model) -> None:
    sampled.configure(sampled.config.read_text() + "\nmax_tokens = 3000\n")
    uncounted = completion()
    del uncounted["usage"]
    model.say = saying(uncounted)
    told = sampled.run("--no-deliver", now=SAMPLE_DAY)["summaries"]
    assert 3 <= told["written"] <= 15  # a question has some hundreds of tokens
    assert told["reason"].endswith(") are spent")


def test_papers_are_asked_about_at_once_but_four_at_most(
    configure: Configure, model: Model, sample_source: str
) -> None:
    busy, most, changing = 0, 0, threading.Lock()
    together = threading.Barrier(4, timeout=20)

    def watched(question: dict[str, Any]) -> Any:
        nonlocal busy, most
        with changing:
            busy += 1
            most = max(most, busy)
        together.wait()
        with changing:
            busy -= 1
        return saying()(question)

    model.say = watched
    home = configure(model.url, sources=sample_source, max_papers=8)
    assert home.run("--no-deliver", now=SAMPLE_DAY)["summaries"]["written"] == 8
    assert most == 4


def placed(section: int, rank: int) -> Placement:
    key = f"{section}.{rank}"
    return Placement(
        key=key, paper=Paper(title=key), sources=("s",), evidence=Evidence(reason="none")
    )


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=6))
def test_every_paper_has_one_turn_followed_first_and_none_twice_before_another(
    sizes: list[tuple[int, bool]],
) -> None:
    made = [
        Section(
            theme=str(at),
            label="L",
            papers=tuple(placed(at, rank) for rank in range(size)),
            followed=followed,
        )
        for at, (size, followed) in enumerate(sizes)
    ]
    turns = precedence(made)
    assert sorted(turns) == [(at, rank) for at, (n, _) in enumerate(sizes) for rank in range(n)]
    order = [(not sizes[at][1], rank) for at, rank in turns]
    assert order == sorted(order)
