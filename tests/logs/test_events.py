"""What an operator can tell of a morning from its log alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.channels.hook import Hook
from tests.channels.shop import SECRET, WEBHOOK
from tests.home import Answer, Home
from tests.logs.reading import read
from tests.schedule.conftest import serving
from tests.schedule.test_serving import answers, with_pages
from tests.transport.scripted import ScriptedSmtp

MORNING, LATER = "2026-01-05T07:30:00Z", "2026-01-08T07:30:00Z"
FORMS = ("keys", "json")


def log(home: Home, form: str, more: str = "") -> Home:
    return home.configure(f'{home.config.read_text()}{more}[logs]\nformat = "{form}"\n')


def events(form: str, answer: Answer) -> list[dict[str, Any]]:
    """The events of a command, each a line of its own and well-formed."""
    found = [read(form, line) for line in answer.err.split("\n") if line]
    for one in found:
        assert list(one)[:3] == ["time", "level", "event"]
        assert one["level"] in {"debug", "info", "warning", "error"}
    return found


def names(told: list[dict[str, Any]]) -> list[str]:
    return [one["event"] for one in told]


@pytest.mark.parametrize("form", FORMS)
def test_a_good_morning_is_told_from_its_beginning_to_its_end(home: Home, form: str) -> None:
    with ScriptedSmtp({"RCPT joe@example.org": ["451 4.7.1 later"]}) as server:
        log(home, form, f'from = "P <p@example.org>"\ntransport = "{server.url}"\n')
        told = events(form, home.digest("run", now=MORNING))
    expected = ["run.began", "edition", "archive", "source", "delivery", "delivery.deferred"]
    assert names(told) == [*expected, "delivery.ended", "run.ended"]
    by_name = {one["event"]: {key: str(value) for key, value in one.items()} for one in told}
    assert by_name["source"]["source"] == "pages"
    assert (by_name["source"]["state"], by_name["source"]["sightings"]) == ("fresh", "3")
    assert (by_name["edition"]["edition"], by_name["edition"]["new"]) == ("2026-01-05", "3")
    assert (by_name["delivery"]["sent"], by_name["delivery"]["deferred"]) == ("1", "1")
    assert by_name["delivery.deferred"]["answer"] == "451 4.7.1"
    ended = by_name["run.ended"]
    assert (ended["status"], ended["code"], ended["level"]) == ("published", "0", "info")
    assert float(ended["seconds"]) > 0
    assert all(one["newsletter"] == "daily-papers" for one in told)


@pytest.mark.parametrize("form", FORMS)
def test_a_bad_morning_says_who_should_look(home: Home, form: str) -> None:
    lab = '[[source]]\nkind = "saved-page"\nname = "lab"\npath = "lab.txt"\n'
    log(home, form).configure(lab + home.config.read_text())
    told = events(form, home.digest("run", now=MORNING))
    [failed] = [one for one in told if one.get("source") == "lab"]
    assert (failed["level"], failed["state"]) == ("warning", "failed")
    assert "lab.txt" in failed["message"]
    assert (told[-1]["event"], told[-1]["level"]) == ("run.ended", "warning")
    told = events(form, home.digest("run", "--date", "2026-01-06", now=LATER))
    [held] = [one for one in told if one["event"] == "edition.held"]
    assert (held["level"], held["edition"]) == ("error", "2026-01-06")
    assert "36 hours" in held["message"]


@pytest.mark.parametrize("form", FORMS)
def test_stopped_delivery_is_an_error_until_it_goes_on(home: Home, form: str) -> None:
    readers = ", ".join(f'"a{n}@example.org"' for n in range(6))
    with ScriptedSmtp({"RCPT": ["550 5.7.1 no"] * 9}) as server:
        text = home.config.read_text().partition("[mail]")[0]
        mail = f'[mail]\nfrom = "P <p@example.org>"\nto = [{readers}]\n'
        home.configure(f'{text}{mail}transport = "{server.url}"\n')
        log(home, form)
        told = events(form, home.digest("run", now=MORNING))
        [stopped] = [one for one in told if one["event"] == "delivery.stopped"]
        assert (stopped["level"], "5.7.1" in stopped["message"]) == ("error", True)
        told = events(form, home.digest("deliver", now=MORNING))
        assert "delivery.held" in names(told)


def test_what_comes_of_a_channel_names_it_and_is_not_taken_for_mail(home: Home) -> None:
    (home.folder / "secret").write_text(SECRET)
    attic = WEBHOOK.replace('"lab"', '"attic"')
    log(home, "json", f"[fetch]\nallow_private = true\n{WEBHOOK}{attic}")
    with Hook() as hook:
        hook.replies = [404, 503]
        (home.folder / "url").write_text(hook.url)
        told = events("json", home.digest("run", now=MORNING))
    rounds = ("delivery", "delivery.failed", "delivery.deferred", "delivery.ended")
    found = [(one["event"], one.get("channel")) for one in told if one["event"] in rounds]
    mail = [("delivery", None), ("delivery.ended", None)]
    lab = [("delivery", "lab"), ("delivery.failed", "lab"), ("delivery.ended", "lab")]
    deferred = [("delivery", "attic"), ("delivery.deferred", "attic"), ("delivery.ended", "attic")]
    assert found == mail + lab + deferred
    assert [one["event"] for one in told if "channel lab" in one.get("message", "")] == [
        "delivery.failed"  # and nothing tells it a second time
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_configuration_is_events_too_wherever_it_is_wrong(home: Home, form: str) -> None:
    log(home, form, "rat = 1\nfrom = 5\n")
    told = events(form, home.digest("run", now=MORNING))
    assert [(one["event"], one["level"]) for one in told] == [("wrong", "error")] * 2


def test_a_form_that_is_none_is_refused_in_words(home: Home) -> None:
    answer = log(home, "yaml").digest("run", now=MORNING)
    assert answer.code == 2
    assert "logs.format: must be one of: words, keys, json" in answer.err


@pytest.mark.parametrize(("volume", "levels"), [("-q", {"warning"}), ("-v", {"info", "debug"})])
def test_quiet_and_verbose_choose_the_levels(home: Home, volume: str, levels: set[str]) -> None:
    if volume == "-q":
        home.configure(
            '[[source]]\nkind = "saved-page"\nname = "lab"\npath = "x"\n' + home.config.read_text()
        )
    told = events("json", log(home, "json").digest(volume, "run", now=MORNING))
    assert {one["level"] for one in told} == levels


def test_a_library_s_warnings_and_a_fault_of_ours_are_events(home: Home) -> None:
    program = (
        "import logging, sys, warnings\n"
        "from digest import logs\n"
        "logs.begin('json', level=logs.INFO)\n"
        "logging.getLogger('httpx').setLevel(0)\n"
        "logging.getLogger('httpx').info('GET https://example.org/?key=swordfish')\n"
        "logging.getLogger('httpx').warning('odd\\nthings of %s', 'jane@example.org')\n"
        "warnings.warn('old ways')\n"
        "raise ValueError('oops, jane@example.org')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [read("json", line) for line in done.stderr.splitlines()]
    assert names(told) == ["library", "library", "broken"]
    assert told[0]["message"] == "odd\nthings of …"
    assert "ValueError: oops, …" in told[2]["trace"]
    assert "jane" not in done.stderr


def test_words_load_no_logging(home: Home) -> None:
    program = (
        "import sys\n"
        "from digest.cli.main import main\n"
        f"code = main(['--config', {str(home.config)!r}, 'status'])\n"
        "print('logging' in sys.modules, code, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == "False 0\n"


def test_a_standard_error_that_is_full_or_closed_stops_no_run(home: Home) -> None:
    log(home, "json")
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*command, "--now", MORNING, "run"], stderr=full, check=False, capture_output=False
        )
    assert done.returncode == 0
    shell = f"{' '.join(command)} --now {MORNING} run 2>&-"
    assert subprocess.run(["sh", "-c", shell], check=False).returncode == 0
    assert home.editions()


def test_a_process_that_stays_tells_events_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_pages(log(home, "json"), monkeypatch)
    with serving(home, now=MORNING) as found:
        found.until(lambda: answers(url) and home.editions())
    told = events("json", found.answer)
    assert {"serving", "run.began", "edition", "pages", "ended"} <= set(names(told))
