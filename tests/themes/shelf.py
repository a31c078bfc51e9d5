"""What the tests of themes share: the shipped taxonomy, a small one, and papers."""

from __future__ import annotations

from importlib.resources import files

from digest.model.papers import Paper
from digest.themes import BUILTIN, CATEGORIES
from digest.themes.taxonomy import Taxonomy, parse_taxonomy

_FOLDER = files("digest.themes")
ARXIV = (_FOLDER / CATEGORIES).read_text("utf-8")
SHIPPED = parse_taxonomy((_FOLDER / BUILTIN).read_text("utf-8"), "ai", ARXIV)

SMALL = """
archives = ["cs"]

[[group]]
id = "garden"
label = "Garden & orchard"

[[group]]
id = "water"
label = "Water"

[[theme]]
id = "apples"
group = "garden"
label = "Apples"
description = "What grows on an apple tree."
strong = ["apple tree", "cider"]
weak = ["apple", "tree"]
exclude = ["pineapple ring"]

[[theme]]
id = "roses"
group = "garden"
label = "Roses"
strong = ["rose", "climbing rose"]
weak = ["bed"]

[[theme]]
id = "ponds"
group = "water"
label = "Ponds"
strong = ["pond"]
weak = ["tree"]
priority = 0.5
"""


def small(text: str = SMALL) -> Taxonomy:
    return parse_taxonomy(text, "small", ARXIV)


def entries(*papers: Paper) -> list[tuple[str, Paper, tuple[str, ...]]]:
    """Papers as a run hands them over; the first id is the key."""
    return [(paper.ids[0], paper, ("hf",)) for paper in papers]
