"""The shipped sample shows what daily lists do, and names nobody and no place that exists."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest

DATES = ("2026-03-02", "2026-03-03", "2026-03-04")
SAMPLE = files("digest.sample")
DAYS: list[list[dict[str, Any]]] = [
    json.loads(SAMPLE.joinpath(f"{date}.json").read_bytes()) for date in DATES
]
ENTRIES = [entry for day in DAYS for entry in day]
PAPERS = [entry["paper"] for entry in ENTRIES]
SETS = [{entry["paper"]["id"].partition("v")[0] for entry in day} for day in DAYS]


def texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_the_sample_is_three_days_and_nothing_else() -> None:
    shipped = {file.name for file in SAMPLE.iterdir() if file.name.endswith(".json")}
    assert shipped == {f"{date}.json" for date in DATES}


def test_a_day_holds_about_25_papers_each_once() -> None:
    assert [len(day) for day in DAYS] == [26, 27, 26]
    assert [len(ids) for ids in SETS] == [26, 27, 26]


def test_seventy_papers_are_distinct_in_id_title_and_abstract() -> None:
    first, second, third = SETS
    assert len(first | second | third) == 70
    assert len({paper["title"] for paper in PAPERS}) == 70
    assert len({paper["summary"] for paper in PAPERS}) == 70 + 1  # the revised one has two


def test_papers_return_the_next_day_and_after_an_absence() -> None:
    first, second, third = SETS
    assert len(first & second) == 5
    assert len(second & third - first) == 3
    assert len(first & third - second) == 1


def test_one_paper_is_revised() -> None:
    revised = [paper["id"] for paper in PAPERS if "v" in paper["id"]]
    assert revised == ["2603.90007v1", "2603.90007v2"]


def test_votes_and_comments_of_a_repeat_have_grown() -> None:
    for earlier, later in ((DAYS[0], DAYS[1]), (DAYS[1], DAYS[2]), (DAYS[0], DAYS[2])):
        before = {entry["paper"]["discussionId"]: entry for entry in earlier}
        for entry in later:
            old = before.get(entry["paper"]["discussionId"], entry)
            if old is not entry:
                assert entry["paper"]["upvotes"] > old["paper"]["upvotes"]
                assert entry["numComments"] > old["numComments"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["paper"]["id"])
def test_an_entry_has_what_the_api_always_gives(entry: dict[str, Any]) -> None:
    paper = entry["paper"]
    assert re.fullmatch(r"2603\.900\d\d(v[12])?", paper["id"])
    assert entry["title"] == paper["title"]
    assert entry["summary"] == paper["summary"]
    assert entry["publishedAt"] == paper["publishedAt"]
    assert paper["submittedOnDailyAt"][:10] in DATES
    assert paper["publishedAt"] < paper["submittedOnDailyAt"]
    assert paper["upvotes"] >= 0
    assert entry["numComments"] >= 0
    assert all(author["name"] and "hidden" in author for author in paper["authors"])
    assert 3 <= len(re.findall(r"[.?!](?=\s|$)", paper["summary"])) <= 6


def test_what_the_api_may_leave_out_is_sometimes_there_and_sometimes_not() -> None:
    for key in ("organization", "ai_keywords", "githubRepo", "projectPage"):
        assert 0 < sum(key in paper for paper in PAPERS) < len(PAPERS)
    for key in ("thumbnail", "submittedBy", "organization"):
        assert 0 < sum(key in entry for entry in ENTRIES) < len(ENTRIES)
    assert any("organization" not in paper and "ai_keywords" not in paper for paper in PAPERS)


def test_authors_are_one_many_and_once_hidden() -> None:
    counts = [len(paper["authors"]) for paper in PAPERS]
    assert (min(counts), max(counts)) == (1, 120)
    assert sum(author["hidden"] for paper in PAPERS for author in paper["authors"]) == 1
    for paper in PAPERS:
        names = [author["name"] for author in paper["authors"]]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("LaTeX in a title", r"title: .*\$2\^\{-k\}\$"),
        ("LaTeX in an abstract", r"summary: .*\\mathcal\{O\}"),
        ("an inequality that looks like a tag", r"title: .*\$x<y\$"),
        ("a tag that is none", r"title: .*<image>"),
        ("an ampersand", r"title: .*R&D"),
        ("a line break in a title", r"title: .*\n"),
        ("a very short title", r"title: Go$"),
        ("quotation marks", r'summary: .*"'),
        ("an apostrophe", r"title: .*'"),
        ("Japanese", r"summary: .*[\u3040-\u30ff]"),
        ("Arabic", r"summary: .*[\u0600-\u06ff]"),
        ("an emoji", r"title: .*\U0001f3b5"),
        ("guillemets", r"title: .*«"),
    ],
)
def test_odd_text_is_there(what: str, pattern: str) -> None:
    lines = [f"{key}: {paper[key]}" for paper in PAPERS for key in ("title", "summary")]
    assert any(re.match(pattern, line) for line in lines), what


def test_a_paper_without_any_vote_is_there() -> None:
    assert any(paper["upvotes"] == 0 for paper in PAPERS)


def test_every_link_goes_to_a_place_reserved_for_examples() -> None:
    links = [text for text in texts(ENTRIES) if "://" in text]
    assert len(links) > 50
    for link in links:
        parts = urlsplit(link)
        assert parts.scheme == "https"
        is_example = parts.netloc in {"example.org", "example.com"}
        assert is_example or link.startswith("https://github.com/example/")


def test_no_address_of_anybody_is_in_it() -> None:
    assert not [text for text in texts(ENTRIES) if re.search(r"\w@(?!\d)\w", text)]
