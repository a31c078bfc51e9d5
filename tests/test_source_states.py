"""Fresh, waiting, quiet, stale or failed: each told apart, in the report, the mail and status."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.pages import page

MONDAY, SATURDAY = "2026-04-20", "2026-04-18"


def listed(*numbers: int) -> str:
    """A list of Hugging Face with invented papers."""
    rows = [
        {
            "paper": {
                "id": f"2604.{number:05}",
                "title": f"Paper {number} on Tides",
                "summary": "Tides.",
            }
        }
        for number in numbers
    ]
    return json.dumps(rows)


def announced(built: str, *items: tuple[int, str]) -> str:
    """A feed of arXiv's with invented papers, each with its announce type."""
    entries = "".join(
        f"<item><title>Paper {number} on Moss</title><link>https://arxiv.org/abs/2604.1{number}</link>"
        f"<guid isPermaLink='false'>oai:arXiv.org:2604.1{number}v1</guid><pubDate>{built}</pubDate>"
        f"<description>arXiv:2604.1{number}v1 Announce Type: {kind} \nAbstract: Moss.</description>"
        f"<arxiv:announce_type>{kind}</arxiv:announce_type></item>"
        for number, kind in items
    )
    return (
        '<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"><channel>'
        f"<title>cs.CV updates on arXiv.org</title><lastBuildDate>{built}</lastBuildDate>"
        f"<pubDate>{built}</pubDate>{entries}</channel></rss>"
    )


class Site:
    """One site that answers as a test says, as a source of some kind."""

    def __init__(self, server: HTTPServer, home: Home) -> None:
        self.server, self.home = server, home
        self.answers: dict[str, Response] = {}  # by list day, or path
        server.expect_request("/api").respond_with_handler(self._answer)
        server.expect_request("/rss/cs.CV").respond_with_handler(self._answer)
        server.expect_request("/query").respond_with_handler(self._answer)
        server.expect_request("/feed").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        return self.answers.get(request.args.get("date", request.path), Response("[]"))

    def source(self, kind: str) -> None:
        url = self.server.url_for({"huggingface": "/api", "arxiv": "/rss/", "feed": "/feed"}[kind])
        more = f'categories = ["cs.CV"]\napi_url = "{self.server.url_for("/query")}"\n'
        self.home.configure(
            f'[[source]]\nkind = "{kind}"\nname = "one"\nurl = "{url}"\n'
            + (more if kind == "arxiv" else "")
            + '[fetch]\nallow_private = true\n[mail]\nto = ["jane@example.org"]\n'
        )

    def run(self, now: str) -> tuple[str, str, str]:
        """The status of a run, the state of the source, and why."""
        report: dict[str, Any] = self.home.run(now=now)
        told = report["sources"]["one"]
        return report["status"], told["state"], told.get("error") or told.get("reason", "")


@pytest.fixture
def site(tmp_path: Path, httpserver: HTTPServer) -> Site:
    return Site(httpserver, Home(tmp_path / "home"))


def test_an_empty_morning_of_hugging_face_is_waited_for_and_a_week_end_is_not(site: Site) -> None:
    site.source("huggingface")
    waiting = ("waiting", "waiting", f"the list of {MONDAY} is still empty")
    assert site.run(f"{MONDAY}T07:30:00Z") == waiting
    assert site.run(f"{SATURDAY}T07:30:00Z")[:2] == ("quiet", "quiet")
    assert "week-ends" in site.run(f"{SATURDAY}T07:30:00Z")[2]
    site.answers[MONDAY] = Response(listed(1, 2))
    assert site.run(f"{MONDAY}T08:30:00Z") == ("published", "fresh", "")


def test_a_late_paper_of_yesterday_makes_an_edition_that_says_what_is_still_to_come(
    site: Site,
) -> None:
    site.source("huggingface")
    site.answers["2026-04-17"] = Response(listed(1))
    assert site.run(f"{MONDAY}T07:30:00Z")[:2] == ("published", "waiting")
    mail = " ".join(site.home.digest("preview").out.split())
    assert f"one: not out yet: the list of {MONDAY} is still empty" in mail
    assert "waiting" in site.home.digest("status").out


def test_lists_that_failed_for_long_are_all_read_though_other_sources_had_news(site: Site) -> None:
    site.source("huggingface")
    pages = site.home.folder / "pages"
    pages.mkdir()
    more = '[[source]]\nkind = "saved-page"\npath = "pages"\n'
    site.home.configure(site.home.config.read_text() + more)
    site.run("2026-04-10T07:30:00Z")
    for day in range(11, 19):
        site.answers[f"2026-04-{day}"] = Response(status=404)
    for day in range(11, 19):
        (pages / f"{day}.txt").write_text(page(day))
        assert site.run(f"2026-04-{day}T07:30:00Z")[:2] == ("published", "failed")
    for day in range(11, 19):
        site.answers[f"2026-04-{day}"] = Response(listed(day))
    site.run("2026-04-20T07:30:00Z")
    keys = site.home.keys()
    assert {key for key in keys if "arxiv" in key} == {
        f"arxiv:2604.000{day}" for day in range(11, 19)
    }


def test_the_states_of_arxivs_week_are_told_apart(site: Site) -> None:
    site.source("arxiv")
    feed = "/rss/cs.CV"
    site.answers[feed] = Response(announced("Fri, 17 Apr 2026 00:00:00 -0400", (1, "new")))
    site.answers["/query"] = Response(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        "<title>arXiv Query</title><o:totalResults>0</o:totalResults></feed>"
    )
    assert site.run("2026-04-17T07:30:00Z") == ("published", "fresh", "")
    site.answers[feed] = Response(announced("Sat, 18 Apr 2026 00:00:00 -0400"))
    assert "week-ends" in site.run(f"{SATURDAY}T12:00:00Z")[2]
    site.answers[feed] = Response(announced("Fri, 17 Apr 2026 00:00:00 -0400", (1, "new")))
    early = site.run(f"{MONDAY}T05:00:00Z")
    assert early[:2] == ("waiting", "waiting")
    assert "cs.CV is not out yet" in early[2]
    late = site.run(f"{MONDAY}T14:00:00Z")
    assert late[:2] == ("waiting", "stale")
    assert "is as it was" in late[2]
    site.answers[feed] = Response(announced("Mon, 20 Apr 2026 00:00:00 -0400", (1, "new")))
    again = site.run(f"{MONDAY}T15:00:00Z")
    assert again[:2] == ("waiting", "stale")
    assert "what it calls new was known before" in again[2]
    site.answers[feed] = Response(announced("Mon, 20 Apr 2026 00:00:00 -0400"))
    assert site.run(f"{MONDAY}T16:00:00Z")[:2] == ("quiet", "quiet")
    site.answers[feed] = Response(announced("Mon, 20 Apr 2026 00:00:00 -0400", (2, "new")))
    assert site.run(f"{MONDAY}T17:00:00Z") == ("published", "fresh", "")


def test_a_holiday_of_arxivs_is_no_missing_announcement(site: Site) -> None:
    site.source("arxiv")
    site.answers["/rss/cs.CV"] = Response(announced("Fri, 27 Nov 2026 00:00:00 -0500"))
    status, state, reason = site.run("2026-11-27T15:00:00Z")
    assert (status, state) == ("quiet", "quiet")
    assert "holiday" in reason


def test_a_feed_that_repeats_its_batch_under_a_new_date_is_stale(site: Site) -> None:
    site.source("feed")
    site.answers["/feed"] = Response(announced("Fri, 17 Apr 2026 04:00:00 GMT", (1, "new")))
    assert site.run("2026-04-17T07:30:00Z")[1] == "fresh"
    site.answers["/feed"] = Response(announced("Mon, 20 Apr 2026 04:00:00 GMT", (1, "new")))
    status, state, reason = site.run(f"{MONDAY}T07:30:00Z")
    assert (status, state) == ("waiting", "stale")
    assert MONDAY in reason


ERROR_ENTRY = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title><entry>'
    "<id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>"
    "<summary>incorrect id format for abc</summary></entry></feed>"
)
NO_CATEGORY = (
    '<rss version="2.0"><channel><title>Feed error for query: cs.XX</title></channel></rss>'
)
PAGE = "<!doctype html><title>Log in</title><form>password</form>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response(PAGE, content_type="text/html"), "expected RSS, Atom or JSON Feed, found"),
        (Response(ERROR_ENTRY), "incorrect id format for abc"),
        (Response(NO_CATEGORY), "Feed error for query: cs.XX"),
        (Response(NO_CATEGORY, status=400), "HTTP 400"),
        (Response(""), "found nothing"),
        (Response(status=404), "HTTP 404"),
    ],
    ids=["page", "error entry", "feed error", "feed error with 400", "empty", "404"],
)
@pytest.mark.parametrize("kind", ["feed", "arxiv"])
def test_an_error_in_whatever_disguise_is_a_failure_that_is_named(
    site: Site, kind: str, answer: Response, said: str
) -> None:
    site.source(kind)
    site.answers["/feed"] = site.answers["/rss/cs.CV"] = answer
    status, state, reason = site.run(f"{MONDAY}T14:00:00Z")
    assert (status, state) == ("quiet", "failed")
    assert said in reason
    assert "failed" in site.home.digest("status").out


def test_sources_of_different_hosts_are_asked_at_once(tmp_path: Path) -> None:
    """Each answers only when the other has been asked, too."""
    meeting = threading.Barrier(2, timeout=20)

    def answer(request: Request) -> Response:
        meeting.wait()
        return Response(announced("Mon, 20 Apr 2026 04:00:00 GMT", (int(request.args["n"]), "new")))

    with HTTPServer() as one, HTTPServer() as other:
        sources = ""
        for number, server in enumerate((one, other)):
            server.expect_request("/feed").respond_with_handler(answer)
            url = server.url_for(f"/feed?n={number}")
            sources += f'[[source]]\nkind = "feed"\nname = "s{number}"\nurl = "{url}"\n'
        home = Home(tmp_path / "home").configure(sources + "[fetch]\nallow_private = true\n")
        assert home.run(now=f"{MONDAY}T07:30:00Z")["new"] == 2


@pytest.mark.parametrize(
    "point",
    [
        "after-commit",
        *(
            pytest.param(point, marks=pytest.mark.slow)
            for point in ("after-gather", "before-commit", "mid-archive")
        ),
    ],
)
def test_lists_of_past_days_come_once_after_a_death_and_a_failure(site: Site, point: str) -> None:
    site.source("huggingface")
    site.home.config.write_text(
        site.home.config.read_text().replace("[fetch]", "look_back_days = 0\n[fetch]")
    )
    for number, day in enumerate(("2026-04-20", "2026-04-21", "2026-04-22", "2026-04-23")):
        site.answers[day] = Response(listed(number, 10 + number))
    tuesday = site.answers["2026-04-21"]
    site.run("2026-04-20T07:30:00Z")
    died = site.home.process("run", now="2026-04-21T07:30:00Z", DIGEST_FAILPOINT=point)
    assert died.code == -9
    site.answers["2026-04-21"] = Response(status=404)
    site.run("2026-04-22T07:30:00Z")
    site.answers["2026-04-21"] = tuesday
    site.run("2026-04-23T07:30:00Z")
    shown = [0, 1, 2, 3, 10, 11, 12, 13]
    assert sorted(site.home.keys()) == [f"arxiv:2604.{number:05}" for number in shown]
