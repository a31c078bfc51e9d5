"""What is begun when, by a clock that a test drives; the commands are the real ones."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from digest.config import load
from digest.schedule import Keeper
from tests.home import Home
from tests.pages import page
from tests.schedule.conftest import READERS
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.test_source_states import announced
from tests.transport.scripted import ScriptedSmtp

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "url"]  # fixtures

MONDAY = "2026-01-05T"


@dataclass
class Days:
    """A newsletter whose keeper looks when it is told the time."""

    home: Home
    begun: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = self.another()

    def another(self) -> Keeper:
        """One more `digest serve`."""
        config, told = load(self.home.config, os.environ), self.told.append
        return Keeper(config, self.clock, self.begin, told, self.warned.append)

    def restart(self) -> None:
        self.keeper.close()
        self.keeper = self.another()

    def clock(self) -> dt.datetime:
        return self.now

    def begin(self, command: list[str]) -> None:
        self.begun.append(" ".join(command))
        self.home.digest(*command, now=self.now.isoformat())

    def look(self, *moments: str) -> list[str]:
        """Look at these moments; what was begun."""
        self.begun.clear()
        for moment in moments:
            self.now = dt.datetime.fromisoformat(f"{moment}+00:00")
            self.keeper.look()
        return self.begun

    def runs(self) -> list[str]:
        told = self.home.digest("status", "--json").json["runs"]
        return [f"{run['date']} {run['status']}" for run in reversed(told)]


@pytest.fixture
def days(home: Home) -> Iterator[Days]:
    found = Days(home)
    yield found
    found.keeper.close()


def test_a_run_begins_when_its_hour_comes_and_only_then(days: Days) -> None:
    assert days.look(f"{MONDAY}03:28", f"{MONDAY}03:29") == []
    assert days.look(f"{MONDAY}03:30", f"{MONDAY}07:29") == ["run --poll --date 2026-01-05"]
    assert days.look(f"{MONDAY}07:30") == ["run --date 2026-01-05"]
    assert days.look(*(f"{MONDAY}{hour:02}:31" for hour in range(8, 24))) == []
    assert days.look("2026-01-06T07:30") == ["run --date 2026-01-06"]
    assert days.runs() == ["2026-01-05 published", "2026-01-06 quiet"]


def test_after_a_restart_nothing_is_begun_again(days: Days) -> None:
    days.look(f"{MONDAY}07:30")
    days.restart()
    assert days.look(f"{MONDAY}07:31", f"{MONDAY}09:00") == []


def test_a_morning_that_was_slept_through_is_made_up_for_once(days: Days) -> None:
    days.look(f"{MONDAY}07:30")
    assert days.look("2026-02-05T11:17", "2026-02-05T11:18") == ["run --date 2026-02-05"]


def test_a_clock_that_is_set_back_brings_no_second_run(days: Days) -> None:
    days.look(f"{MONDAY}07:30", "2026-01-06T07:30")
    assert days.look(f"{MONDAY}12:00", "2026-01-06T07:30", "2026-01-06T12:00") == []


def test_a_run_that_cron_began_counts_and_one_before_the_hour_does_not(days: Days) -> None:
    days.home.run(now=f"{MONDAY}06:00:00Z")
    assert days.look(f"{MONDAY}07:30") == ["run --date 2026-01-05"]
    days.home.run(now="2026-01-06T07:30:00Z")
    assert days.look("2026-01-06T07:31") == []


def test_a_run_that_left_no_report_is_tried_again_each_quarter_of_an_hour(days: Days) -> None:
    text = days.home.config.read_text()
    days.home.configure("broken")
    begun = days.look(f"{MONDAY}07:30", f"{MONDAY}07:31", f"{MONDAY}07:44", f"{MONDAY}07:45")
    assert begun == ["run --date 2026-01-05"] * 2
    days.home.configure(text)
    assert days.look(f"{MONDAY}08:00") == ["run --date 2026-01-05"]
    assert days.look(f"{MONDAY}08:15") == []
    assert days.runs() == ["2026-01-05 published"]


def test_a_run_whose_source_failed_is_the_mornings_all_the_same(days: Days) -> None:
    (days.home.folder / "page.txt").unlink()
    days.look(f"{MONDAY}07:30")
    assert days.look(f"{MONDAY}07:45", f"{MONDAY}08:00") == []


def test_what_was_put_off_is_delivered_each_quarter_of_an_hour(
    days: Days, server: ScriptedSmtp
) -> None:
    server.script[f"RCPT {READERS[0]}"] = ["451 4.2.0 later"] * 2
    days.look(f"{MONDAY}07:30")
    assert len(server.accepted) == len(READERS) - 1
    times = [f"{MONDAY}{hour:02}:{minute:02}" for hour in (8, 9, 10) for minute in range(60)]
    assert set(days.look(*times)) == {"deliver"}
    assert sorted(mail.recipient for mail in server.accepted) == sorted(READERS)
    assert days.look(f"{MONDAY}11:00") == []


def test_a_reader_with_an_hour_of_their_own_gets_it_then(days: Days, server: ScriptedSmtp) -> None:
    ann = "ann@example.org"
    days.home.digest("subscribers", "add", ann, "--zone", "Asia/Kathmandu", "--hour", "20")
    days.look(f"{MONDAY}07:30", f"{MONDAY}14:00")
    assert ann not in {mail.recipient for mail in server.accepted}
    assert days.look(f"{MONDAY}14:14", f"{MONDAY}14:15") == ["deliver"]
    assert ann in {mail.recipient for mail in server.accepted}


def test_only_chosen_days_have_an_edition(days: Days) -> None:
    text = days.home.config.read_text()
    days.home.configure(f'[newsletter]\ndays = ["tue"]\n{text}')
    days.restart()
    days.look(f"{MONDAY}07:30", "2026-01-06T07:30")
    assert [edition["date"] for edition in days.home.editions()] == ["2026-01-06"]


def test_a_weekly_edition_comes_on_its_day(days: Days) -> None:
    text = days.home.config.read_text()
    days.home.configure(f'[newsletter]\ndays = ["mon", "tue"]\nweekly = "wed"\n{text}')
    days.home.digest("subscribers", "add", "ann@example.org", "--frequency", "weekly")
    days.restart()
    days.look(f"{MONDAY}07:30")
    (days.home.folder / "page.txt").write_text(page(4, 5), encoding="utf-8")
    days.look("2026-01-06T07:30", "2026-01-07T07:30")
    told = days.home.digest("status", "--json").json["accounts"]
    assert {(one["period"], one["date"]) for one in told} >= {("weekly", "2026-01-07")}


def test_a_database_that_cannot_be_read_is_told_once_and_asked_again(days: Days) -> None:
    state = days.home.folder / "state"
    state.mkdir()
    (state / "digest.db").write_bytes(b"no database" * 500)
    assert days.look(f"{MONDAY}07:30", f"{MONDAY}07:31") == []
    assert len(days.warned) == 1
    (state / "digest.db").unlink()
    assert days.look(f"{MONDAY}07:32") == ["run --date 2026-01-05"]


class List:
    """A list of Hugging Face, by day, and how often it was asked for."""

    def __init__(self, server: HTTPServer, days: Days) -> None:
        self.papers: dict[str, list[int]] = {}
        self.status = 200
        self.asked = 0
        server.expect_request("/api").respond_with_handler(self._answer)
        self.days = days
        days.home.configure(
            f'[[source]]\nkind = "huggingface"\nurl = "{server.url_for("/api")}"\n'
            "look_back_days = 1\n[fetch]\nallow_private = true\n"
        )
        days.restart()

    def _answer(self, request: Request) -> Response:
        self.asked += 1
        numbers = self.papers.get(request.args["date"], [])
        rows = [
            {"paper": {"id": f"2601.{number:05}", "title": f"Paper {number}", "summary": "Tides."}}
            for number in numbers
        ]
        return Response(json.dumps(rows), self.status)

    def editions(self) -> dict[str, list[str]]:
        """The papers of each edition."""
        return {
            edition["date"]: sorted(
                placed["key"] for section in edition["sections"] for placed in section["papers"]
            )
            for edition in self.days.home.editions()
        }


@pytest.fixture
def hf(days: Days, httpserver: HTTPServer) -> List:
    return List(httpserver, days)


def hours(day: str, first: str, last: str, step: int = 15) -> list[str]:
    """Moments of a day, some minutes apart."""
    at, end = (dt.datetime.fromisoformat(f"{day}{hour}") for hour in (first, last))
    found = []
    while at <= end:
        found.append(at.isoformat(timespec="minutes"))
        at += dt.timedelta(minutes=step)
    return found


POLL, RUN = "run --poll --date 2026-01-05", "run --date 2026-01-05"


def test_a_late_list_is_asked_for_each_half_hour_and_the_edition_made_as_soon_as_it_is_there(
    days: Days, hf: List
) -> None:
    assert days.look(*hours(MONDAY, "03:30", "04:29")) == [POLL, POLL]
    assert days.look(*hours(MONDAY, "07:30", "08:15")) == [RUN, POLL]
    hf.papers["2026-01-05"] = [1]
    assert days.look(*hours(MONDAY, "08:30", "09:15")) == [POLL, RUN]
    hf.papers["2026-01-05"] = [1, 2]
    assert days.look(*hours(MONDAY, "09:30", "23:45")) == []
    days.look("2026-01-06T07:30")
    assert hf.editions() == {"2026-01-05": ["arxiv:2601.00001"], "2026-01-06": ["arxiv:2601.00002"]}


def test_a_list_that_is_there_early_is_not_asked_for_again_before_the_edition(
    days: Days, hf: List
) -> None:
    hf.papers["2026-01-05"] = [1]
    assert days.look(*hours(MONDAY, "00:00", "07:15")) == [POLL]
    asked = hf.asked
    hf.papers["2026-01-05"] = [1, 2]
    assert days.look(*hours(MONDAY, "07:30", "23:45")) == [RUN]
    assert hf.asked > asked
    assert len(hf.editions()["2026-01-05"]) == 2


def test_a_source_that_fails_is_asked_again_before_the_hour_and_left_alone_after_it(
    days: Days, hf: List
) -> None:
    hf.status = 500
    assert days.look(*hours(MONDAY, "05:00", "06:15", 30)) == [POLL] * 3
    assert days.look(*hours(MONDAY, "07:30", "12:00", 30)) == [RUN]


def test_a_day_without_an_edition_is_polled_for_the_next(days: Days, hf: List) -> None:
    days.home.configure(f'[newsletter]\ndays = ["tue"]\n{days.home.config.read_text()}')
    days.restart()
    hf.papers["2026-01-05"] = [1]
    assert days.look(*hours(MONDAY, "04:00", "12:00", 30)) == [POLL, RUN]
    hf.papers.clear()
    days.look("2026-01-06T07:30")
    assert hf.editions() == {"2026-01-06": ["arxiv:2601.00001"]}


def test_after_thirty_days_asleep_one_edition_has_all_that_was_missed(days: Days, hf: List) -> None:
    hf.papers["2026-01-05"] = [1]
    days.look(f"{MONDAY}07:30")
    hf.papers |= {f"2026-01-{day:02}": [day] for day in range(6, 32)}
    hf.papers |= {f"2026-02-{day:02}": [100 + day] for day in range(1, 5)}
    begun = days.look(*hours("2026-02-04T", "11:17", "23:45"))
    assert begun == ["run --date 2026-02-04"]
    assert [len(papers) for papers in hf.editions().values()] == [1, 30]


def test_a_holiday_of_arxivs_is_asked_for_once_and_brings_no_edition(
    days: Days, httpserver: HTTPServer
) -> None:
    empty = announced("Fri, 27 Nov 2026 00:00:00 -0500")
    httpserver.expect_request("/rss/cs.CV").respond_with_data(empty)
    url = httpserver.url_for("/rss/")
    days.home.configure(
        f'[[source]]\nkind = "arxiv"\nurl = "{url}"\ncategories = ["cs.CV"]\n'
        "[fetch]\nallow_private = true\n"
    )
    days.restart()
    begun = days.look(*hours("2026-11-27T", "03:30", "23:30", 30))
    assert begun == ["run --poll --date 2026-11-27", "run --date 2026-11-27"]
    assert (days.runs(), days.home.editions()) == (["2026-11-27 quiet"], [])


def test_one_of_two_makes_the_editions_and_the_other_takes_over(
    home: Home, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", url)
    one, other = Days(home), Days(home)
    try:
        assert one.look(f"{MONDAY}07:30") == [RUN]
        assert other.look("2026-01-06T07:30", "2026-01-06T07:45") == []
        assert other.told == ["another digest serve makes the editions; this one stands by"]
        one.keeper.close()
        assert other.look("2026-01-06T07:46") == ["run --date 2026-01-06"]
        assert one.look("2026-01-06T07:47") == []
        assert "makes the editions now" in other.told[-1]
    finally:
        one.keeper.close()
        other.keeper.close()


def test_a_leader_whose_connection_was_lost_stands_by_where_another_leads(
    home: Home, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", postgresql_url)
    one, other = Days(home), Days(home)
    try:
        assert one.look(f"{MONDAY}07:30") == [RUN]
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        assert other.look("2026-01-06T07:30") == ["run --date 2026-01-06"]
        assert one.look("2026-01-07T07:30") == []
    finally:
        one.keeper.close()
        other.keeper.close()


def test_another_configuration_holds_from_the_next_look_on(days: Days) -> None:
    assert days.look(f"{MONDAY}03:00") == []
    days.home.configure(f'[newsletter]\nsend_at = "03:00"\n{days.home.config.read_text()}')
    days.keeper.change(load(days.home.config, {}))
    assert days.look(f"{MONDAY}03:00") == [RUN]
