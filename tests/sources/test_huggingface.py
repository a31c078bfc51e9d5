"""Hugging Face Daily Papers: which days are asked for, and what a row becomes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.errors import ParseError
from digest.model.papers import Paper
from digest.model.replies import Reply
from tests.sources.replies import DAILY, hugging_face, parse, parsed, requests

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


def row(**paper: Any) -> dict[str, Any]:
    """A row as the site has sent it since 2025."""
    inner = {
        "id": "2603.01234",
        "title": "Tidal Memory for Agents",
        "summary": "We study memory.",
        "authors": [{"name": "Ada Ebb", "hidden": False}],
        "publishedAt": "2026-03-02T00:00:00.000Z",
        "upvotes": 12,
    }
    return {"paper": inner | paper, "numComments": 3, "title": "Tidal Memory\nfor Agents"}


def one(value: Any) -> Paper:
    (paper,) = parse(hugging_face(), json.dumps([value]))
    return paper


def asked(day: str, now: dt.datetime = NOON, **settings: Any) -> list[str]:
    found = requests(hugging_face(**settings), dt.date.fromisoformat(day), now)
    for request in found:
        assert request.day
        assert parse_qs(urlsplit(request.url).query)["date"] == [request.day.isoformat()]
    return [str(request.day) for request in found]


def test_the_day_and_the_days_before_it_are_asked_for_oldest_first() -> None:
    assert asked("2026-03-04") == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert asked("2026-03-04", look_back_days=0) == ["2026-03-04"]


def test_a_day_that_has_not_begun_in_utc_is_never_asked_for() -> None:
    """East of Greenwich the newsletter's day begins earlier; the site would answer 400."""
    before_midnight = dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC)
    assert asked("2026-03-04", before_midnight) == ["2026-03-01", "2026-03-02", "2026-03-03"]
    in_tokyo = before_midnight.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert asked("2026-03-04", in_tokyo)[-1] == "2026-03-03"
    assert asked("2026-03-04", before_midnight, look_back_days=0) == []


def test_an_existing_query_is_kept() -> None:
    source = hugging_face(url="https://example.org/api?key=a%26b&date=old", look_back_days=0)
    (request,) = requests(source, dt.date(2026, 3, 4), NOON)
    query = parse_qs(urlsplit(request.url).query)
    assert query == {"limit": ["100"], "key": ["a&b"], "date": ["2026-03-04"]}


def test_a_full_row_fills_every_field_that_the_site_tells() -> None:
    full = row(
        githubRepo="https://github.com/example/tides",
        projectPage=" https://example.org/tides",
        ai_keywords=["memory", "long\ncontext", ""],
        organization={"name": "ebb-lab", "fullname": "Ebb Lab"},
    ) | {"thumbnail": "https://example.org/t.png"}
    assert one(full) == Paper(
        title="Tidal Memory for Agents",
        abstract="We study memory.",
        authors=("Ada Ebb",),
        organisation="Ebb Lab",
        ids=("2603.01234",),
        url="https://arxiv.org/abs/2603.01234",
        pdf="https://arxiv.org/pdf/2603.01234",
        code="https://github.com/example/tides",
        project="https://example.org/tides",
        discussion="https://huggingface.co/papers/2603.01234",
        thumbnail="https://example.org/t.png",
        upvotes=12,
        comments=3,
        published=dt.date(2026, 3, 2),
        keywords=("memory", "long context"),
    )


def test_a_field_counts_on_the_row_as_on_its_paper() -> None:
    """The site moved fields between the two over the years."""
    outer = {
        "paper": {"id": "2406.00001", "title": "  "},
        "title": "Ebb\n  and Flow",
        "summary": "Outer words.",
        "upvotes": 4,
        "githubRepo": "https://github.com/example/ebb",
        "organization": {"name": "ebb-lab"},
        "mediaUrl": "https://example.org/film.mp4",
        "mediaUrls": ["https://example.org/film.mp4", "https://example.org/picture.PNG"],
    }
    paper = one(outer)
    assert (paper.title, paper.abstract, paper.upvotes) == ("Ebb and Flow", "Outer words.", 4)
    assert (paper.code, paper.organisation) == ("https://github.com/example/ebb", "ebb-lab")
    assert paper.thumbnail == "https://example.org/picture.PNG"
    assert one({"id": "2406.00001", "title": "No nesting"}).ids == ("2406.00001",)


def test_no_upvotes_is_a_number_and_an_unknown_number_is_none() -> None:
    assert one(row(upvotes=0)).upvotes == 0
    for unknown in (None, -1, "many", True, 10**30, 1.5):
        assert one(row(upvotes=unknown)).upvotes is None


def test_a_title_of_zero_is_a_title() -> None:
    assert one(row(title="0")).title == "0"


def test_an_author_hidden_from_a_profile_stays_an_author() -> None:
    people = [{"name": "Ada Ebb", "hidden": True}, {"name": "Bo\nFlow"}, {"name": ""}, "odd", None]
    assert one(row(authors=people)).authors == ("Ada Ebb", "Bo Flow")


def test_a_version_stays_in_the_id_and_out_of_the_links() -> None:
    paper = one(row(id="2603.01234v2"))
    assert paper.ids == ("2603.01234v2",)
    assert paper.url == "https://arxiv.org/abs/2603.01234"
    assert paper.discussion == "https://huggingface.co/papers/2603.01234"


def test_an_id_that_is_not_arxivs_makes_no_links() -> None:
    paper = one(row(id="../login?next=x"))
    assert paper.ids == ("../login?next=x",)
    assert (paper.url, paper.pdf, paper.discussion) == (None, None, None)


def test_a_row_without_a_title_is_shown_by_what_else_it_tells() -> None:
    long = " ".join(f"word{number}" for number in range(20))
    assert one({"paper": {"id": "2603.1", "summary": "Few words."}}).title == "Few words."
    assert one({"paper": {"summary": long}}).title.endswith("word11 …")
    assert one({"paper": {"id": "2603.01234"}}).title == "2603.01234"


def test_one_broken_row_spoils_no_other() -> None:
    rows = [None, "text", {"paper": []}, row(), {"paper": {"authors": 3, "title": "Odd"}}]
    papers = parse(hugging_face(), json.dumps(rows))
    assert [paper.title for paper in papers] == ["Tidal Memory for Agents", "Odd"]


def test_a_week_end_is_an_empty_list() -> None:
    assert list(parse(hugging_face(), "[]")) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("<html><body>Log in</body></html>", "<html>"),
        ("", "nothing"),
        ('{"error": "Invalid date"}', "Invalid date"),
        ('{"papers": []}', "papers"),
        ('["{\'paper\': 1}", "x"]', "type str"),
        ("[{}, {}]", "2 rows"),
        ("[" * 100_000, "JSON list"),
        (b"\xff\xfe\xfd", "JSON list"),
        ("null", "null"),
    ],
)
def test_a_body_that_is_no_list_of_papers_is_refused_by_name(body: bytes | str, named: str) -> None:
    with pytest.raises(ParseError, match=named):
        parse(hugging_face(), body)


def test_a_full_page_leads_to_the_next() -> None:
    (asked_for,) = requests(hugging_face(look_back_days=0), dt.date(2026, 3, 4), NOON)
    full = [row(id=f"2603.{number:05}") for number in range(100)]
    for number in (1, 2):
        body = json.dumps(full).encode()
        listing = hugging_face().parse(Reply(request=asked_for, url=asked_for.url, body=body))
        assert len(listing.papers) == 100
        (following,) = listing.more
        assert following.url == f"{DAILY}?limit=100&date=2026-03-04&p={number}"
        assert (following.day, following.fills) == (asked_for.day, asked_for.fills)
        asked_for = following
    assert parsed(hugging_face(), json.dumps(full[1:])).more == ()


def test_a_pause_longer_than_the_look_back_is_looked_back_over() -> None:
    monday = dt.date(2026, 3, 9)
    later = NOON + dt.timedelta(days=7)
    found = requests(hugging_face(), monday, later, dt.date(2026, 3, 2))
    assert [request.day for request in found] == [dt.date(2026, 3, day) for day in range(2, 10)]
    assert len(requests(hugging_face(), monday, later, dt.date(2020, 1, 1))) == 32
