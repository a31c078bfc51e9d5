"""[summary]: what can be set, and what is told where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.folder import HF, SECRET, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_nothing_is_asked_of_anybody_unless_it_is_set(folder: Folder) -> None:
    summary = folder.load(HF).summary
    assert (summary.endpoint, summary.key) == ("", "")
    assert (summary.max_papers, summary.max_seconds, summary.max_tokens) == (50, 60, 100_000)


def test_every_key_can_be_set(folder: Folder) -> None:
    summary = folder.load(
        f"""{HF}
        [summary]
        endpoint = "http://localhost:11434/v1/"
        model = "llama3.2:3b"
        language = "German"
        max_papers = 5
        max_seconds = 600
        max_tokens = 1000
        """,
        DIGEST_SUMMARY__KEY=SECRET,
    ).summary
    assert summary == ("http://localhost:11434/v1", "llama3.2:3b", "German", SECRET, 5, 600, 1000)
    assert SECRET not in repr(summary)


def test_the_key_is_read_from_a_file_and_the_environment_wins(folder: Folder) -> None:
    (folder.path / "key").write_text(f"{SECRET}\n")
    settings = f'{HF}[summary]\nkey_file = "key"\n'
    assert folder.load(settings).summary.key == SECRET
    assert folder.load(settings, DIGEST_SUMMARY__KEY="other").summary.key == "other"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('endpoint = "http://x/v1"', "summary.endpoint: needs a model; name it as summary.model"),
        (
            f'key = "{SECRET}"',
            "summary.key: does not belong in this file; set DIGEST_SUMMARY__KEY or key_file",
        ),
        (
            'endpoint = "localhost:11434"\nmodel = "m"',
            'summary.endpoint: must be an address such as "https://example.org"',
        ),
        (
            f'endpoint = "https://me:{SECRET}@example.org/v1"\nmodel = "m"',
            "summary.endpoint: must be the bare address of a site, without log-in, ? and #",
        ),
        ("max_seconds = 0", "summary.max_seconds: must be a number of seconds from 1 to 3600"),
        ("max_papers = 0", "summary.max_papers: must be at least 1"),
        ("max_tokens = 0", "summary.max_tokens: must be at least 1"),
        ("tokens = 1", "summary.tokens: there is no such key; did you mean max_tokens?"),
    ],
)
def test_a_mistake_is_told_in_one_line(folder: Folder, text: str, problem: str) -> None:
    assert folder.problems(f"{HF}[summary]\n{text}\n") == [problem]


def test_an_endpoint_of_the_environment_needs_a_model_too(folder: Folder) -> None:
    assert folder.problems(HF, DIGEST_SUMMARY__ENDPOINT="http://localhost/v1") == [
        "DIGEST_SUMMARY__ENDPOINT: needs a model; name it as summary.model"
    ]


@pytest.mark.parametrize("key", [f"{SECRET} x", f"{SECRET}\r\nHost: evil", f"{SECRET}ü"])
def test_a_key_that_no_header_can_hold_is_refused_and_not_repeated(
    folder: Folder, key: str
) -> None:
    [problem] = folder.problems(HF, DIGEST_SUMMARY__KEY=key)
    assert problem.startswith("DIGEST_SUMMARY__KEY: is no key")
    assert SECRET not in problem
