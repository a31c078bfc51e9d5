"""What an archive tells of themes that starve, overlap or drift."""

from __future__ import annotations

from digest.themes.learning.health import Drift, Overlap, Starving, drifting, overlapping, starving
from digest.themes.learning.past import Window
from tests.themes.archive import GARDEN, OTHERS, ROSES, garden, paper
from tests.themes.shelf import SMALL, small

ROSE, POND, OTHER = paper(ROSES.format("Age")), paper("A pond"), paper(OTHERS.format("Age"))
# Of the everyday papers, which are of apples, 84 are recent and 216 earlier.


def test_a_theme_starves_with_less_than_a_tenth_of_what_themes_have_on_average() -> None:
    window = garden(*[ROSE] * 4, *[POND] * 2, earlier=[POND] * 7)
    assert starving(GARDEN, window) == (
        Starving(theme="ponds", recent=2, earlier=7, average=(84 + 4 + 2) / 3),
    )
    assert starving(GARDEN, garden(*[ROSE] * 4, *[POND] * 4)) == ()


def test_no_theme_starves_where_all_have_little() -> None:
    few = garden(*[ROSE] * 4)
    assert starving(GARDEN, Window(recent=few.recent[:14], earlier=few.earlier)) == ()
    assert len(starving(GARDEN, Window(recent=few.recent[:15], earlier=few.earlier))) == 2


def test_a_category_never_starves() -> None:
    starved = {one.theme for one in starving(GARDEN, garden())}
    assert starved == {"roses", "ponds"}


def test_themes_overlap_where_one_scores_nearly_as_much_as_the_other() -> None:
    twins = small(
        f'{SMALL}\n[[theme]]\nid = "shrubs"\ngroup = "garden"\nlabel = "Shrubs"\n'
        'strong = ["rose", "climbing rose", "hedge"]\n'
    )
    hedge = paper("A hedge")
    both = garden(*[ROSE] * 4, earlier=[*[ROSE] * 4, *[hedge] * 10], taxonomy=twins)
    assert overlapping(twins, both) == (Overlap(themes=("roses", "shrubs"), near=8, papers=8),)
    assert overlapping(twins, garden(*[ROSE] * 4, taxonomy=twins)) == ()
    assert overlapping(GARDEN, garden(*[ROSE] * 8)) == ()


def test_a_theme_drifts_where_its_share_has_changed_by_more_than_chance() -> None:
    assert drifting(GARDEN, garden(*[ROSE] * 10, earlier=[ROSE] * 2)) == (
        Drift(theme="roses", recent=10, earlier=2),
    )
    assert drifting(GARDEN, garden(earlier=[ROSE] * 40)) == (
        Drift(theme="roses", recent=0, earlier=40),
    )
    assert drifting(GARDEN, garden(*[ROSE] * 10, earlier=[ROSE] * 25)) == ()
    assert drifting(GARDEN, garden(ROSE)) == ()


def test_papers_that_no_theme_claims_drift_too() -> None:
    assert drifting(GARDEN, garden(*[OTHER] * 10, earlier=[OTHER] * 2)) == (
        Drift(theme=None, recent=10, earlier=2),
    )
