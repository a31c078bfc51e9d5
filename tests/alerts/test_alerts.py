"""A person is told where one is needed, once, and when it is over. Nothing else is told."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digest.cli import alerting
from digest.config import load
from tests.alerts.conftest import MORNING, Listener, add, mornings
from tests.home import Home
from tests.transport.scripted import ScriptedSmtp

NEEDED, OVER = "a person is needed", "well again"


def with_lab(home: Home, path: str) -> None:
    """Add a source of a file that may not be there, and is no page of a site."""
    text = home.config.read_text().replace(
        "[mail]", f'[[source]]\nkind = "saved-page"\nname = "lab"\npath = "{path}"\n[mail]'
    )
    home.configure(text)


def test_a_source_that_fails_for_days_is_told_on_the_third_and_its_end_once(
    watched: Home, listener: Listener
) -> None:
    with_lab(watched, "lab.txt")
    assert mornings(watched, [5, 6]) == [1, 1]
    assert listener.titles == []
    assert mornings(watched, [7, 8, 9]) == [1, 1, 1]
    assert listener.titles == [NEEDED]
    said = listener.alerts[0]["message"]
    assert "lab fails day after day" in said
    assert "since 2026-01-05 07:30 UTC" in said
    (watched.folder / "lab.txt").write_text((watched.folder / "pages" / "1.txt").read_text())
    assert mornings(watched, [10, 11]) == [0, 0]
    assert listener.titles == [NEEDED, OVER]
    assert "no longer: the source lab fails (since 2026-01-05)" in listener.alerts[1]["message"]


@pytest.mark.slow
def test_a_source_that_fails_every_other_day_is_told_nobody(
    watched: Home, listener: Listener
) -> None:
    with_lab(watched, "lab.txt")
    page = (watched.folder / "pages" / "1.txt").read_text()
    for day in range(5, 10):
        mornings(watched, [day])
        if (watched.folder / "lab.txt").exists():
            (watched.folder / "lab.txt").unlink()
        else:
            (watched.folder / "lab.txt").write_text(page)
    assert listener.titles == []


def test_runs_that_ask_no_source_neither_begin_nor_end_anything(
    watched: Home, listener: Listener
) -> None:
    with_lab(watched, "lab.txt")
    mornings(watched, [5, 6])
    add(watched.folder, 7)
    mornings(watched, [7])
    for _ in range(3):  # the edition is there
        assert watched.digest("run", now=MORNING.format(7)).code == 0
    assert listener.titles == [NEEDED]


def test_a_held_edition_is_told_by_mail_and_by_chat(
    watched: Home, listener: Listener, tmp_path: Path
) -> None:
    with ScriptedSmtp() as server:
        watched.configure(
            f'{watched.config.read_text()}from = "P <p@example.org>"\n'
            f'transport = "{server.url}"\noperator = "boss@example.org"\n'
        )
        late = ["--date", "2026-01-05"]
        for hour in (1, 2):
            moment = f"2026-01-08T0{hour}:00:00Z"
            assert watched.digest("run", *late, now=moment).code == 3
        [mail] = server.accepted
        assert mail.recipient == "boss@example.org"
        assert b"more than 36 hours old" in mail.message
        assert listener.titles == [NEEDED]
        assert "digest run --force --date 2026-01-05" in listener.alerts[0]["message"]
        assert watched.digest("run", *late, "--force", now="2026-01-08T03:00:00Z").code == 0
        assert listener.titles == [NEEDED, OVER]
        bosses = [one for one in server.accepted if one.recipient == "boss@example.org"]
        assert len(bosses) == 2


def test_a_mail_server_that_refuses_the_log_in_is_told_at_once_and_one_that_is_away_later(
    watched: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_MAIL__PASSWORD", "hunter2hunter2")
    with ScriptedSmtp({"connect": ["421 4.3.2 closed"] * 9}) as server:
        watched.configure(
            f'{watched.config.read_text()}from = "P <p@example.org>"\ntransport = "{server.url}"\n'
        )
        assert watched.digest("run", now=MORNING.format(5)).code == 1
        assert listener.titles == []
        assert watched.digest("deliver", now="2026-01-05T08:45:00Z").code == 1
        assert listener.titles == [NEEDED]
        assert "no mail goes out" in listener.alerts[0]["message"]
        server.script["connect"] = []
        assert watched.digest("deliver", now="2026-01-05T09:45:00Z").code == 0
        assert listener.titles == [NEEDED, OVER]
        server.script["MAIL"] = ["550 5.7.1 who are you, jane@example.org? hunter2hunter2"] * 9
        add(watched.folder, 6)
        assert mornings(watched, [6]) == [1]
        assert listener.titles == [NEEDED, OVER, NEEDED]
        assert "550 5.7.1 who are you, " in listener.alerts[2]["message"]
        assert not {"jane", "hunter2hunter2"} & set(re.split(r"\W+", listener.alerts[2]["message"]))


def test_mail_that_is_put_off_is_told_nobody(watched: Home, listener: Listener) -> None:
    with ScriptedSmtp({"RCPT jane@example.org": ["451 4.7.1 greylisted"] * 3}) as server:
        watched.configure(
            f'{watched.config.read_text()}from = "P <p@example.org>"\ntransport = "{server.url}"\n'
        )
        watched.digest("run", now=MORNING.format(5))
        watched.digest("deliver", now="2026-01-05T08:45:00Z")
        watched.digest("deliver", now="2026-01-05T12:45:00Z")
    assert listener.titles == []


def test_a_damaged_database_is_told_once_and_its_end(watched: Home, listener: Listener) -> None:
    assert mornings(watched, [5]) == [0]
    database = watched.folder / "state" / "digest.db"
    whole = database.read_bytes()
    database.write_bytes(b"nothing that SQLite knows" * 100)
    assert mornings(watched, [6, 7, 8]) == [1, 1, 1]
    assert listener.titles == [NEEDED]
    assert "is damaged" in listener.alerts[0]["message"]
    assert "restore it" in listener.alerts[0]["message"]
    for name in ("digest.db-wal", "digest.db-shm"):
        (database.parent / name).unlink(missing_ok=True)
    database.write_bytes(whole)
    mornings(watched, [9, 10])
    assert listener.titles == [NEEDED, OVER]
    assert not list(database.parent.glob("*.alerts.json*"))


def test_an_archive_that_cannot_be_written_is_told_once(watched: Home, listener: Listener) -> None:
    (watched.folder / "site").write_text("in the way")
    assert mornings(watched, [5, 6]) == [1, 1]
    assert listener.titles == [NEEDED]
    assert "archive.path" in listener.alerts[0]["message"]
    (watched.folder / "site").unlink()
    assert mornings(watched, [7]) == [0]
    assert listener.titles == [NEEDED, OVER]


def test_a_site_that_cannot_be_published_is_told_on_the_third_day(
    watched: Home, listener: Listener
) -> None:
    text = watched.config.read_text()
    watched.configure(f'{text}[archive]\npublish = "false {{site}}"\n')
    assert mornings(watched, [5, 6]) == [1, 1]
    assert listener.titles == []
    assert mornings(watched, [7, 8]) == [1, 1]
    assert listener.titles == [NEEDED]
    assert "could not be published" in listener.alerts[0]["message"]


def test_a_broken_template_is_told_until_it_is_mended(watched: Home, listener: Listener) -> None:
    folder = watched.folder / "own"
    folder.mkdir()
    (folder / "mail.html.j2").write_text("{% if %}")
    text = watched.config.read_text()
    watched.configure(f'{text}[templates]\npath = "own"\n')
    assert mornings(watched, [5, 6]) == [2, 2]
    assert listener.titles == [NEEDED]
    (folder / "mail.html.j2").unlink()
    assert watched.digest("run", now="2026-01-06T08:30:00Z").code == 0
    assert listener.titles == [NEEDED, OVER]


def test_a_changed_configuration_that_is_wrong_is_told_and_no_run_by_the_old_one_ends_that(
    watched: Home, listener: Listener
) -> None:
    mornings(watched, [5])
    config = load(watched.config, os.environ)
    now = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    for _ in range(2):
        alerting.read_again(config, ["digest.toml: mail.rat: there is no such key"], lambda: now)
    assert mornings(watched, [6]) == [0]
    assert listener.titles == [NEEDED]
    assert "mail.rat" in listener.alerts[0]["message"]
    alerting.read_again(config, [], lambda: now)
    assert listener.titles == [NEEDED, OVER]


@pytest.mark.slow
def test_an_alert_that_nobody_takes_is_tried_again_and_fails_no_run(
    watched: Home, listener: Listener
) -> None:
    watched.digest("run", now=MORNING.format(5))
    (watched.folder / "site").rename(watched.folder / "was")
    (watched.folder / "site").write_text("in the way")
    listener.refuses = True
    add(watched.folder, 6)
    answer = watched.digest("run", now=MORNING.format(6))
    assert answer.code == 1
    assert "alerts.notify: the service at its place 1 did not take a message" in answer.err
    assert str(listener.server.port) not in answer.err
    listener.refuses = False
    mornings(watched, [7, 8])
    assert listener.titles == [NEEDED]


def test_killed_once_it_was_told_it_is_told_once_more_and_no_more(
    watched: Home, listener: Listener
) -> None:
    (watched.folder / "site").write_text("in the way")
    environ = {"DIGEST_ALERTS__NOTIFY": listener.notify, "DIGEST_FAILPOINT": "after-alert"}
    died = watched.process("run", now=MORNING.format(5), **environ)
    assert died.code == -signal.SIGKILL
    assert listener.titles == [NEEDED]
    mornings(watched, [5, 6, 7])
    assert listener.titles == [NEEDED, NEEDED]


def test_nothing_is_told_of_a_rehearsal(watched: Home, listener: Listener) -> None:
    watched.digest("run", "--dry-run", "--date", "2026-01-05", now="2026-01-08T07:30:00Z")
    assert listener.titles == []


def test_what_a_site_says_calls_no_chat_and_is_no_markup(watched: Home, listener: Listener) -> None:
    path = "x <!channel> @everyone jane@example.org [a](b).txt"
    with_lab(watched, path)
    mornings(watched, [5, 6, 7])
    said = listener.alerts[0]["message"]
    assert "lab fails" in said
    assert not set("<>@") & set(said)
    assert "jane" not in said


def test_without_the_extra_the_configuration_says_how_to_get_it(watched: Home) -> None:
    program = (
        "import sys, importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'apprise' else find(name, *more)\n"
        "from digest.cli.main import main; sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--config", str(watched.config), "run"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {},
    )
    assert done.returncode == 2
    assert "alerts.notify" in done.stderr or "DIGEST_ALERTS__NOTIFY" in done.stderr
    assert "pip install 'papertide[alerts]'" in done.stderr
