"""How placed papers roll up into sections."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Placement, Section
from digest.model.papers import Paper
from digest.themes.grouping import group
from digest.themes.match import place
from digest.themes.sections import sections
from digest.themes.taxonomy import Taxonomy
from tests.themes.shelf import SHIPPED, SMALL, entries, small

THEMES = [theme for theme in SHIPPED.themes if not theme.category]
TITLES = [
    "Cider",
    "A Rose",
    "The Pond",
    "Ice",
    "Cider by the Apple Pond",
    "A Rose for Cider",
    "Pond of Climbing Roses",
    *(next(iter(theme.phrases.values()))[0] for theme in THEMES),
]
CATEGORIES = ["cs.CL", "astro-ph.GA", "astro-ph.SR", "hep-th", "Desserts"]

a_paper = st.builds(
    Paper,
    title=st.sampled_from(TITLES),
    upvotes=st.none() | st.integers(0, 3),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
)


TOPICS = """
[[theme]]
id = "apples"
strong = ["russet"]
[theme.topics]
"Drinks" = ["cider", "juice"]
"Orchards & groves" = ["apple tree"]

[[theme]]
id = "herbs"
group = "garden"
label = "Herbs"
strong = ["thyme"]
"""


def day(*titles: str, filler: int = 0, follow: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """The sections of a day with these titles, and with `filler` further papers on roses."""
    papers = [Paper(title=title, ids=(f"k{n:02}",)) for n, title in enumerate(titles)]
    roses = [Paper(title="A Rose", ids=(f"z{n:02}",)) for n in range(filler)]
    return group(small(SMALL, TOPICS), entries(*papers, *roses), follow)


def shape(sections: tuple[Section, ...]) -> dict[str, int]:
    return {section.theme: len(section.papers) for section in sections}


def labels(sections: tuple[Section, ...]) -> list[str]:
    return [section.label for section in sections]


def test_no_papers_make_no_sections() -> None:
    assert group(SHIPPED, []) == ()


def test_three_papers_make_a_section_of_their_theme() -> None:
    sections = day(*["Cider"] * 3, *["Ponds"] * 4, filler=12)
    assert shape(sections) == {"roses": 12, "apples": 3, "ponds": 4}


def test_the_largest_group_comes_first_its_largest_theme_first_and_categories_last() -> None:
    assert labels(day(*["Cider"] * 3, *["Ponds"] * 4, filler=12)) == ["Roses", "Apples", "Ponds"]
    titles = [*["Cider"] * 3, *["Ponds"] * 9, *["Rose"] * 4]
    assert labels(day(*titles)) == ["Ponds", "Roses", "Apples"]
    quantum = [Paper(title="Ice", ids=(f"q{n}",), categories=("quant-ph",)) for n in range(9)]
    ponds = [Paper(title="Ponds", ids=(f"p{n}",)) for n in range(7)]
    assert labels(group(small(), entries(*quantum, *ponds))) == ["Ponds", "Quantum physics"]


def test_fewer_go_with_the_others_of_their_group_under_its_name() -> None:
    assert shape(day("Cider", "Rose", *["Ponds"] * 17)) == {"ponds": 17, "garden": 2}


def test_what_is_left_of_a_divided_group_goes_by_its_theme_or_says_that_there_is_more() -> None:
    assert shape(day("Cider", "Cider", filler=15)) == {"roses": 15, "apples": 2}
    assert labels(day("Cider", "Thyme", filler=15)) == ["Roses", "More in Garden & orchard"]


def test_up_to_15_papers_are_in_groups_and_a_group_of_one_theme_goes_by_that() -> None:
    assert shape(day("Cider", "Ponds", filler=3)) == {"garden": 4, "ponds": 1}


def test_a_section_too_large_gives_off_its_largest_themes_then_topics_under_their_names() -> None:
    apples = [*["Cider"] * 6, *["Apple Trees"] * 4, "Apple Tree Cider Juice"]
    sections = day(*apples, *["Ponds"] * 4, "Thyme")
    assert labels(sections) == ["Drinks", "Orchards & groves", "Herbs", "Ponds"]
    assert list(shape(sections).items()) == [
        ("apples.drinks", 7),
        ("apples.orchards-groves", 4),
        ("herbs", 1),
        ("ponds", 4),
    ]


def test_what_a_theme_keeps_beside_its_topics_is_called_so() -> None:
    sections = day(*["Cider"] * 6, "Russet", "Apple Trees", *["Ponds"] * 12)
    assert labels(sections) == ["Ponds", "Drinks", "More in Apples"]


def test_a_theme_without_topics_is_split_by_its_strong_phrases() -> None:
    sections = day(*["Climbing Roses"] * 8, filler=12)
    assert labels(sections) == ["Climbing rose", "More in Roses"]


def test_a_section_whose_topics_hold_less_than_a_third_of_it_stays_whole() -> None:
    assert labels(day(*["Climbing Roses"] * 6, filler=14)) == ["Roses"]
    assert labels(day(*["Climbing Roses"] * 7, filler=13)) == ["Climbing rose", "More in Roses"]


def test_followed_groups_and_themes_come_first_and_need_a_single_paper() -> None:
    titles = [*["Ponds"] * 3, "Cider", "Thyme"]
    assert labels(day(*titles, filler=15)) == ["Roses", "More in Garden & orchard", "Ponds"]
    followed = day(*titles, filler=15, follow=("water", "herbs"))
    assert labels(followed) == ["Ponds", "Herbs", "Roses", "Apples"]
    assert labels(day("Cider", "Rose", "Pond", follow=("apples",)))[0] == "Apples"


def test_where_even_groups_are_too_many_the_smallest_are_left_over() -> None:
    codes = ["cs.LG", "stat.ML", "eess.SP", "econ.EM", "q-fin.ST", "q-bio.NC", "math.AG", "hep-th"]
    codes += ["astro-ph.GA", "cond-mat.soft", "nlin.CD"]
    papers = [
        Paper(title="Ice", ids=(f"{code}-{n}",), categories=(code,)) for code in codes for n in "ab"
    ]
    themes = ["Rose", "Pond", "Ice"]
    others = [Paper(title=title, ids=(f"{title}-{n}",)) for title in themes for n in range(4)]
    found = group(small(), entries(*papers, *others))
    assert len(found) == 12
    assert [len(section.papers) for section in found] == [4, 4, *[2] * 9, 8]
    assert found[-1].label == "Also today"


def test_who_follows_many_themes_gets_no_more_sections_and_no_fewer_papers_in_them() -> None:
    papers = [
        Paper(title=next(iter(theme.phrases.values()))[0], ids=(f"{theme.id}-{n}",))
        for theme in THEMES
        for n in range(2)
    ]
    follow = [theme.id for theme in THEMES[:20]]
    found = group(SHIPPED, entries(*papers), follow)
    assert len(found) == 12
    assert [section.theme for section in found[:-1]] == follow[:11]


def test_sections_of_one_name_tell_of_what_they_are_a_part() -> None:
    pears = """
    [[theme]]
    id = "pears"
    group = "water"
    label = "Pears"
    [theme.topics]
    "Drinks" = ["perry"]
    "Quinces" = ["quince"]
    """
    titles = [*["Cider"] * 6, *["Apple Tree"] * 3, *["Perry"] * 6, *["Quince"] * 3]
    papers = [Paper(title=title, ids=(f"k{n:02}",)) for n, title in enumerate(titles)]
    found = labels(group(small(SMALL, TOPICS, pears), entries(*papers)))
    assert found == ["Apples: Drinks", "Orchards & groves", "Pears: Drinks", "Quinces"]


def test_a_section_is_divided_above_27_percent_of_the_day_and_above_5_papers() -> None:
    others = ["Pond"] * 5
    assert labels(day(*["Cider"] * 3, *["Apple Tree"] * 2, *others)) == ["Apples", "Ponds"]
    assert "Drinks" in labels(day(*["Cider"] * 3, *["Apple Tree"] * 3, *others))
    apples = [*["Cider"] * 5, *["Apple Tree"] * 3]
    assert "Drinks" in labels(day(*apples, *["Pond"] * 10, filler=11))
    assert "Drinks" not in labels(day(*apples, *["Pond"] * 10, filler=12))


def test_a_section_is_divided_above_25_papers_however_large_the_day() -> None:
    many = {f"More {n}": 1 for n in range(120)}
    assert "Drinks" not in labels(day(*["Cider"] * 13, *["Apple Tree"] * 12, *many))
    assert "Drinks" in labels(day(*["Cider"] * 13, *["Apple Tree"] * 13, *many))


def test_what_a_reader_is_interested_in_stands_first_in_its_section() -> None:
    papers = [Paper(title=f"Rose {name}", ids=(name,)) for name in "abc"]
    placements = [
        Placement(key=key, paper=paper, sources=sources, evidence=place(small(), paper))
        for key, paper, sources in entries(*papers)
    ]
    [section] = sections(small(), placements, interest=lambda placed: placed.key == "c")
    assert [placed.key for placed in section.papers] == ["c", "a", "b"]


def test_a_day_of_many_themes_keeps_the_largest_and_rolls_up_the_others() -> None:
    phrases = [next(iter(theme.phrases.values()))[0] for theme in THEMES]
    papers = [
        Paper(title=phrase, ids=(f"{n:02}-{copy}",))
        for n, phrase in enumerate(phrases)
        for copy in range(1 + n // 6)
    ]
    found = group(SHIPPED, entries(*papers))
    kept = [section for section in found if section.theme in SHIPPED.places]
    assert len(papers) <= 65
    assert 8 <= len(found) <= 12
    assert min(len(section.papers) for section in kept) >= 4


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
    found = group(small(), entries(*papers))
    assert [(section.theme, section.label, len(section.papers)) for section in found] == [
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
    assert (placed.evidence.theme, section.theme) == ("roses", "roses")


@given(st.lists(a_paper, max_size=60), st.sampled_from([small(), SHIPPED]), st.randoms())
def test_every_paper_is_once_in_at_most_12_sections_whatever_the_order(
    papers: list[Paper], taxonomy: Taxonomy, order: random.Random
) -> None:
    day = [(f"k{number:02}", paper, ("hf",)) for number, paper in enumerate(papers)]
    found = group(taxonomy, day)
    assert sorted(placed.key for section in found for placed in section.papers) == [
        key for key, _, _ in day
    ]
    assert len(found) <= 12
    assert len({section.theme for section in found}) == len(found)
    assert all(section.theme != "also" for section in found[:-1])
    order.shuffle(day)
    assert group(taxonomy, day) == found
