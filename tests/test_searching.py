"""What of a paper counts in a search, what a query asks for, and what goes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Evidence, Placement, Section
from digest.model.papers import Paper
from digest.searching import NAMED, Term, entries, query, score, source_mark, theme_mark, words
from tests.searched import PHRASES, edition_of


def judged(typed: str, paper: Paper) -> int | None:
    """The score of one paper."""
    (entry,) = entries(edition_of(paper))
    return score(query(typed), entry.text)


def test_spellings_of_a_word_are_one() -> None:
    assert words("Łukasz KAISER’s diffusion-models") == ["lukasz", "kaiser", "diffusion", "model"]
    assert words("Erdős Straße ﬁne") == words("erdos STRASSE fine")
    assert words(r"$\alpha$-Divergences") == words("α divergence") == ["alpha", "divergence"]
    assert words(r"Schr\"odinger") == words("Schrodinger")


def test_signs_of_scripts_without_spaces_are_words() -> None:
    assert words("扩散模型 GPT") == ["扩", "散", "模", "型", "gpt"]
    paper = Paper(title="基于扩散模型的生成")
    assert judged("扩散模型", paper)
    assert judged("模型扩散", paper) is None


def test_a_query_is_words_phrases_and_what_is_left_out() -> None:
    assert query('sparse "State of the Art" -graph -"wide net" GPT-4 attent') == (
        (
            Term(("sparse",)),
            Term(("state", "of", "the", "art")),
            Term(("gpt", "4")),
            Term(("attent",), open=True),
        ),
        (Term(("graph",)), Term(("wide", "net"))),
    )
    assert query("“typographic marks” ab") == ((Term(("typographic", "mark")), Term(("ab",))), ())


@given(st.text() | st.lists(st.sampled_from(PHRASES)).map(" ".join))
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    asked = query(typed)
    assert all(term.words for term in (*asked.wanted, *asked.unwanted))
    judged(typed, Paper(title="Sparse attention"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_paper_is_found_by_its_title_in_quotation_marks(title: str, abstract: str) -> None:
    found = words(title)
    phrase = " ".join(found)
    if found and query(f'"{phrase}"').wanted == (Term(tuple(found)),):
        assert judged(f'"{phrase}"', Paper(title=title, abstract=abstract))


@given(st.lists(st.sampled_from(["sparse", "attention", "networks", "-graph"]), max_size=4))
def test_no_paper_is_found_that_lacks_a_word(typed: list[str]) -> None:
    paper = Paper(title="Sparse networks", abstract="We look at graphs.")
    missing = "attention" in typed or "-graph" in typed
    assert (judged(" ".join(typed), paper) is None) == missing


def test_a_title_goes_before_names_and_names_before_an_abstract() -> None:
    title = Paper(title="On transformers today")
    author = Paper(title="On it", authors=("Ann Transformer",))
    keyword = Paper(title="On it", keywords=("transformer",))
    lab = Paper(title="On it", organisation="Transformer Lab")
    abstract = Paper(title="On it", abstract="We train a transformer.")
    found = [judged("transformer", one) for one in (title, author, keyword, lab, abstract)]
    assert found == sorted(found, key=lambda one: -(one or 0))
    assert found[1] == found[2] == found[3]
    assert len(set(found)) == 3


def test_words_side_by_side_and_a_whole_title_go_first() -> None:
    whole = judged("sparse attention", Paper(title="Sparse Attention"))
    beside = judged("sparse attention", Paper(title="Why sparse attention works"))
    apart = judged("sparse attention", Paper(title="Attention that is sparse"))
    told = judged("sparse attention", Paper(title="Nets", abstract="Sparse attention."))
    astray = judged("sparse attention", Paper(title="Nets", abstract="Attention, sparse."))
    found = [whole, beside, apart, told, astray]
    assert None not in found
    assert found == sorted(set(found), reverse=True)  # type: ignore[type-var] # none is None


def test_a_whole_word_goes_before_one_that_only_begins_so() -> None:
    whole = judged("attent", Paper(title="Attent"))
    begun = judged("attent", Paper(title="Attention is near"))
    assert whole
    assert begun
    assert whole > begun
    assert judged("at", Paper(title="Attention")) is None
    assert judged('"attent"', Paper(title="Attention")) is None
    assert judged("attent net", Paper(title="Attention nets")) is None


def test_a_phrase_stands_within_one_field() -> None:
    paper = Paper(title="Sparse", authors=("Attention Jones",), abstract="Wide nets. Deep trees.")
    assert judged('"sparse attention"', paper) is None
    assert judged('"nets deep"', paper)


def test_no_score_reaches_that_of_a_paper_that_is_named() -> None:
    title = " ".join(f"word{number}" for number in range(100))
    points = judged(title, Paper(title=title))
    assert points
    assert points < NAMED


def test_what_is_endless_is_cut() -> None:
    endless = "ab" * 100_000
    paper = Paper(title=endless, abstract="abc " * 100_000, authors=("Ann",))
    (entry,) = entries(edition_of(paper))
    assert len(entry.text) < 100_000
    assert judged(endless, paper)
    assert judged("ann", paper)


@pytest.mark.parametrize("theme", ["vision", "vision.video", "images"])
def test_a_paper_has_the_marks_of_its_themes_and_sources(theme: str) -> None:
    placed = Placement(
        key="a",
        paper=Paper(title="A title"),
        sources=("hf", "My Lab"),
        evidence=Evidence(reason="phrases", theme="images"),
    )
    section = Section(theme="vision.video", label="Video", papers=(placed,))
    (entry,) = entries(edition_of(sections=(section,)))
    marks = entry.tokens.split()
    assert {theme_mark(theme), source_mark("hf"), source_mark("My Lab")} <= set(marks)
