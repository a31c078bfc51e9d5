"""The daily run through the command line: what it reports, makes, sends and exits with."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.store.lock import newsletter_lock
from tests.home import Home
from tests.pages import page
from tests.store.databases import postgresql_server, postgresql_url
from tests.transport.scripted import ScriptedSmtp

__all__ = ["postgresql_server", "postgresql_url"]  # fixtures

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-01-06T07:30:00Z"
BOOKS = {"sent", "pending", "deferred", "failed", "suppressed", "skipped", "uncertain"}


def mails(home: Home) -> int:
    return len(list((home.folder / "outbox" / "new").iterdir()))


def test_a_run_reports_what_the_contract_promises(home: Home) -> None:
    report = home.run(now=MONDAY)
    assert set(report) == {
        "edition", "status", "new", "repeats", "revised", "sections", "sources", "deliveries",
        "accounts",
    }  # fmt: skip
    assert (report["edition"], report["status"], report["new"]) == ("2026-01-05", "published", 3)
    assert sum(len(section["papers"]) for section in report["sections"]) == 3
    assert all(set(p) == {"key", "title"} for s in report["sections"] for p in s["papers"])
    assert report["sources"] == {"pages": {"state": "fresh", "sightings": 3}}
    assert report["deliveries"] == dict.fromkeys(BOOKS, 0) | {"sent": 2}
    [account] = report["accounts"]
    assert (account["period"], account["date"]) == ("daily", "2026-01-05")
    assert (account["recipients"], account["done"], account["states"]["sent"]) == (2, True, 2)
    assert mails(home) == 2


def test_a_second_run_of_a_day_changes_nothing(home: Home) -> None:
    home.run(now=MONDAY)
    (home.folder / "pages" / "2.txt").write_text(page(4))
    report = home.run(now=MONDAY)
    assert (report["status"], report["new"], mails(home)) == ("exists", 0, 2)


def test_what_came_after_the_edition_is_in_the_next(home: Home) -> None:
    home.run(now=MONDAY)
    (home.folder / "pages" / "2.txt").write_text(page(3, 4))
    report = home.run(now=TUESDAY)
    assert (report["new"], report["repeats"]) == (1, 1)


def test_a_run_without_news_is_quiet_and_fine(home: Home) -> None:
    home.run(now=MONDAY)
    answer = home.digest("run", now=TUESDAY)
    assert (answer.code, answer.out.splitlines()[0]) == (0, "nothing new")
    assert home.run(now=TUESDAY)["edition"] is None


def test_a_dry_run_tells_and_changes_nothing(home: Home) -> None:
    assert home.run("--dry-run", now=MONDAY)["new"] == 3
    assert not (home.folder / "site").exists()
    assert not (home.folder / "outbox").exists()
    assert not (home.folder / "state").exists()
    assert home.run(now=MONDAY)["status"] == "published"


def test_an_edition_can_be_made_now_and_delivered_later(home: Home) -> None:
    report = home.run("--no-deliver", now=MONDAY)
    assert report["deliveries"]["pending"] == 2
    answer = home.digest("deliver", "--limit", "1", "--json", now=MONDAY)
    assert answer.json["deliveries"] == dict.fromkeys(BOOKS, 0) | {"sent": 1, "pending": 1}
    assert [account["done"] for account in answer.json["accounts"]] == [False]
    assert home.digest("deliver", now=MONDAY).out == "  mail: 2 sent (all accounted for)\n"
    assert mails(home) == 2


def test_a_quiet_run_prints_nothing_with_q(home: Home) -> None:
    for moment in (MONDAY, MONDAY, TUESDAY):
        answer = home.digest("-q", "run", now=moment)
        assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_a_source_that_fails_stops_no_other_and_is_named(home: Home) -> None:
    text = home.config.read_text()
    home.configure(
        '[[source]]\nkind = "saved-page"\nname = "gone"\npath = "nowhere/*.txt"\n' + text
    )
    answer = home.digest("run", "--json", now=MONDAY)
    assert (answer.code, answer.json["new"]) == (1, 3)
    assert answer.json["sources"]["gone"]["state"] == "failed"
    assert "nowhere" in answer.json["sources"]["gone"]["error"]
    told = home.digest("preview").out
    assert "gone" in told


def test_what_a_failed_source_missed_comes_when_it_is_back(home: Home) -> None:
    (home.folder / "pages" / "0.txt").write_text("log in first")
    answer = home.digest("run", "--json", now=MONDAY)
    assert (answer.code, answer.json["new"]) == (1, 3)
    (home.folder / "pages" / "0.txt").write_text(page(2, 9))
    assert home.run(now=TUESDAY)["new"] == 1


def test_no_edition_comes_on_a_day_that_is_not_listed(home: Home) -> None:
    home.configure('[newsletter]\ndays = ["tue"]\n' + home.config.read_text())
    assert home.run(now=MONDAY)["reason"] == "no edition is due on a Monday"
    assert home.run(now=TUESDAY)["new"] == 3


def test_a_late_edition_is_held_until_it_is_forced(home: Home) -> None:
    answer = home.digest("run", "--date", "2026-01-05", now="2026-01-06T12:00:01Z")
    assert (answer.code, "--force" in answer.err) == (3, True)
    report = home.run("--date", "2026-01-05", "--force", now="2026-01-06T12:00:01Z")
    assert (report["edition"], report["deliveries"]["sent"]) == ("2026-01-05", 2)


def test_an_empty_store_beside_a_full_archive_holds_the_edition(home: Home) -> None:
    home.run(now=MONDAY)
    for file in (home.folder / "state").glob("digest.db*"):
        file.unlink()
    answer = home.digest("run", "--json", now=TUESDAY)
    assert (answer.code, answer.json["status"]) == (3, "held")
    assert "1 edition" in answer.json["reason"]
    assert mails(home) == 2
    assert home.digest("run", "--force", now=TUESDAY).code == 0


def test_a_date_in_the_future_is_refused(home: Home) -> None:
    answer = home.digest("run", "--date", "2026-01-06", now=MONDAY)
    assert (answer.code, "future" in answer.err) == (2, True)


def test_a_days_date_is_that_of_the_newsletters_zone(home: Home) -> None:
    home.configure('[newsletter]\ntimezone = "Pacific/Auckland"\n' + home.config.read_text())
    assert home.run(now="2026-01-05T20:00:00Z")["edition"] == "2026-01-06"


def test_two_newsletters_share_a_store_and_each_shows_every_paper(home: Home) -> None:
    other = Home(home.folder)
    other.config = home.folder / "other.toml"
    other.configure(
        '[newsletter]\nslug = "other"\n[archive]\npath = "other"\n' + home.config.read_text()
    )
    assert home.run(now=MONDAY)["new"] == other.run(now=MONDAY)["new"] == 3


def test_a_run_beside_another_says_so_and_is_fine(home: Home) -> None:
    with newsletter_lock(f"sqlite:///{home.folder}/state/digest.db", "daily-papers"):
        answer = home.process("run", now=MONDAY)
        told = home.process("run", "--json", now=MONDAY).json
    assert (answer.code, answer.out) == (0, "")
    assert "another run of daily-papers is at work" in answer.err
    assert (told["status"], "is at work" in told["reason"]) == ("waiting", True)
    assert home.run(now=MONDAY)["new"] == 3


def test_two_runs_at_once_make_one_edition(home: Home) -> None:
    runs = [home.start("run", now=MONDAY) for _ in range(2)]
    for run in runs:
        run.communicate(timeout=60)
    assert [run.returncode for run in runs] == [0, 0]
    assert (len(home.editions()), mails(home)) == (1, 2)


def test_the_daily_run_is_the_same_on_postgresql(
    home: Home, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", postgresql_url)
    assert home.run(now=MONDAY)["new"] == 3
    (home.folder / "pages" / "2.txt").write_text(page(3, 4))
    report = home.run(now=TUESDAY)
    assert (report["new"], report["repeats"], report["deliveries"]["sent"]) == (1, 1, 2)
    assert home.run(now="2026-01-07T07:30:00Z")["status"] == "quiet"
    assert home.digest("explain", "A study of subject number 4").code == 0
    assert home.digest("status", "--json").json["papers"] == 4


def test_v_tells_each_step_on_stderr(home: Home) -> None:
    answer = home.digest("-v", "run", now=MONDAY)
    assert "pages: file://" in answer.err
    assert "2026-01-05: 2 of 2, " in answer.err
    assert "left" not in answer.out


def test_backfill_makes_past_editions_without_mail(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.configure(
        '[[source]]\nkind = "saved-page"\npath = "pages"\n[mail]\nto = ["a@example.org"]\n'
    )
    answer = home.digest("backfill", "--from", "2026-01-01", "--to", "2026-01-02", now=MONDAY)
    assert (answer.code, answer.out) == (0, "2026-01-01: nothing new\n2026-01-02: nothing new\n")
    answer = home.digest("backfill", "--from", "2026-01-02", "--to", "2026-01-01", now=MONDAY)
    assert (answer.code, "two dates in order" in answer.err) == (2, True)


def test_the_same_day_again_is_archived_where_the_first_run_could_not(home: Home) -> None:
    home.run(now=MONDAY)
    page_of_day = home.folder / "site" / "2026" / "01" / "05" / "index.html"
    before = page_of_day.read_bytes()
    page_of_day.unlink()
    home.run(now=MONDAY)
    assert page_of_day.read_bytes() == before


def test_an_archive_that_cannot_be_written_keeps_no_reader_from_the_mail(home: Home) -> None:
    (home.folder / "site").write_text("in the way")
    answer = home.digest("run", "--json", now=MONDAY)
    assert (answer.code, answer.json["deliveries"]["sent"]) == (1, 2)
    assert "archive.path" in answer.json["trouble"]
    (home.folder / "site").unlink()
    assert home.digest("run", now=MONDAY).code == 0
    assert len(home.editions()) == 1
    assert mails(home) == 2


def test_an_empty_day_says_so_where_a_source_failed(home: Home) -> None:
    (home.folder / "pages" / "1.txt").unlink()
    answer = home.digest("run", now=MONDAY)
    assert (answer.code, answer.out) == (1, "nothing new, but 1 of 1 source failed\n")
    assert "pages: " in answer.err


@pytest.mark.parametrize("arguments", [["run", "--date", "2026-13-01"], ["--now", "soon", "run"]])
def test_a_date_that_is_none_is_refused_with_an_example(home: Home, arguments: list[str]) -> None:
    answer = home.process(*arguments)
    assert (answer.code, "write it as 2026-01-31" in answer.err) == (2, True)


def test_two_newsletters_are_told_apart_where_they_name_one_archive(home: Home) -> None:
    home.run(now=MONDAY)
    other = Home(home.folder)
    other.config = home.folder / "other.toml"
    other.configure('[newsletter]\nslug = "other"\n' + home.config.read_text())
    answer = other.digest("run", now=MONDAY)
    assert (answer.code, "give 'other' a folder of its own" in answer.err) == (2, True)


def test_an_archive_left_out_by_a_sudden_death_is_made_up_for_on_a_quiet_day(home: Home) -> None:
    assert home.process("run", now=MONDAY, DIGEST_FAILPOINT="after-commit").code == -9
    assert home.editions() == []
    assert home.run(now=TUESDAY)["status"] == "quiet"
    assert [edition["date"] for edition in home.editions()] == ["2026-01-05"]


def test_a_backfill_leaves_today_to_the_daily_run(home: Home) -> None:
    dates = ("--from", "2026-01-04", "--to", "2026-01-05")
    answer = home.digest("backfill", *dates, now=MONDAY)
    assert (answer.code, "both before today" in answer.err) == (2, True)


def test_a_refusal_for_good_is_told_even_with_q(home: Home) -> None:
    with ScriptedSmtp({"RCPT": ["550 5.1.1 no such user"]}) as server:
        sender = f'from = "P <p@example.org>"\ntransport = "{server.url}"\n'
        home.configure(home.config.read_text() + sender)
        answer = home.digest("-q", "run", now=MONDAY)
    assert (answer.code, "1 of the deliveries failed" in answer.err) == (1, True)
