"""arXiv's announcements on recorded real days: every paper once, none lost over a gap (G1, G2)."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.conftest import Replay
from tests.home import Home
from tests.test_recorded_days import HUGGING_FACE, INTRANET, days, listed, morning

pytestmark = pytest.mark.recorded

ARXIV = """
[[source]]
kind = "arxiv"
url = "{url}/{form}/"
api_url = "{api}"
categories = ["cs.CV"]
"""
FIRST, LAST = "2026-04-17", "2026-04-27"
WEEK_ENDS = ("2026-04-18", "2026-04-19", "2026-04-25", "2026-04-26")


def newsletter(
    folder: Path, replay: Replay, *, form: str = "rss", api: str = "", more: str = ""
) -> Home:
    arxiv = ARXIV.format(url=replay.url, form=form, api=api or f"{replay.url}/api/query")
    return Home(folder / "home").configure(arxiv + more + INTRANET)


def announced(recorded: Path, day: str, *kinds: str) -> list[dict[str, Any]]:
    """The papers that cs.CV announced on a day as of these kinds."""
    file = recorded / "arxiv_announce" / "cs.CV" / f"{day}.json.gz"
    papers = json.loads(gzip.decompress(file.read_bytes()))["papers"]
    return [paper for paper in papers if paper["announce_type"] in kinds]


def news(recorded: Path, *days: str) -> set[str]:
    return keys([paper for day in days for paper in announced(recorded, day, "new", "cross")])


def keys(papers: list[dict[str, Any]]) -> set[str]:
    return {f"arxiv:{paper['arxiv_id']}" for paper in papers}


@pytest.mark.slow
def test_eleven_days_give_every_new_and_cross_paper_once(
    tmp_path: Path, recorded: Path, replay: Replay
) -> None:
    home = newsletter(tmp_path, replay)
    seen: set[str] = set()
    revised: set[str] = set()  # every replacement is rebuilt as a second version
    for day in days(FIRST, LAST):
        report: dict[str, Any] = morning(home, replay, day)
        source = report["sources"]["arxiv"]
        fresh = news(recorded, day) - seen
        assert report["new"] == len(fresh), day
        assert source["state"] == ("quiet" if day in WEEK_ENDS else "fresh"), source
        if day in WEEK_ENDS:
            assert "week-ends" in source["reason"]
        again = keys(announced(recorded, day, "replace", "replace-cross")) & seen - revised
        assert report["revised"] == len(again)
        revised |= again
        seen |= fresh
    assert Counter(home.keys()) == Counter(seen)
    assert len(seen) == 944
    assert len(revised) > 40


def test_atom_gives_what_rss_gives(tmp_path: Path, recorded: Path, replay: Replay) -> None:
    home = newsletter(tmp_path, replay, form="atom")
    new = [morning(home, replay, day)["new"] for day in days(FIRST, "2026-04-18")]
    assert new == [114, 0]
    assert Counter(home.keys()) == Counter(news(recorded, FIRST))


class Api:
    """An API that knows the papers of some days, in pages as asked for, or without the last."""

    def __init__(self, papers: list[dict[str, Any]]) -> None:
        self.papers = papers
        self.asked: list[str] = []
        self.short = False

    def answer(self, request: Request) -> Response:
        self.asked.append(request.args["search_query"])
        start = int(request.args["start"])
        page = self.papers[start : start + int(request.args["max_results"])]
        entries = "" if self.short and start else "".join(map(entry, page))
        return Response(
            '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
            ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>arXiv Query</title>'
            f"<opensearch:totalResults>{len(self.papers)}</opensearch:totalResults>{entries}</feed>",
            content_type="application/atom+xml",
        )


def entry(paper: dict[str, Any]) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    return (
        f"<entry><id>http://arxiv.org/abs/{paper['arxiv_id']}v1</id>"
        f"<title>{escape(paper['title'])}</title><summary>{escape(paper['abstract'])}</summary>"
        f'<arxiv:primary_category term="{paper["primary_category"]}"/>{authors}</entry>'
    )


@pytest.mark.parametrize(
    "short",
    [
        pytest.param(False, id="whole"),
        pytest.param(True, id="whole only the next day", marks=pytest.mark.slow),
    ],
)
def test_two_days_left_out_come_from_the_api(
    tmp_path: Path, recorded: Path, replay: Replay, httpserver: HTTPServer, *, short: bool
) -> None:
    left_out = ("2026-04-22", "2026-04-23")
    api = Api([one for day in left_out for one in announced(recorded, day, "new", "cross")])
    httpserver.expect_request("/api/query").respond_with_handler(api.answer)
    home = newsletter(tmp_path, replay, api=httpserver.url_for("/api/query"))
    morning(home, replay, "2026-04-21")
    api.short = short
    friday: dict[str, Any] = morning(home, replay, "2026-04-24")
    assert friday["sources"]["arxiv"]["state"] == ("failed" if short else "fresh")
    api.short = False
    monday: dict[str, Any] = morning(home, replay, "2026-04-27")
    assert monday["sources"]["arxiv"]["state"] == "fresh"
    assert Counter(home.keys()) == Counter(
        news(recorded, "2026-04-21", *left_out, "2026-04-24", "2026-04-27")
    )
    assert len(api.asked) == (4 if short else 2)
    assert re.search(r"cat:cs\.CV\) .*\[202604131800 TO 202604221800\]", api.asked[0])


def test_papers_that_hugging_face_has_too_come_once_with_the_fields_of_both(
    tmp_path: Path, recorded: Path, replay: Replay
) -> None:
    home = newsletter(tmp_path, replay, more=HUGGING_FACE.format(url=replay.url))
    for day in days("2026-04-20", "2026-04-24"):
        morning(home, replay, day)
    week = list(days("2026-04-20", "2026-04-24"))
    both = listed(recorded, "2026-04-17", "2026-04-24")
    assert Counter(home.keys()) == Counter(
        news(recorded, *week) | {f"arxiv:{number}" for number in both}
    )
    shared = [
        placed
        for edition in home.editions()
        for section in edition["sections"]
        for placed in section["papers"]
        if placed["sources"] == ["arxiv", "hf"]
    ]
    assert shared
    for placed in shared:
        paper = placed["paper"]
        assert "cs.CV" in paper["categories"]
        assert paper["upvotes"] is not None
        assert paper["pdf"] == f"https://arxiv.org/pdf/{placed['key'].removeprefix('arxiv:')}"
