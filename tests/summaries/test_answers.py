"""What of a model's words is shown: one line of plain text of bearable length, or nothing."""

from __future__ import annotations

import json
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.machine_summary import LONGEST, Answer, answer, fingerprint, question
from digest.model.papers import Paper
from tests.summaries.model import TEXT, completion

ASKED = question(Paper(title="T", abstract="A" * 4000), "m", "")


def read(reply: dict[str, Any]) -> Answer:
    return answer(ASKED, json.dumps(reply).encode())


def shown(text: object, **choice: Any) -> str:
    return read(completion(text, **choice)).text


def test_a_plain_sentence_is_shown_as_it_is_and_its_tokens_are_counted() -> None:
    assert read(completion(TEXT, tokens=77)) == Answer(TEXT, 77)


@pytest.mark.parametrize("usage", [{}, {"usage": None}, {"usage": {"total_tokens": 0}}])
def test_where_no_tokens_are_counted_four_characters_are_one(usage: dict[str, Any]) -> None:
    silent, spoken = completion("") | usage, completion("word " * 800) | usage
    if not usage:
        del silent["usage"], spoken["usage"]
    assert read(silent).tokens in range(1_101, 1_300)  # 4,000 characters, and our own
    assert read(spoken).tokens - read(silent).tokens == 1000
    assert answer(ASKED, b"no answer at all").tokens > 1100


def test_thoughts_that_a_server_sets_apart_are_counted_too() -> None:
    reply = completion(TEXT, message={"content": TEXT, "reasoning_content": "Hm, " * 1000})
    del reply["usage"]
    assert read(reply).text == TEXT
    assert read(reply).tokens > 2100


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("  The model\n\nworks   well\tenough. ", "The model works well enough."),
        ("**The model** works *well* `enough` for __us__.", "The model works well enough for us."),
        ("## Result\nThe model works well.", "Result The model works well."),
        ("- The model works.\n- It is small.", "The model works. It is small."),
        ("1. The model works.\n2) It is small.", "The model works. It is small."),
        ("```text\nThe model works well.\n```", "The model works well."),
        ("> The model works well enough.", "The model works well enough."),
        ("The [model](https://evil.example/x) works well.", "The model works well."),
        ("The ![model](http://evil.example/x.png) works well.", "The model works well."),
        ("<p>The <b>model</b> works &amp; is small.</p>", "The model works & is small."),
        ("<script>alert(1)</script>The model works well.", "The model works well."),
        ("All of the code is at https://evil.example/a?b=c now.", "All of the code is at now."),
        ("All of the code is at github.com/someone/thing now.", "All of the code is at now."),
        ("The code is at www.evil.example for now.", "The code is at for now."),
        ("<think>Hm, https.</think>\n\nThe model works well.", "The model works well."),
        ("Hm, https.\n</think>\n\nThe model works well.", "The model works well."),
        ("Hm</think>, no.\n</think>The model works well.", "The model works well."),
        ("<think>\n\n</think>\n\nThe model works well.", "The model works well."),
        ("Summary: The model works well enough.", "The model works well enough."),
        ("**TL;DR:** The model works well enough.", "The model works well enough."),
        ("Here is a summary of the paper: The model works well.", "The model works well."),
        ("Here's the summary: The model works well.", "The model works well."),
        ("Sure! Here's the summary:\n\nThe model works well.", "The model works well."),
        ("Of course. Here is a summary:\nThe model works well.", "The model works well."),
        ("Okay, here are two sentences: The model works well.", "The model works well."),
        ('"The model works well enough."', "The model works well enough."),
        ("„Das Modell arbeitet gut genug.“", "Das Modell arbeitet gut genug."),
        ("The model works\x00 well\x1b[31m\u202e enough.", "The model works well[31m enough."),
        (
            "该模型在所有任务上都优于以前的方法，而且要小得多。",
            "该模型在所有任务上都优于以前的方法，而且要小得多。",
        ),
    ],
)
def test_markup_and_wrapping_are_taken_off(said: str, text: str) -> None:
    assert shown(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "A* search and D* search both find it, at a * b steps.",
        "For $x<y$ and x_1 + y_2 > 3, R&D spends p < 0.05 of it.",
        "The snake_case_name and other_names stay what they are.",
        'It says "no" first, and then "yes".',
        "Accuracy rises by 1.5/2.0 points and/or more (Pass@1).",
        'We call it e.g. "thing".',
        "In 3 of 4 cases [1] it is better (see there).",
        "I show that this cannot be done in polynomial time.",
        "As an AI safety method, it is cheaper than all others.",
        "Unfortunately, the bound cannot be improved any further.",
        "Here we show that the bound is tight: it is met.",
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, but I can't summarise this paper.",
        "I’m sorry, I can’t assist with that request.",
        "Sorry, but I can't help with that, whatever it is.",
        "Unfortunately, I am unable to summarise this abstract.",
        "I cannot help with this request, as it is harmful.",
        "I am not able to provide a summary of this text.",
        "As an AI language model, I have no access to papers.",
        "As an AI, I don't have opinions on such matters.",
        '"I apologize, but the abstract is not complete."',
        "<think>It is harmful.</think>I can't help with that.",
    ],
)
def test_a_refusal_is_no_summary(said: str) -> None:
    assert shown(said) == ""


@pytest.mark.parametrize("begun", ["", "<think>", "Hm.</think>\n<think>"])
def test_a_thought_that_a_limit_ended_is_no_summary(begun: str) -> None:
    thought = "Let me see. The paper is about a model that works well. " * 100
    assert shown(begun + thought, finish_reason="length") == ""


def test_a_book_is_cut_after_a_sentence() -> None:
    text = shown("This is a sentence of forty-two characters. " * 10_000)
    assert len(text) <= LONGEST
    assert text.endswith("characters.")


def test_a_sentence_without_an_end_is_cut_after_a_word() -> None:
    text = shown("word " * 10_000)
    assert len(text) <= LONGEST
    assert text.endswith("word…")


def test_words_without_blanks_are_cut_all_the_same() -> None:
    assert len(shown("x" * 10_000)) == LONGEST
    assert shown("这是一个句子。" * 200).endswith("。")


def test_an_answer_that_the_limit_cut_off_ends_with_its_last_whole_sentence() -> None:
    said = "The model works well, and it is much smaller than all the others were, so that it fits"
    long = f"{said} into a watch. It also runs. And what is more, it"
    assert shown(long, finish_reason="length") == f"{said} into a watch. It also runs."
    assert shown(said, finish_reason="length") == f"{said.removesuffix(' fits')}…"


@given(st.text(st.characters(exclude_categories=[]), max_size=400), st.sampled_from(["", "length"]))
def test_whatever_is_said_is_one_line_that_is_not_too_long(said: str, reason: str) -> None:
    text = shown(said + " and so on, for a while.", finish_reason=reason)
    assert len(text) <= LONGEST
    assert text == " ".join(text.split())
    kinds = {unicodedata.category(character) for character in text}
    assert not kinds & {"Cc", "Cs"}
    assert "://" not in text


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_an_answer(body: bytes) -> None:
    assert isinstance(answer(ASKED, body), Answer)


@pytest.mark.parametrize(
    "piece",
    [
        "*a ",
        "[a](",
        "<a ",
        "_a_",
        "a.a",
        "://",
        "<think>",
        "</think>",
        "`",
        "a",
        "- ",
        "# ",
        "\n> ",
        "…",
    ],
)
def test_no_answer_takes_long_to_read(piece: str) -> None:
    began = time.perf_counter()
    shown(piece * (900_000 // len(piece)))
    assert time.perf_counter() - began < 3


def test_a_question_is_bounded_and_stays_one_line_a_text() -> None:
    paper = Paper(title="A\nTitle: other " * 1000, abstract="B\nAbstract: other " * 10_000)
    user = question(paper, "m", "")["messages"][1]["content"]
    assert len(user) < 6000
    assert len(user.splitlines()) == 2


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_asked_otherwise_has_another_fingerprint(one: str, other: str) -> None:
    def asked(abstract: str) -> str:
        return fingerprint(question(Paper(title="T", abstract=abstract), "m", ""))

    same = question(Paper(title="T", abstract=one), "m", "") == question(
        Paper(title="T", abstract=other), "m", ""
    )
    assert (asked(one) == asked(other)) == same
