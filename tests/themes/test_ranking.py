"""What the commands for writers of themes tell of a text is what its papers would get."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.model.papers import Paper
from digest.themes.match import place
from digest.themes.ranking import ranking
from tests.themes.shelf import HERBS, SHIPPED, SMALL, small

WORDS = ["cider", "thyme", "rose", "pond", "apple", "tree", "bed", "ring", "agent", "robot"]


@given(st.lists(st.sampled_from(WORDS)), st.sampled_from(["small", "own", "shipped"]))
def test_the_ranking_is_the_one_papers_are_placed_by(words: list[str], which: str) -> None:
    taxonomy = {"small": small(), "own": small(SMALL, HERBS), "shipped": SHIPPED}[which]
    for categories in ((), ("cs.CL",), ("hep-th",)):
        paper = Paper(title=" ".join(words), categories=categories)
        found, evidence = ranking(taxonomy, paper), place(taxonomy, paper)
        if evidence.reason == "phrases":
            assert (evidence.theme, evidence.score) == (found[0].theme.id, found[0].score)
            assert evidence.matches == found[0].matches
            second = found[1].theme.id if len(found) > 1 else None
            assert evidence.runner_up == second
