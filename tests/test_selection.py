"""What a reader gets of an edition, by what they prefer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Edition, Evidence, Placement, Revision, Section
from digest.model.papers import Paper
from digest.model.readers import Preferences
from digest.selection import PINNED, selected
from tests.render.specimen import EDITION

GROUPS = {"agents": "ai", "vision": "ai", "cells": "bio"}
TITLES = {
    "a": "Graph Neural Networks for Text-to-Image Agents",
    "b": "A Study of C++ Compilers",
    "c": "Vitamin C at Sea",
    "d": "Seeing in the Dark",
    "e": "Cells That Divide",
    "f": "Anything Else",
}
PAPERS = {
    key: Paper(title=title, abstract="Of no matter.", authors=("Ada Quill", "Bo Reed"))
    for key, title in TITLES.items()
}


def placed(key: str, theme: str | None) -> Placement:
    evidence = Evidence(reason="phrases" if theme else "none", theme=theme)
    return Placement(key=key, paper=PAPERS[key], sources=("hf",), evidence=evidence)


def section(theme: str, *papers: Placement) -> Section:
    return Section(theme=theme, label=theme.title(), papers=papers)


DAY = replace(
    EDITION,
    sections=(
        section("agents", placed("a", "agents"), placed("b", "agents")),
        section("agents.memory", placed("c", "agents")),
        section("ai", placed("d", "vision")),
        section("also", placed("e", "cells"), placed("f", None)),
    ),
    revisions=(Revision(key="x", title="An Old Agent", version=2),),
)


def keys(edition: Edition | None) -> str:
    """The keys of an edition's papers, its sections parted by spaces; "" where there is none."""
    sections = edition.sections if edition else ()
    return " ".join("".join(one.key for one in section.papers) for section in sections)


def got(edition: Edition = DAY, **preferences: tuple[str, ...]) -> str:
    return keys(selected(edition, Preferences(**preferences), GROUPS))  # type: ignore[arg-type]


def test_who_prefers_nothing_gets_the_edition_itself() -> None:
    assert selected(DAY, Preferences(), GROUPS) is DAY
    assert selected(DAY, Preferences(cap=3), GROUPS) is DAY


@pytest.mark.parametrize(
    ("wanted", "unwanted", "kept"),
    [
        (["agents"], [], "ab c"),
        (["agents.memory"], [], "c"),
        (["ai"], [], "ab c d"),
        (["vision"], [], "d"),
        (["cells"], [], "e"),
        (["bio"], [], "e"),
        (["also"], [], "ef"),
        ([], ["agents"], "d ef"),
        ([], ["ai", "bio"], "f"),
        (["ai"], ["agents.memory"], "ab d"),
        (["agents"], ["ai"], "ab c"),
        (["agents"], ["agents"], ""),
        (["gone"], [], ""),
    ],
)
def test_the_most_specific_word_on_a_paper_decides(
    wanted: list[str], unwanted: list[str], kept: str
) -> None:
    assert got(wanted=tuple(wanted), unwanted=tuple(unwanted)) == kept


def test_an_edition_goes_by_what_it_says_itself_where_the_taxonomy_has_changed() -> None:
    assert keys(selected(DAY, Preferences(wanted=("ai",)))) == "d"
    assert keys(selected(DAY, Preferences(unwanted=("agents",)))) == "d ef"


@pytest.mark.parametrize(
    ("keyword", "kept"),
    [
        ("graph neural network", "a b c d ef"),
        ("GRAPH  Neural networks", "a b c d ef"),
        ("text to image", "a b c d ef"),
        ("neural graph", "ab c d ef"),
        ("net", "ab c d ef"),
        ("C++", "b a c d ef"),
        ("vitamin C", "c ab d ef"),
        ("matter", "abcdef"),
        ("--", "ab c d ef"),
    ],
)
def test_a_paper_with_a_keyword_comes_first_and_all_else_after_it(keyword: str, kept: str) -> None:
    assert got(keywords=(keyword,)) == kept


def test_what_is_pinned_has_a_section_of_its_own_and_tells_why() -> None:
    edition = selected(DAY, Preferences(keywords=("cell", "divide"), authors=("B. Reed",)), GROUPS)
    assert edition
    first, *others = edition.sections
    assert (first.theme, first.label, first.followed) == (
        PINNED,
        "Your keywords and authors",
        True,
    )
    evidence = {one.key: one.evidence for one in first.papers}
    assert not others
    assert [match.phrase for match in evidence["e"].matches] == ["cell", "divide", "Bo Reed"]
    assert (evidence["e"].reason, evidence["a"].reason) == ("keyword", "author")
    assert evidence["e"].theme == "cells"


def test_no_theme_keeps_away_what_is_pinned() -> None:
    assert got(wanted=("vision",), keywords=("cells",)) == "e d"
    assert got(unwanted=("bio", "ai"), keywords=("cells",)) == "e f"
    assert got(wanted=("gone",), authors=("Quill",)) == "abcdef"


def test_formulae_are_read_as_they_are_shown() -> None:
    paper = Paper(title=r"The $\alpha$-Divergence of Poincar\'e")
    odd = replace(DAY, sections=(section("x", replace(placed("f", "x"), paper=paper)),))
    for keyword in ("α-divergence", "Poincaré", "poincare"):
        edition = selected(odd, Preferences(keywords=(keyword,)))
        assert edition
        assert edition.sections[0].theme == PINNED


SAME = [
    ("Yann LeCun", "LeCun, Yann"),
    ("Yann LeCun", "Y. LeCun"),
    ("Y LeCun", "Yann A. LeCun"),
    ("yann lecun", "Yann LECUN"),
    ("yann lecun", "Y. A. LeCun"),
    ("LeCun", "Yann LeCun"),
    ("van der Maaten", "Laurens van der Maaten"),
    ("Laurens van der Maaten", "van der Maaten, L."),
    ("Jean-Baptiste Alayrac", "J.-B. Alayrac"),
    ("Bjorn Ommer", r"Bj\"orn Ommer"),
    ("Rafael Gomez-Bombarelli", "R. Gómez-Bombarelli"),
    ("Martin Luther King", "King, Martin Luther, Jr."),
    ("Pat O'Brien", "Pat O’Brien"),
]
OTHERS = [
    ("Yann LeCun", "Yves LeCun"),
    ("Yann A. LeCun", "Yann B. LeCun"),
    ("Yann LeCun", "Yann LeCunt"),
    ("Yann LeCun", "LeCun Yann Smith"),
    ("Yann LeCun", "LeCun"),
    ("Hinton", "Hinton Smith"),
    ("van der Maaten", "Laurens Maaten"),
    ("Adam Roberts", "Adam Robert"),
    ("Wei Li", "Xiao Wei Li"),
    ("--", "Ada Quill"),
]


@pytest.mark.parametrize(("asked", "written"), SAME + OTHERS)
def test_an_author_is_known_by_surname_and_initials(asked: str, written: str) -> None:
    paper = replace(PAPERS["f"], authors=("Eve Umber", written))
    day = replace(DAY, sections=(section("x", replace(placed("f", "x"), paper=paper)),))
    edition = selected(day, Preferences(authors=(asked,)))
    assert edition
    assert (edition.sections[0].theme == PINNED) is ((asked, written) in SAME)


def test_revisions_stay_unless_the_reader_named_what_they_want() -> None:
    def told(edition: Edition = DAY, **preferences: tuple[str, ...]) -> int:
        found = selected(edition, Preferences(**preferences), GROUPS)  # type: ignore[arg-type]
        assert found
        return len(found.revisions)

    assert told(unwanted=("agents",)) == 1
    assert told(wanted=("agents",)) == 0
    assert told(wanted=("agents",), keywords=("old agent",)) == 1
    known = replace(DAY, revisions=(Revision(key="c", title="Vitamin C at Sea", version=2),))
    assert told(known, wanted=("agents",)) == 1
    assert told(known, wanted=("vision",)) == 0
    assert told(known, unwanted=("agents",)) == 0


IDS = st.sampled_from(["agents", "agents.memory", "vision", "cells", "ai", "bio", "also", PINNED])
WORDS = st.sampled_from(["graph", "cells", "C++", "see", "matter of", "nothing", ""])
NAMES = st.sampled_from(["Quill", "B. Reed", "Eve Umber", "", ","])
ANY = st.builds(
    Preferences,
    wanted=st.lists(IDS, max_size=3).map(tuple),
    unwanted=st.lists(IDS, max_size=3).map(tuple),
    keywords=st.lists(WORDS, max_size=3).map(tuple),
    authors=st.lists(NAMES, max_size=2).map(tuple),
    cap=st.integers(0, 3),
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Any of the papers in any sections, each once."""
    left = draw(st.permutations([*PAPERS]))
    found = []
    for theme in draw(st.lists(IDS, min_size=1, max_size=4, unique=True)):
        taken = draw(st.integers(0, len(left)))
        own = [placed(key, draw(st.none() | IDS)) for key in left[:taken]]
        left = left[taken:]
        found.append(section(theme, *own))
    return replace(DAY, sections=tuple(one for one in found if one.papers))


def papers(edition: Edition | None) -> Iterator[Placement]:
    for one in edition.sections if edition else ():
        yield from one.papers


@given(editions(), ANY)
def test_a_selection_is_some_of_the_edition_each_once_and_in_its_order(
    edition: Edition, preferences: Preferences
) -> None:
    chosen = selected(edition, preferences, GROUPS)
    found = [one.key for one in papers(chosen)]
    order = [one.key for one in papers(edition)]
    assert len(found) == len(set(found))
    assert set(found) <= set(order)
    for part in chosen.sections if chosen else ():
        assert part.papers
        places = [order.index(one.key) for one in part.papers]
        assert places == sorted(places)
    rest = [one.key for part in (chosen.sections if chosen else ())[1:] for one in part.papers]
    assert [key for key in order if key in rest] == rest


@given(editions(), ANY)
def test_to_select_again_changes_nothing(edition: Edition, preferences: Preferences) -> None:
    once = selected(edition, preferences, GROUPS)
    if once:
        assert selected(once, preferences, GROUPS) == once


@given(editions(), ANY)
def test_what_is_pinned_is_there_whatever_the_themes(
    edition: Edition, preferences: Preferences
) -> None:
    pins = replace(preferences, wanted=(), unwanted=())
    alone = selected(edition, pins, GROUPS)
    if alone and alone is not edition and alone.sections[0].label.startswith("Your"):
        chosen = selected(edition, preferences, GROUPS)
        assert chosen
        assert chosen.sections[0] == alone.sections[0]


@given(editions(), ANY)
def test_a_paper_is_left_out_for_its_themes_alone(
    edition: Edition, preferences: Preferences
) -> None:
    if not (preferences.wanted or preferences.unwanted):
        assert len(list(papers(selected(edition, preferences, GROUPS)))) == len(
            list(papers(edition))
        )
