"""The few words that tell why a paper stands where it does."""

from __future__ import annotations

from dataclasses import replace

from digest.model.editions import Evidence, Match
from digest.model.papers import Paper
from digest.render.reasons import why

PAPER = Paper(title="Cider", categories=("cs.CV", "cs.LG", "cs.AI", "cs.GR"))


def evidence(*phrases: str) -> Evidence:
    matches = (Match(phrase=phrase, where="title", weight=9.0) for phrase in phrases)
    return Evidence(reason="phrases", theme="apples", matches=tuple(matches))


def test_the_strongest_two_phrases_are_told_once_each() -> None:
    told = why(evidence("cider", "cider", "apple", "tree", "pear"), PAPER)
    assert told == "Matches “cider”, “apple”"


def test_a_phrase_within_another_is_left_out() -> None:
    told = why(evidence("benchmark", "bench", "comprehensive benchmark", "exam"), PAPER)
    assert told == "Matches “benchmark”, “exam”"


def test_categories_are_told_where_no_theme_claims_the_paper() -> None:
    assert why(Evidence(reason="category"), PAPER) == "Listed under cs.CV, cs.LG, cs.AI"
    topic = replace(evidence("quasar"), reason="category")
    assert why(topic, PAPER) == "Listed under cs.CV, cs.LG, cs.AI: “quasar”"
    assert why(Evidence(reason="none"), PAPER) == ""


def test_the_category_that_names_the_section_is_not_told_again() -> None:
    assert why(Evidence(reason="category", theme="cs.CV"), PAPER) == "Listed under cs.LG, cs.AI"
    alone = replace(PAPER, categories=("cs.CV",))
    assert why(Evidence(reason="category", theme="cs.CV"), alone) == ""
    topic = replace(evidence("quasar"), reason="category", theme="cs.CV")
    assert why(topic, alone) == "Matches “quasar”"


def test_a_category_that_spoke_for_the_theme_is_no_phrase() -> None:
    own = Match(phrase="cs.CV", where="categories", weight=8.0)
    matches = evidence("cider").matches
    assert why(Evidence(reason="phrases", matches=(own, *matches)), PAPER) == "Matches “cider”"
    assert why(Evidence(reason="phrases", matches=(own,)), PAPER).startswith("Listed under cs.CV")
