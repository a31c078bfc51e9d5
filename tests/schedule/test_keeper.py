"""What is begun when, by a clock that a test drives; the commands are the real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from digest.config import load
from digest.schedule import Keeper
from tests.home import Home
from tests.pages import page
from tests.schedule.conftest import READERS
from tests.transport.scripted import ScriptedSmtp

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
        config, told = load(self.home.config, {}), self.told.append
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
