"""What the tests of themes share: the shipped taxonomy, a small one, and papers."""

from __future__ import annotations

from importlib.resources import files

from digest.model.papers import Paper
from digest.taxonomies import shipped
from digest.themes.layers import taxonomy_of
from digest.themes.tables import Layer
from digest.themes.taxonomy import Taxonomy

ARXIV = files("digest.themes").joinpath("names", "arxiv.toml").read_text("utf-8")
NAMES = (Layer("arxiv", ARXIV),)
SHIPPED = shipped("ai")

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

HERBS = """
[[group]]
id = "kitchen"
label = "Kitchen"
[[theme]]
id = "herbs"
group = "kitchen"
label = "Herbs"
strong = ["thyme"]
"""


def small(text: str = SMALL, *own: str) -> Taxonomy:
    """The taxonomy of a text, under layers of the user's own."""
    mine = (Layer("mine.toml", layer, own=True) for layer in own)
    return taxonomy_of((Layer("small", text), *mine), NAMES)


def entries(*papers: Paper) -> list[tuple[str, Paper, tuple[str, ...]]]:
    """Papers as a run hands them over; the first id is the key."""
    return [(paper.ids[0], paper, ("hf",)) for paper in papers]
