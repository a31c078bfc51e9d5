"""What `digest themes check` remarks on: right, but of no use."""

from __future__ import annotations

import pytest

from tests.cli.orchard import ORCHARD, configured, remarks, with_themes
from tests.home import Home
from tests.pages import page

MONDAY = "2026-01-05T07:30:00Z"


def test_a_check_remarks_on_what_is_right_but_of_no_use(home: Home) -> None:
    more = """
[[group]]
id = "cellar"
label = "Cellar"
[[theme]]
id = "juices"
group = "orchard"
label = "apples"
strong = ["apple juice"]
[[theme]]
id = "leaves"
group = "orchard"
label = "Leaves"
weak = ["leaf", "twig"]
"""
    assert remarks(with_themes(home, ORCHARD + more)) == [
        "group.cellar: has no theme",
        "theme.juices: has the same label as theme.apples",
        "theme.juices: all its phrases are theme.apples's too and weigh no less there: that"
        " gets each paper both may claim that has another of its phrases",
        "theme.leaves: a paper with each of its phrases in title and abstract scores 8, and 9 are"
        " needed: it will hardly claim any",
    ]


@pytest.mark.parametrize("narrow", ['core = ["cider"]', 'strong = ["cider"]\npriority = 1.1'])
def test_a_theme_that_weighs_the_phrases_of_another_more_has_papers_of_its_own(
    home: Home, narrow: str
) -> None:
    for more, remarked in ((narrow, 0), ('core = ["cider", "pear"]', 0), ('weak = ["cider"]', 2)):
        theme = f'[[theme]]\nid = "drinks"\ngroup = "orchard"\nlabel = "Drinks"\n{more}\n'
        assert len(remarks(with_themes(home, ORCHARD + theme))) == remarked


def test_of_themes_that_are_alike_the_later_one_gets_a_remark(home: Home) -> None:
    twin = '[[theme]]\nid = "a-pear"\ngroup = "orchard"\nlabel = "Pears"\nstrong = ["pear"]\n'
    twins = ORCHARD + twin + 'weak = ["tree"]\npriority = 0.5\n'
    assert [remark.partition(":")[0] for remark in remarks(with_themes(home, twins))] == [
        "theme.a-pear",
        "theme.a-pear",
    ]


def test_a_check_tries_the_themes_on_the_papers_of_the_archive(home: Home) -> None:
    (home.folder / "pages" / "1.txt").write_text(page(*range(60)))
    home.run(now=MONDAY)
    studies = ORCHARD.replace('"cider", "apple tree"', '"cider", "study"')
    assert remarks(with_themes(home, studies)) == [
        "theme.apples: 'study' stands in 100% of the last 60 papers: make it weak, or take a"
        " longer phrase",
        "theme.pears: claims none of the last 60 papers",
    ]
    assert remarks(configured(home, "")) == []
