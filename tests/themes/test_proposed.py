"""Proposals as TOML: it is read as it stands, and with its new themes uncommented."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.papers import Paper
from digest.themes.layers import taxonomy_of
from digest.themes.learning.proposals import propose
from digest.themes.learning.proposed import toml
from digest.themes.tables import Layer
from digest.themes.taxonomy import Taxonomy
from tests.themes.archive import APPLES, GARDEN, OTHERS, ROSES, garden, paper
from tests.themes.shelf import HERBS, NAMES, SMALL, small

APPLE = [paper(APPLES.format("Cold frames"))] * 5
SPREAD = [paper(OTHERS.format("Dry stones"))] * 5


def printed(*papers: Paper, taxonomy: Taxonomy = GARDEN) -> str:
    window = garden(*papers, taxonomy=taxonomy)
    return "\n".join(toml(taxonomy, window, propose(taxonomy, window)))


def accepted(text: str, below: str = SMALL) -> Taxonomy:
    return taxonomy_of((Layer("small", below), Layer("mine.toml", text, own=True)), NAMES)


def uncommented(text: str) -> str:
    """With the first "# " of each line of the new themes taken away, as the text says."""
    before, spread, after = text.partition("for a theme of its own.\n")
    new, blank, rest = after.partition("\n\n")
    return before + spread + re.sub("^# ?", "", new, flags=re.MULTILINE) + blank + rest


def test_a_phrase_is_added_to_its_theme_with_its_papers_as_comments() -> None:
    text = printed(*APPLE)
    assert tomllib.loads(text) == {"theme": [{"id": "apples", "strong": ["Cold frames"]}]}
    assert "# in 5 papers (5.6%), before in 0 (0.0%):" in text
    assert text.count("#   Cold frames, and an apple tree (k") == 3
    theme = accepted(text).themes[0]
    assert (theme.id, theme.label) == ("apples", "Apples")
    assert {"Cold frames", "cider"} <= {phrase for phrase, _ in theme.phrases.values()}


def test_a_theme_of_its_own_is_offered_as_a_comment() -> None:
    roses = [paper(ROSES.format("Dry stones"))]
    text = printed(*APPLE, *SPREAD, *roses)
    assert [theme["id"] for theme in tomllib.loads(text)["theme"]] == ["apples"]
    offered = tomllib.loads(uncommented(text))["theme"][1]
    assert offered == {
        "id": "dry-stone",
        "group": "garden",
        "label": "Dry stones",
        "strong": ["Dry stones"],
    }
    assert accepted(uncommented(text)).labels["dry-stone"] == "Dry stones"


def test_a_theme_of_no_group_comes_with_one() -> None:
    taxonomy = accepted(uncommented(printed(*SPREAD)))
    assert taxonomy.parents["dry-stone"] == "new-themes"


def test_the_id_of_a_new_theme_is_free() -> None:
    named = f'{SMALL}\n[[group]]\nid = "dry-stone"\nlabel = "Stones"\n'
    text = uncommented(printed(*SPREAD, taxonomy=small(named)))
    assert "dry-stone-2" in accepted(text, named).labels


def test_what_is_printed_can_take_the_place_of_the_users_file() -> None:
    mine = small(SMALL, HERBS)
    herbs = [paper("Cold frames, and thyme")] * 5
    stones = [*SPREAD, paper("Dry stones, and thyme")]
    for papers in ([*herbs, *stones], stones):
        text = printed(*papers, taxonomy=mine)
        accepted(text)
        assert accepted(uncommented(text)).labels["kitchen"] == "Kitchen"


def test_health_is_told_in_words() -> None:
    text = printed(*[paper(ROSES.format("Age"))] * 20)
    assert "No phrase that the taxonomy lacks" in text
    assert "\n#   Ponds (ponds): 0 papers where a theme has 35 on average; 0 before" in text
    assert "\n#   Roses (roses): 19.2% of the papers, before 0.0%" in text


signs = st.text() | st.sampled_from(["Cold frames", "\\", '"', "'''", "#", "\x7f", "\u2028", "é"])
odd = st.lists(signs, min_size=1, max_size=4).map(" ".join)


@pytest.mark.slow
@given(odd, odd)
def test_whatever_titles_say_is_printed_as_toml(title: str, abstract: str) -> None:
    text = printed(*[paper(f"Cold frames {title}", abstract)] * 5, *APPLE[:2])
    accepted(text)
    accepted(uncommented(text))
