"""How placed papers roll up into sections."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Section
from digest.model.papers import Paper
from digest.themes.grouping import group
from digest.themes.taxonomy import Taxonomy
from tests.themes.shelf import SHIPPED, SMALL, entries, small

TITLES = [
    "Cider",
    "A Rose",
    "The Pond",
    "Ice",
    "Cider by the Apple Pond",
    "A Rose for Cider",
    "Pond of Climbing Roses",
    *(next(iter(theme.phrases.values()))[0] for theme in SHIPPED.themes),
]
CATEGORIES = ["cs.CL", "astro-ph.GA", "astro-ph.SR", "hep-th", "Desserts"]

a_paper = st.builds(
    Paper,
    title=st.sampled_from(TITLES),
    upvotes=st.none() | st.integers(0, 3),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
)


def day(*titles: str, filler: int = 0) -> tuple[Section, ...]:
    """The sections of a day with these titles, and with `filler` further papers on roses."""
    papers = [Paper(title=title, ids=(f"k{n:02}",)) for n, title in enumerate(titles)]
    roses = [Paper(title="A Rose", ids=(f"z{n:02}",)) for n in range(filler)]
    return group(small(), entries(*papers, *roses))


def shape(sections: tuple[Section, ...]) -> dict[str, int]:
    return {section.theme: len(section.papers) for section in sections}


def test_no_papers_make_no_sections() -> None:
    assert group(SHIPPED, []) == ()


def test_two_papers_make_a_section_of_their_theme() -> None:
    sections = day("Cider", "Cider", "Ponds", "Ponds", filler=12)
    assert shape(sections) == {"roses": 12, "apples": 2, "ponds": 2}
    assert [section.label for section in sections] == ["Roses", "Apples", "Ponds"]


def test_a_lone_paper_goes_with_the_smallest_theme_of_its_group_under_the_groups_name() -> None:
    assert shape(day("Cider", "Ponds", "Ponds", filler=13)) == {"garden": 14, "ponds": 2}


def test_up_to_15_papers_are_in_groups_only_and_a_group_may_have_one() -> None:
    assert shape(day("Cider", "Ponds", filler=13)) == {"garden": 14, "water": 1}


def test_a_paper_left_over_joins_its_runner_up_only_where_that_is_near_and_there() -> None:
    near = Paper(title="The Pond of Roses", abstract="Pond.", ids=("near",))  # 12 against 9
    far = Paper(title="The Pond", abstract="Rose.", ids=("far",))  # 12 against 3
    taxonomy = small(SMALL.replace("priority = 0.5", ""))

    def home(paper: Paper, *titles: str) -> str:
        others = [Paper(title=title, ids=(f"k{n:02}",)) for n, title in enumerate(titles)]
        sections = group(taxonomy, entries(paper, *others))
        return next(s.theme for s in sections for placed in s.papers if placed.paper == paper)

    assert home(near, *["Rose"] * 18) == "roses"
    assert home(far, *["Rose"] * 18) == "also"
    assert home(near, "Rose", *["Cider"] * 18) == "garden"
    assert home(near, *["Cider"] * 18) == "also"


def test_a_day_of_many_themes_keeps_the_largest_and_rolls_up_the_others() -> None:
    phrases = [next(iter(theme.phrases.values()))[0] for theme in SHIPPED.themes]
    papers = [
        Paper(title=phrase, ids=(f"{n:02}-{copy}",))
        for n, phrase in enumerate(phrases)
        for copy in range(n + 2)
    ]
    sections = group(SHIPPED, entries(*papers))
    groups = {theme.group for theme in SHIPPED.themes}
    kept = [section.theme for section in sections if section.theme not in groups]
    assert len(sections) == 12
    assert kept == [theme.id for theme in reversed(SHIPPED.themes)][: len(kept)]


def test_what_fits_nowhere_is_last_under_also_today() -> None:
    *_, last = day("Ice", "Ice", "Ice", "Cider")
    assert (last.theme, last.label, len(last.papers)) == ("also", "Also today", 3)
    assert all(placed.evidence.reason == "none" for placed in last.papers)


def test_papers_of_a_foreign_field_stand_under_their_categories_names() -> None:
    categories = ["astro-ph.GA"] * 9 + ["astro-ph.SR"] * 8 + ["hep-th", "gr-qc"]
    papers = [
        Paper(title="A Rose", ids=(f"k{n:02}",), categories=(category,))
        for n, category in enumerate(categories)
    ]
    sections = group(small(), entries(*papers))
    assert [(section.theme, section.label, len(section.papers)) for section in sections] == [
        ("arxiv-astro-ph-ga", "Astrophysics of galaxies", 9),
        ("arxiv-astro-ph-sr", "Solar and stellar astrophysics", 8),
        ("arxiv-physics", "Physics", 2),
    ]


def test_papers_stand_by_upvotes_then_score_then_title_and_unknown_upvotes_last() -> None:
    papers = [
        Paper(title="Rose B", ids=("a",)),
        Paper(title="Rose A", ids=("b",)),
        Paper(title="Rose C", abstract="Rose.", ids=("c",)),
        Paper(title="Rose Z", ids=("d",), upvotes=0),
        Paper(title="Rose Y", ids=("e",), upvotes=7),
    ]
    [section] = group(small(), entries(*papers))
    assert [placed.key for placed in section.papers] == ["e", "d", "c", "b", "a"]


def test_each_placement_keeps_its_key_paper_sources_and_evidence() -> None:
    paper = Paper(title="A Rose", ids=("k",))
    [section] = group(small(), [("arxiv:2601.00001", paper, ("hf", "rss"))])
    [placed] = section.papers
    assert (placed.key, placed.paper, placed.sources) == ("arxiv:2601.00001", paper, ("hf", "rss"))
    assert (placed.evidence.theme, section.theme) == ("roses", "garden")


@given(st.lists(a_paper, max_size=60), st.sampled_from([small(), SHIPPED]), st.randoms())
def test_every_paper_is_once_in_at_most_12_sections_whatever_the_order(
    papers: list[Paper], taxonomy: Taxonomy, order: random.Random
) -> None:
    day = [(f"k{number:02}", paper, ("hf",)) for number, paper in enumerate(papers)]
    sections = group(taxonomy, day)
    assert sorted(placed.key for section in sections for placed in section.papers) == [
        key for key, _, _ in day
    ]
    assert len(sections) <= 12
    assert len({section.theme for section in sections}) == len(sections)
    assert all(section.theme != "also" for section in sections[:-1])
    order.shuffle(day)
    assert group(taxonomy, day) == sections
