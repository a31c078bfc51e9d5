"""The short text that stands for an abstract."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.eval_themes.recorded import Recorded
from digest.summary import extract

TIDES = (
    "Tides are important and have been studied often."
    " However, existing models remain limited."
    " We introduce EBB, a model of tides that reads the moon."
    " It has three layers."
    " On four coasts, EBB improves forecasts by 12 % over the best baseline."
    " Code is available at https://ebb.example.org."
)
WORDS = ["we", "show", "tides", "The", "However,", "rise", "by", "3.5", "潮。", "e.g.", "Results:"]
ABSTRACTS = st.lists(st.sampled_from([*WORDS, "rise.", "fall.", "why?", "end…"])).map(" ".join)


def test_the_contribution_and_its_result_are_shown_in_reading_order() -> None:
    assert extract(TIDES, "EBB: Reading the Moon") == (
        "We introduce EBB, a model of tides that reads the moon."
        " … On four coasts, EBB improves forecasts by 12 % over the best baseline."
    )


def test_neighbours_are_joined_by_a_blank() -> None:
    shown = (
        "We show that moons pull the tides of all coasts on which we looked."
        " We prove that 90 % of those tides fall as soon as such a moon has set."
    )
    assert extract(f"Tides rise. {shown}", "How moons pull tides") == shown


def test_what_does_not_fit_beside_the_best_is_left_out() -> None:
    assert extract(TIDES, "EBB: Reading the Moon", limit=80) == (
        "We introduce EBB, a model of tides that reads the moon."
    )


def test_the_results_of_a_structured_abstract_come_before_its_methods() -> None:
    abstract = (
        "Background: Tides may harm. Methods: We measured tides on forty coasts in two years."
        " Results: Tides rose on most coasts. Conclusions: Coasts need higher dikes against tides."
    )
    shown = extract(abstract, "Tides on forty coasts")
    assert "We measured" not in shown
    assert "Coasts need higher dikes" in shown
    assert ": " not in shown


def test_it_rather_begins_with_what_leans_on_nothing() -> None:
    abstract = "Tides rise on all coasts here. Moreover, they rise on all coasts there."
    assert extract(abstract, limit=60) == "Tides rise on all coasts here."


def test_what_others_did_gives_way_to_what_the_paper_did() -> None:
    ours = "The tides of coasts make up more than a quarter of all waves there."
    for others in ("Previous work sees", "Recent studies see", "Existing research sees"):
        abstract = f"{others} tides of coasts at 12 % of all waves there. {ours}"
        assert extract(abstract, "Tides and waves of coasts", limit=75) == ours


def test_a_boast_without_a_name_or_a_figure_tells_nothing() -> None:
    boast = "Extensive experiments show superior performance and consistently better quality."
    claim = "Extensive experiments show that tides rise after each moon, in quantity and quality."
    assert extract(f"{boast} {claim}", "EBB", limit=90) == boast
    assert extract(f"{claim} {boast}", "EBB", limit=90) == claim


def test_a_sentence_that_is_mostly_an_address_is_not_shown() -> None:
    address = "EBB, tides and coasts: https://ebb.example.org/tides/of/coasts/of/the/north/sea."
    claim = "On all coasts of the North Sea, tides rise with the moon and fall without it."
    assert extract(f"{address} {claim}", "EBB: Tides of coasts", limit=90) == claim


def test_a_sentence_with_latex_gives_way_to_one_that_can_be_read() -> None:
    read = "We show that tides of the whole sea rise."
    assert extract(rf"We show that tides of the \sea all rise. {read}", limit=50) == read


@pytest.mark.parametrize(
    "said",
    [
        "This paper has been withdrawn due to an error.",
        "This work is retracted.",
        "Withdrawn: it was withdrawn by its authors.",
    ],
)
def test_it_is_always_said_that_a_paper_is_withdrawn(said: str) -> None:
    assert extract(f"{TIDES} {said}", "EBB: Reading the Moon").endswith(said)


@pytest.mark.parametrize("abstract", ["", "Tide", "Tides rise", "潮汐", "Results.", "…"])
def test_what_is_no_more_than_a_sentence_stays_as_it_is(abstract: str) -> None:
    assert extract(abstract) == abstract


def test_a_sentence_that_is_too_long_is_cut_after_a_word() -> None:
    assert extract("We show " + "that tides rise " * 9, limit=40) == (
        "We show that tides rise that tides rise…"
    )
    assert extract("潮" * 50, limit=10) == "潮" * 9 + "…"


def test_the_best_is_rather_cut_than_left_out_for_one_that_tells_little() -> None:
    best = "We introduce EBB, a model that improves forecasts of tides by 12 % " + "and so on " * 9
    little = "However, many existing models remain limited and challenging."
    assert extract(f"{little} {best}.", "EBB: Forecasts of tides", limit=90).startswith(best[:66])
    assert extract(f"{little} {best}.", "EBB: Forecasts of tides", limit=90).endswith("…")


def test_a_chinese_abstract_is_shown_in_whole_sentences() -> None:
    abstract = "潮汐很重要。" * 30 + "我们提出了一个新模型，误差降低了12%。"
    assert extract(abstract, limit=60).endswith("我们提出了一个新模型，误差降低了12%。")


@example("we show rise. Results: we show tides", "we", 27)
@given(ABSTRACTS, ABSTRACTS, st.integers(1, 120))
def test_every_sentence_shown_stands_in_the_abstract(abstract: str, title: str, limit: int) -> None:
    shown = extract(abstract, title, limit=limit)
    assert len(shown) <= limit
    assert bool(shown) == bool(abstract)
    at = 0
    for piece in shown.split(" … "):
        text = piece if piece in abstract else piece.removesuffix("…")
        at = abstract.index(text, at)


@given(st.text(), st.text(), st.integers(1, 300))
def test_any_text_has_a_short_text_and_always_the_same(text: str, title: str, limit: int) -> None:
    shown = extract(text, title, limit=limit)
    assert len(shown) <= limit
    assert shown == extract(text, title, limit=limit)


@pytest.mark.parametrize(
    "piece",
    [".", " . ", "A. ", "(A. b ", "Aa: ", "RESULTS ", "1", "a", '"', "We rise. ", "潮。", "we we "],
)
def test_a_hostile_abstract_costs_no_more_than_its_length(piece: str) -> None:
    def cost(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        extract(text, text[:200])
        return time.process_time() - begun

    least = min(cost(10_000) for _ in range(3))
    assert cost(100_000) < 40 * least + 0.05  # four times what ten times the length may cost


@pytest.mark.recorded
def test_a_recorded_day_is_said_in_whole_sentences(recorded: Path) -> None:
    papers = list(Recorded(recorded).papers.values())[::20]
    shown = [(paper, extract(paper.abstract, paper.title)) for paper in papers]
    assert all(0 < len(text) <= 300 for _, text in shown)
    whole = [all(piece in paper.abstract for piece in text.split(" … ")) for paper, text in shown]
    assert sum(whole) > 0.98 * len(whole)
