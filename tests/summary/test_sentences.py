"""Where sentences end, in any script, and which part of an abstract they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.summary.sentences import sentences


def texts(abstract: str) -> list[str]:
    return [sentence.text for sentence in sentences(abstract)]


@pytest.mark.parametrize(
    "parts",
    [
        ("We study tides.", "They rise!", "Do they fall?"),
        ("Tides, e.g. of the North Sea, i.e. shallow ones, are shown in Fig. 3.", "We model them."),
        ("Tides, i. e. Waters, e. g. North Sea ones, rise.", "We model them."),
        ("Let the i.i.d. Gaussian r.v. X be wet.", "Then the sea is i.i.d.", "We go on."),
        ("We follow Brook et al. (2020), cf. Sec. 2, vs. the rest.", "It works."),
        ("Tides were studied by Brook et al.", "We go on."),
        ("The model of J. P. Brook rises by 3.5 metres.", "It falls by 1.2."),
        ("Let tides act on G.", "We show that G is wet."),
        ("We use GPT-4.", "Results are wet."),
        ("Tides rise ... and fall.", "They rest…", "Then they rise."),
        ('He calls it "a tide."', "(It is none.)", "We agree."),
        ("We follow Brook (J. Tidal Stud. 7(2), 2019) in this.", "It holds.”", "Really."),
        ("It grows by 84 %.", "mRNA levels do not."),
        ("我们研究潮汐。", "它们会上升！", "“它们会下降吗？”", "是的。"),
        ("ندرس المد والجزر.", "هل يرتفع؟", "نعم."),
        ("हम ज्वार का अध्ययन करते हैं।", "वे बढ़ते हैं।"),
        ("Die Flut steigt, vgl. oben.", "Ärger droht."),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(parts: tuple[str, ...]) -> None:
    between = "" if parts[0].endswith("。") else " "
    assert texts(between.join(parts)) == list(parts)


def test_a_sentence_begins_where_its_blank_is_missing() -> None:
    assert texts("Tides are hard.In this paper, we rise.") == [
        "Tides are hard.",
        "In this paper, we rise.",
    ]


@pytest.mark.parametrize(
    ("abstract", "title"),
    [
        ("Tides are hard to foresee.EBB tells when they rise.", "EBB: Reading the Moon"),
        ("Tides are hard to foresee. ebb tells when they rise.", "ebb: Reading the Moon"),
        ("Tides are hard to foresee. δ-ebb tells when they rise.", "δ-ebb: Reading the Moon"),
    ],
)
def test_the_name_before_the_colon_of_a_title_begins_a_sentence(abstract: str, title: str) -> None:
    assert "".join(sentence.text for sentence in sentences(abstract)) == abstract
    assert len(list(sentences(abstract, title))) == 2


def test_such_a_name_begins_none_after_an_abbreviation_or_within_a_word() -> None:
    for abstract in ("Use models, e.g. EBB or others.", "Tides rise.EBBs too."):
        assert [sentence.text for sentence in sentences(abstract, "EBB: Tides")] == [abstract]


def test_a_link_is_no_end() -> None:
    assert texts("See https://tides.example.org/The.html and node.js now. We do.") == [
        "See https://tides.example.org/The.html and node.js now.",
        "We do.",
    ]


@pytest.mark.parametrize(
    "abstract",
    [
        "Background: Tides rise. Methods: We look. Results: They fall. Conclusions: All is wet.",
        "Context. Tides rise. Methods. We look. Results. They fall. Conclusions. All is wet.",
        "BACKGROUND Tides rise. METHODS We look. RESULTS They fall. CONCLUSION All is wet.",
        "Background and scope: Tides rise. Design: We look. Main results: They fall."
        " Significance: All is wet.",
        "Introduction: Tides rise. MethodsWe look. Results They fall. ConclusionsAll is wet.",
    ],
)
def test_headings_tell_the_part_and_belong_to_no_sentence(abstract: str) -> None:
    assert list(sentences(abstract)) == [
        ("Tides rise.", "background"),
        ("We look.", "methods"),
        ("They fall.", "results"),
        ("All is wet.", "conclusions"),
    ]


def test_a_heading_ends_a_sentence_that_has_no_stop() -> None:
    abstract = "Aims: To see how far the tides of our shallow sea rise Results: They rise far."
    assert [part for _, part in sentences(abstract)] == ["aims", "results"]


def test_a_name_that_begins_like_a_heading_is_none() -> None:
    assert texts("DesignBench is wet. ContextCite is not. Results vary.") == [
        "DesignBench is wet.",
        "ContextCite is not.",
        "Results vary.",
    ]


@given(st.text())
def test_sentences_are_pieces_of_the_text_in_order(text: str) -> None:
    at = 0
    for sentence in texts(text):
        at = text.index(sentence, at) + len(sentence)


@given(st.lists(st.text("abcé", min_size=4), min_size=1))
def test_without_headings_nothing_but_blanks_is_lost(words: list[str]) -> None:
    text = " ".join(f"The {word}." for word in words)
    assert " ".join(texts(text)) == text
