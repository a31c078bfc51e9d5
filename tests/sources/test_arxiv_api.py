"""arXiv's API: what its pages become, and where they lead."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import ParseError, Partial
from digest.identity import keys_of
from digest.model.replies import Listing, Pace, Request
from tests.sources.announcements import (
    CS_CV,
    arxiv,
    entry,
    numbers,
    page,
    query,
    read,
    search,
)
from tests.sources.replies import version_of


def test_a_page_leads_to_the_next_until_all_are_there() -> None:
    first = read(arxiv(), page(entry("2604.00001v1"), entry("2604.00002v1"), total=3), search())
    assert numbers(first) == ["arxiv:2604.00001", "arxiv:2604.00002"]
    (following,) = first.more
    assert query(following.url) == query(search(start=2).url)
    assert (following.fills, following.pace) == (CS_CV, Pace("arxiv", 3.0))
    last = read(arxiv(), page(entry("2604.00003v1"), total=3), following)
    assert (numbers(last), last.more) == (["arxiv:2604.00003"], ())


def test_an_entry_becomes_a_paper_with_its_links() -> None:
    (paper,) = read(arxiv(), page(entry("hep-th/9901001v3"), total=1), search()).papers
    assert (paper.title, paper.abstract) == ("Paper hep-th/9901001v3", "Text.")
    assert keys_of(paper)[:2] == ("arxiv:hep-th/9901001", "doi:10.1234/hep-th/9901001v3")
    assert version_of(paper) == 3
    assert paper.url == "https://arxiv.org/abs/hep-th/9901001"
    assert paper.published == dt.date(2026, 4, 20)


@pytest.mark.parametrize(
    ("include", "expected"),
    [(("new",), [1, 3]), (("cross",), [2]), (("new", "cross"), [1, 2, 3])],
)
def test_the_primary_category_tells_new_from_cross(
    include: tuple[str, ...], expected: list[int]
) -> None:
    body = page(entry("2604.00001v1"), entry("2604.00002v1", "cs.LG"),
                entry("2604.00003v1", "cs.NA"), total=3)  # fmt: skip
    listing = read(arxiv("cs.CV", "math.NA", include=include), body, search(size=200))
    assert numbers(listing) == [f"arxiv:2604.0000{number}" for number in expected]


@pytest.mark.parametrize("entries", [[], [entry("2604.00003v1")]])
def test_a_page_shorter_than_it_should_be_is_partial(entries: list[str]) -> None:
    with pytest.raises(Partial, match=f"after {2 + len(entries)} of 9 papers") as told:
        read(arxiv(), page(*entries, total=9), search(start=2))
    assert len(told.value.listing.papers) == len(entries)


def test_a_page_that_breaks_off_is_partial() -> None:
    body = page(entry("2604.00001v1"), entry("2604.00002v1"), total=2)
    with pytest.raises(Partial, match="after 1 of 2 papers"):
        read(arxiv(), body[:-60], search())


def test_an_error_of_the_api_is_told_in_its_words() -> None:
    error = (
        "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        "<summary>incorrect date format</summary></entry>"
    )
    with pytest.raises(ParseError, match="incorrect date format"):
        read(arxiv(), page(error, total=1), search())
    with pytest.raises(ParseError, match="incorrect date format"):
        read(arxiv(), page(error.replace("/api/errors", "/oops"), total=1), search())


@pytest.mark.parametrize("name", ["id", "title", "summary"])
def test_of_what_is_no_paper_not_all_is_told(name: str) -> None:
    with pytest.raises(ParseError, match="which is no paper") as told:
        read(arxiv(), page(f"<entry><{name}>{'x' * 5000}</{name}></entry>", total=1), search())
    assert len(str(told.value)) < 300


def test_a_reply_that_tells_no_total_is_no_page() -> None:
    with pytest.raises(ParseError, match="api_url"):
        read(arxiv(), page(entry("2604.00001v1")), search())


def test_a_day_without_results_is_an_empty_page() -> None:
    request = replace(search(), fills=None)
    assert read(arxiv(), page(total=0), request) == Listing()


def test_days_to_catch_up_with_without_results_are_asked_again() -> None:
    with pytest.raises(Partial, match="asked again next time"):
        read(arxiv(), page(total=0), search())


@pytest.mark.recorded
def test_every_recorded_answer_of_the_api_is_read(recorded: Path) -> None:
    counts = {}
    for file in sorted((recorded / "arxiv_api").glob("*.json")):
        answer = json.loads(file.read_text())
        request = Request(url=answer["url"])
        if answer["status_code"] == 400:
            with pytest.raises(ParseError, match="incorrect id format for abc"):
                read(arxiv(), answer["body"], request)
            continue
        listing = read(arxiv(), answer["body"], request)
        asked, more = query(request.url), [query(one.url) for one in listing.more]
        counts[file.name.rsplit("_", 1)[0]] = len(listing.papers)
        assert all(paper.title and paper.authors and paper.url for paper in listing.papers)
        if asked.get("search_query"):
            following = int(asked["start"]) + len(listing.papers)
            assert more == [asked | {"start": str(following)}]
        else:
            assert not more
    assert counts == {
        "id_0000.0000_s0_m100": 0, "id_0808.05394_1707.08567_s0_m100": 1,
        "id_1605.08386_s0_m100": 1, "id_1707.08567_s0_m100": 1,
        "id_quant-ph_0201082v1_s0_m100": 1, "q_testing_s0_m100": 100, "q_testing_s0_m10": 10,
        "q_testing_s0_m15": 15, "q_testing_s10_m10": 10, "q_testing_s20_m10": 10,
        "q_testing_s5_m10": 10, "q_testing_s9_m15": 15,
    }  # fmt: skip
