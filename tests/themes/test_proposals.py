"""Which phrases of an archive are proposed, and for which theme."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.papers import Paper
from digest.themes.learning.bursts import Burst, bursts, surprise
from digest.themes.learning.past import window
from digest.themes.learning.phrases import runs
from digest.themes.learning.proposals import propose
from digest.themes.words import words
from tests.themes.archive import APPLES, DAYS, GARDEN, OTHERS, ROSES, archive, garden, paper


def found(*recent: Paper, earlier: list[Paper] | None = None) -> list[Burst]:
    return list(bursts(GARDEN, garden(*recent, earlier=earlier or [])))


def phrases(*recent: Paper, earlier: list[Paper] | None = None) -> list[str]:
    return [burst.phrase for burst in found(*recent, earlier=earlier)]


def test_a_phrase_that_has_become_frequent_is_proposed_with_its_papers() -> None:
    said = paper("A wall", "We use cold frames.")
    titled = [paper("How Cold Frames Work"), paper("A cold frame, in winter")]
    burst, *others = found(said, said, said, *titled, earlier=[titled[0]])
    assert not others
    assert (burst.phrase, burst.recent, burst.earlier) == ("cold frames", 5, 1)
    assert burst.surprise > 2
    assert [past.paper.title for past in burst.examples] == [
        "A cold frame, in winter",
        "How Cold Frames Work",
        "A wall",
    ]


def test_a_phrase_that_is_as_frequent_as_ever_is_not_proposed() -> None:
    titled = [paper(OTHERS.format("Cold frame"))] * 8
    assert phrases(*titled)
    assert not phrases(*titled, earlier=titled * 2)


def test_a_burst_is_for_the_theme_in_which_half_of_its_papers_stand() -> None:
    apples = [paper(APPLES.format("Cold frame")) for number in range(4)]
    others = [paper(OTHERS.format("Cold frame")) for number in range(5)]
    (of_apples,) = found(*apples, *others[:4])
    assert (of_apples.theme, of_apples.group) == ("apples", "garden")
    (spread,) = found(*apples, *others)
    assert (spread.theme, spread.group) == (None, "garden")
    (of_none,) = found(*others)
    assert (of_none.theme, of_none.group) == (None, None)


def test_a_phrase_of_the_taxonomy_is_not_proposed() -> None:
    roses = [paper(ROSES.format("Age"))] * 6
    assert not phrases(*roses)


@pytest.mark.parametrize(
    "abstract",
    [
        "This is a promising direction.",
        "Extensive experiments show it.",
        "A critical limitation of recent methods!",
        "We don't look.",
        "State-of-the-art results, in a principled framework.",
    ],
)
def test_what_any_abstract_says_is_not_proposed(abstract: str) -> None:
    assert not phrases(*[paper(f"Walls. {abstract}", abstract)] * 8)


def test_a_property_is_not_proposed_for_all_that_has_it() -> None:
    kinds = ["pruning", "mowing", "weeding", "grafting", "sowing", "digging"]
    assert not phrases(*[paper(OTHERS.format(f"High-yield {kind}")) for kind in kinds])


def test_what_nobody_calls_their_work_by_is_not_proposed() -> None:
    said = [paper("A wall", "We use cold frames.")] * 8
    assert not phrases(*said)
    assert not phrases(*said, paper("A cold frame, in winter"))
    assert phrases(*said, *[paper("A cold frame, in winter")] * 2)


def test_a_name_that_papers_give_themselves_is_not_proposed() -> None:
    named = [paper(f"POMONA: A wall, and {number}") for number in range(6)]
    assert not phrases(*named)


def test_a_single_word_is_proposed_where_it_is_an_acronym() -> None:
    titled = [paper("POMO, and trellising", "We use POMO.")] * 6
    assert phrases(*titled) == ["POMO"]


def test_few_papers_or_few_days_make_no_burst() -> None:
    titled = paper(OTHERS.format("cold frame"))
    assert not phrases(titled, titled, titled)
    on_two_days = [titled if number % DAYS < 2 else paper("A wall") for number in range(DAYS * 4)]
    assert not phrases(*on_two_days)


def test_what_a_tenth_of_the_papers_have_is_how_the_field_talks() -> None:
    titled = paper(OTHERS.format("cold frame"))
    assert phrases(*[titled] * 10)
    assert not phrases(*[titled] * 11)  # of 84 + 11


def test_the_longest_phrase_that_carries_the_count_is_proposed_alone() -> None:
    long = [paper(OTHERS.format("off-season cold frame heating"))] * 6
    assert phrases(*long) == ["off-season cold frame heating"]
    short = [paper(OTHERS.format("A cold frame"))] * 4
    assert phrases(*long[:4], *short, *short[:1]) == ["cold frame"]


def test_a_phrase_is_written_as_abstracts_write_it() -> None:
    told = paper("On Cold-Frames", "Cold-frames! A cold-frame, with cold-frames.")
    assert phrases(*[told] * 5) == ["cold-frames"]


def test_a_short_past_makes_little_surprising() -> None:
    assert surprise(1, 1, 0, 0) == pytest.approx(0.3)  # an even chance
    assert surprise(6, 80, 0, 5) < 1
    assert surprise(6, 80, 0, 500) > 4


counts = st.integers(0, 300)


@given(counts, counts, counts, counts)
def test_more_papers_now_and_fewer_before_surprise_more(a: int, b: int, c: int, d: int) -> None:
    now, recent = sorted([a, b])
    before, earlier = sorted([c, d])
    assert surprise(0, recent, before, earlier) == 0
    assert surprise(now, recent, before, earlier) <= surprise(now + 1, recent + 1, before, earlier)
    assert (
        surprise(now, recent, before, earlier + 1) >= surprise(now, recent, before, earlier) - 0.01
    )
    assert surprise(now, recent, before + 1, earlier + 1) <= surprise(now, recent, before, earlier)


tokens = st.sampled_from(
    ["a", "of", "cold", "frame", "frames", "Cold-frame", "walled", "garden", "new", "task", "XY."]
)
texts = st.lists(tokens, max_size=8).map(" ".join)
papers = st.lists(st.builds(paper, texts, texts), max_size=30)


@pytest.mark.slow
@given(papers, papers, st.randoms(use_true_random=False))
def test_the_order_of_papers_changes_nothing_and_no_burst_is_a_piece_of_another(
    recent: list[Paper], earlier: list[Paper], order: random.Random
) -> None:
    past = archive(*recent, earlier=earlier)
    proposals = propose(GARDEN, window(past, DAYS))
    order.shuffle(past)
    assert propose(GARDEN, window(past, DAYS)) == proposals
    spaced = [f" {' '.join(words(burst.phrase))} " for burst in proposals.bursts]
    assert all(one == other or one not in other for one in spaced for other in spaced)


@given(st.text() | texts)
def test_a_run_is_words_as_they_are_written(text: str) -> None:
    for run in runs(text):
        assert tuple(words(run.surface)) == run.words
        # A token such as "state-of-the-art-of-today" has more words than a run may.
        assert 1 <= len(run.words) <= 5


@pytest.mark.parametrize("sign", [".", "#", "-", "'", "(", " -"])
def test_a_text_of_nothing_but_signs_is_read_in_no_time(sign: str) -> None:
    """Where each sign is tried with all that follow, this does not end."""
    text = f"cold frame {sign * 1_000_000}frame"
    assert ("cold", "frame") in {run.words for run in runs(text)}
