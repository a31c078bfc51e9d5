"""What speaks for a theme, and how much."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Evidence, Match
from digest.model.papers import Paper
from digest.themes.match import place
from tests.themes.shelf import SHIPPED, SMALL, small


def placed(
    title: str, abstract: str = "", text: str = SMALL, **fields: tuple[str, ...]
) -> Evidence:
    return place(small(text), Paper(title=title, abstract=abstract, **fields))


def test_title_abstract_and_keywords_weigh_as_the_docs_say() -> None:
    found = placed("On Cider", "Cider, cider. A tree.", keywords=("cider",))
    assert found.theme == "apples"
    assert found.matches == (
        Match(phrase="cider", where="title", weight=9.0),
        Match(phrase="cider", where="abstract", weight=round(3 * (1 + log(2)), 3)),
        Match(phrase="cider", where="keywords", weight=3.0),
        Match(phrase="tree", where="abstract", weight=1.0),
    )
    assert found.score == round(sum(match.weight for match in found.matches), 3)


def test_the_runner_up_and_the_margin_are_told() -> None:
    found = placed("Cider by the Pond")
    assert (found.theme, found.score) == ("apples", 9.0)
    assert (found.runner_up, found.margin) == ("ponds", 0.5)  # 9 against 9 x 0.5
    assert (placed("Cider").runner_up, placed("Cider").margin) == (None, 1.0)


def test_a_low_priority_yields_to_others_but_does_not_abstain_sooner() -> None:
    found = placed("A Pond")
    assert (found.theme, found.score) == ("ponds", 9.0)
    assert placed("Pond, ponds and apple", "Apple, tree, cider, cider.").theme == "apples"


def test_equal_themes_rank_in_the_order_of_the_taxonomy() -> None:
    found = placed("A Rose for Cider")
    assert (found.theme, found.runner_up, found.margin) == ("apples", "roses", 0.0)


@pytest.mark.parametrize(
    "title",
    [
        "APPLE TREES",
        "apple-trees",
        "Apple–Tree",
        "the apple tree's age",
        "{A}pple \\textbf{tree}",
        "$\\mathrm{Apple}$ tree",
        "Äpple tree",
        "\\'{A}pple tr\\'ee",
        "App\\v{l}e tree",
        "apple\ntree",
        "Ａｐｐｌｅ ｔｒｅｅ",
        "(apple) tree/cherry",
    ],
)
def test_case_plural_hyphens_accents_and_tex_make_no_difference(title: str) -> None:
    assert placed(title).matches == (Match(phrase="apple tree", where="title", weight=9.0),)


def test_part_of_a_word_is_no_match() -> None:
    assert placed("Prose", "roseate pondering") == Evidence(reason="none")


def test_the_longest_phrase_counts_alone() -> None:
    found = placed("Climbing Roses")
    assert [match.phrase for match in found.matches] == ["climbing rose"]


def test_an_excluded_phrase_rules_the_theme_out_wherever_it_stands() -> None:
    assert placed("Cider", "With pineapple rings.").reason == "none"
    assert placed("Cider and a Rose", "With pineapple rings.").theme == "roses"


def test_an_exclusion_holds_within_longer_phrases_takes_no_words_and_binds_categories_too() -> None:
    own = """
    [[theme]]
    id = "ponds"
    exclude = ["climbing", "apple tree cider"]
    [[theme]]
    id = "arxiv-math-ag"
    exclude = ["quantum"]
    """
    taxonomy = small(SMALL, own)
    assert place(taxonomy, Paper(title="Pond, Pond, Climbing Rose")).theme == "roses"
    assert place(taxonomy, Paper(title="Apple Tree Cider")).score == 18.0
    schemes = Paper(title="Quantum Schemes", categories=("math.AG", "math.NT"))
    assert place(taxonomy, schemes).theme == "arxiv-math-nt"
    assert place(taxonomy, replace(schemes, categories=("math.AG",))).reason == "none"


def test_a_score_below_the_threshold_claims_no_theme() -> None:
    assert placed("Apple", "Apple, tree, tree.") == Evidence(reason="none")
    lower = "abstain_below = 5\n" + SMALL
    assert placed("Apple", "Apple, tree, tree.", lower).theme == "apples"


def test_where_no_theme_is_claimed_the_first_named_category_speaks() -> None:
    learning = Evidence(reason="category", theme="arxiv-stat-ml")
    assert placed("Ice", categories=("stat.ML",)) == learning
    assert placed("Ice", categories=("Desserts", "stat.ML", "cs.LG")) == learning
    assert placed("Ice", categories=("Desserts",)) == Evidence(reason="none")


def test_a_paper_of_archives_not_covered_claims_no_theme() -> None:
    assert placed("Cider", categories=("astro-ph.GA", "hep-th")).reason == "category"
    assert placed("Cider", categories=("cs.LG", "astro-ph.GA")).theme == "apples"
    assert placed("Cider", categories=("Drinks",)).theme == "apples"
    anywhere = SMALL.replace('archives = ["cs"]', "")
    assert placed("Cider", "", anywhere, categories=("astro-ph.GA",)).theme == "apples"


def test_a_paper_that_is_first_of_another_field_needs_twice_the_score() -> None:
    crossed = ("astro-ph.GA", "cs.LG")
    assert placed("Cider", categories=crossed).theme == "arxiv-astro-ph-ga"
    assert placed("Cider on Apple Trees", categories=crossed).theme == "apples"


CATEGORIES = """
[[theme]]
id = "roses"
[theme.categories]
"cs.GR" = 3
"""


def test_a_themes_own_category_speaks_for_it_and_is_its_home() -> None:
    taxonomy = small(SMALL, CATEGORIES)
    paper = Paper(title="A Bed of Roses", categories=("cs.GR", "cs.LG"))
    found = place(taxonomy, paper)
    assert found.matches[-2:] == (
        Match(phrase="bed", where="title", weight=3.0),
        Match(phrase="cs.GR", where="categories", weight=3.0),
    )
    assert (found.theme, found.score) == ("roses", 15.0)
    unclaimed = place(taxonomy, replace(paper, title="Ice"))
    assert (unclaimed.reason, unclaimed.theme) == ("category", "roses")
    assert place(taxonomy, replace(paper, title="Ice", categories=("cs.LG", "cs.GR"))) == Evidence(
        reason="category", theme="arxiv-cs-lg"
    )


@pytest.mark.parametrize(
    ("title", "abstract", "theme"),
    [
        (
            "Continuous Latent Diffusion Language Models",
            "A diffusion model of text.",
            "pretraining",
        ),
        ("Masked Diffusion Language Models at Scale", "Denoising tokens.", "pretraining"),
        ("A Latent Diffusion Model for Portraits", "Images from noise.", "image-generation"),
        ("Noise in Voice and Audio Surveys", "", None),
        ("VLA Models That Grasp", "A robot.", "robotics"),
        ("Fake News by the Minute", "News of all sorts.", "safety"),
        ("New Views on the Newest Things", "A new day.", None),
    ],
)
def test_the_shipped_taxonomy_minds_known_traps(title: str, abstract: str, theme: str) -> None:
    assert place(SHIPPED, Paper(title=title, abstract=abstract)).theme == theme


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_text_has_a_place(title: str, abstract: str, keywords: list[str]) -> None:
    found = place(SHIPPED, Paper(title=title, abstract=abstract, keywords=tuple(keywords)))
    assert found.reason in {"phrases", "none"}
    assert 0 <= found.margin <= 1
    assert (found.theme is None) == (found.score == 0)
