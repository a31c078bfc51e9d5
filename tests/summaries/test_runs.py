"""Machine-written summaries in the daily run: asked once, kept, frozen, and never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from digest.document import thaw
from tests.home import Home
from tests.pages import page
from tests.store.databases import postgresql_server, postgresql_url
from tests.summaries.conftest import SAMPLE_DAY, Configure
from tests.summaries.model import TEXT, Model, abstract_of, completion, saying

__all__ = ["postgresql_server", "postgresql_url"]  # fixtures

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-01-06T07:30:00Z"
KEY = "sk-hunter2-and-more"


def run(home: Home, *arguments: str, now: str = MONDAY) -> dict[str, Any]:
    return home.run("--no-deliver", *arguments, now=now)


def summaries(home: Home, number: int = -1) -> list[str]:
    """The summaries of an edition, in the order of its papers; those that have none are empty."""
    sections = home.editions()[number]["sections"]
    return [placed["summary"] for section in sections for placed in section["papers"]]


def test_each_paper_gets_a_summary_marked_with_its_model(summarised: Home) -> None:
    report = run(summarised)
    assert report["summaries"] == {"written": 3, "cached": 0, "left_out": 0}
    assert summaries(summarised) == [TEXT] * 3
    assert summarised.editions()[0]["summarised_by"] == "tiny-1"


def test_without_an_endpoint_nothing_is_summarised_and_nothing_told(home: Home) -> None:
    assert "summaries" not in run(home)
    assert summaries(home) == [""] * 3
    assert home.editions()[0]["summarised_by"] == ""


def test_a_run_tells_what_was_written_in_one_line(summarised: Home) -> None:
    answer = summarised.digest("run", "--no-deliver", now=MONDAY)
    assert (answer.code, answer.err) == (0, "")
    assert "  summaries: 3 written\n" in answer.out


def test_v_tells_each_summary(summarised: Home) -> None:
    answer = summarised.digest("-v", "run", "--no-deliver", now=MONDAY)
    assert "tiny-1: summary 3 of 3\n" in answer.err


def test_only_new_papers_are_asked_about(summarised: Home, model: Model) -> None:
    run(summarised)
    (summarised.folder / "pages" / "2.txt").write_text(page(3, 4))
    report = run(summarised, now=TUESDAY)
    assert (report["summaries"]["written"], len(model.asked)) == (1, 4)


def test_a_run_without_news_asks_nothing(summarised: Home, model: Model) -> None:
    run(summarised)
    assert "summaries" not in run(summarised)
    assert "summaries" not in run(summarised, now=TUESDAY)
    assert len(model.asked) == 3


def test_a_dry_run_spends_nothing(summarised: Home, model: Model) -> None:
    assert summarised.run("--dry-run", now=MONDAY)["new"] == 3
    assert model.asked == []


def test_a_backfill_spends_nothing(sampled: Home, model: Model) -> None:
    days = ("--from", "2026-03-02", "--to", "2026-03-02")
    answer = sampled.digest("backfill", *days, now=SAMPLE_DAY)
    assert "2026-03-02: 26 new papers" in answer.out
    assert model.asked == []


def test_another_newsletter_of_the_store_pays_nothing_for_the_same_papers(
    summarised: Home, model: Model
) -> None:
    run(summarised)
    other = Home(summarised.folder)
    other.config = other.folder / "other.toml"
    other.configure(
        '[newsletter]\nslug = "other"\n[archive]\npath = "other"\n' + summarised.config.read_text()
    )
    report = run(other)
    assert report["summaries"] == {"written": 0, "cached": 3, "left_out": 0}
    assert len(model.asked) == 3


def test_what_a_dead_run_paid_for_is_kept(summarised: Home, model: Model) -> None:
    died = summarised.process("run", "--no-deliver", now=MONDAY, DIGEST_FAILPOINT="after-summary:2")
    assert (died.code, summarised.editions()) == (-9, [])
    told = run(summarised)["summaries"]
    assert (told["cached"], told["written"]) == (2, 1)
    assert summaries(summarised) == [TEXT] * 3


def test_an_edition_keeps_its_summaries_whatever_is_configured_later(
    summarised: Home, configure: Configure, model: Model
) -> None:
    run(summarised)
    before = summarised.digest("preview", "--format", "json").out
    model.say = saying(completion("Something else altogether, said by another model."))
    configure(model.url, model="other-2")
    run(summarised)
    assert summarised.digest("preview", "--format", "json").out == before


def test_an_edition_from_before_summaries_is_still_read(home: Home) -> None:
    run(home)
    [document] = home.editions()
    del document["summarised_by"]
    for section in document["sections"]:
        for placed in section["papers"]:
            del placed["summary"]
    edition = thaw(json.dumps(document).encode()).edition
    assert edition.summarised_by == ""
    assert [placed.summary for one in edition.sections for placed in one.papers] == [""] * 3


def test_a_run_without_news_loads_nothing_of_all_this(summarised: Home) -> None:
    run(summarised)
    program = (
        "import sys\n"
        "from digest.cli.main import main\n"
        f"main(['--config', {str(summarised.config)!r}, '--now', {TUESDAY!r}, 'run'])\n"
        "names = ('digest.edition.summaries', 'digest.machine_summary', 'digest.fetch.endpoint')\n"
        "print([name for name in names if name in sys.modules])"
    )
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert child.stdout.splitlines()[0] == "nothing new"
    assert child.stdout.splitlines()[-1] == "[]"


def test_no_paper_is_asked_about_of_which_only_the_title_is_known(
    configure: Configure, model: Model, httpserver: HTTPServer
) -> None:
    item = {"id": "1", "title": "A Title and Nothing Else", "url": "https://example.org/1"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Lab", "items": [item]}
    httpserver.expect_request("/feed.json").respond_with_json(feed)
    source = f'[[source]]\nkind = "feed"\nurl = "{httpserver.url_for("/feed.json")}"\n'
    home = configure(model.url, sources=source)
    report = run(home)
    assert (report["new"], report["summaries"]["left_out"], model.asked) == (1, 0, [])


def test_summaries_are_the_same_on_postgresql(
    summarised: Home, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, model: Model
) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", postgresql_url)
    died = summarised.process("run", "--no-deliver", now=MONDAY, DIGEST_FAILPOINT="after-summary:2")
    assert died.code == -9
    assert run(summarised)["summaries"]["cached"] == 2
    assert summaries(summarised) == [TEXT] * 3


# What is asked


def test_a_question_holds_title_and_abstract_and_nothing_else_of_ours(
    summarised: Home, model: Model
) -> None:
    run(summarised)
    question = min(model.asked, key=abstract_of)
    assert set(question) == {"model", "messages", "max_tokens"}
    assert question["model"] == "tiny-1"
    system, user = question["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    title, abstract = user["content"].splitlines()
    assert title == "Title: A Study of Subject Number 1"
    assert abstract.startswith("Abstract: We study subject number 1 at some length")
    told = json.dumps(model.asked)
    assert not any(word in told for word in ("jane", "example.org", "Daily Papers"))


def test_the_language_is_the_one_that_is_configured(configure: Configure, model: Model) -> None:
    run(configure(model.url))
    assert "Answer in English" in model.asked[0]["messages"][0]["content"]
    (configure(model.url, language="German").folder / "pages" / "2.txt").write_text(page(4))
    run(configure(model.url, language="German"), now=TUESDAY)
    assert "Answer in German" in model.asked[-1]["messages"][0]["content"]


@pytest.mark.parametrize(
    "change", [{"language": "German"}, {"model": "tiny-2"}, {"abstract": "changed"}]
)
def test_what_is_asked_otherwise_is_asked_anew(
    configure: Configure, model: Model, change: dict[str, str]
) -> None:
    home = configure(model.url)
    home.process("run", "--no-deliver", now=MONDAY, DIGEST_FAILPOINT="mid-commit")
    if "abstract" in change:
        shown = home.folder / "pages" / "1.txt"
        shown.write_text(shown.read_text().replace("with much care", "with little care"))
    else:
        configure(model.url, **change)
    assert run(home)["summaries"]["cached"] == 0
    assert len(model.asked) == 6


# The key


def test_the_key_goes_to_the_endpoint_alone(
    summarised: Home, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_SUMMARY__KEY", KEY)
    answer = summarised.digest("-v", "run", "--no-deliver", now=MONDAY)
    sent = {request.headers["Authorization"] for request in model.requests}
    assert sent == {f"Bearer {KEY}"}
    assert KEY not in answer.out + answer.err
    files = [file for file in summarised.folder.rglob("*") if file.is_file()]
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files)


def test_without_a_key_none_is_sent(summarised: Home, model: Model) -> None:
    run(summarised)
    assert not any("Authorization" in request.headers for request in model.requests)


def test_a_key_can_come_from_a_file(configure: Configure, model: Model) -> None:
    home = configure(model.url, key_file="key")
    (home.folder / "key").write_text(f"{KEY}\n")
    run(home)
    assert model.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [401, 302])
def test_no_refusal_and_no_redirect_brings_the_key_out(
    summarised: Home, model: Model, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("DIGEST_SUMMARY__KEY", KEY)
    said = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'.encode()
    with Model() as elsewhere:
        model.say = saying(said, status, Location=f"{elsewhere.url}/chat/completions")
        answer = summarised.digest("-v", "run", "--no-deliver", now=MONDAY)
    assert (answer.code, elsewhere.requests) == (0, [])
    assert f"summaries: 3 left out: HTTP {status}" in answer.err
    assert KEY not in answer.out + answer.err
