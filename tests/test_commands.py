"""The commands beside the daily run: init, demo, preview, explain, status."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.home import Home
from tests.pages import page

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-01-06T07:30:00Z"


def test_init_writes_a_configuration_that_works_and_overwrites_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.digest("init").code == 0
    assert home.digest("status").code == 0
    answer = home.digest("init")
    assert (answer.code, "exists" in answer.err) == (2, True)


def test_a_command_without_a_configuration_says_how_to_get_one(tmp_path: Path) -> None:
    answer = Home(tmp_path / "home").digest("run")
    assert (answer.code, "digest init" in answer.err) == (2, True)


def test_the_demo_shows_that_nothing_comes_twice(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    answer = home.digest("demo", "--out", str(tmp_path / "demo"))
    assert answer.code == 0
    days = re.findall(r"^(2026-03-0\d): (\d+) new papers", answer.out, re.MULTILINE)
    assert [day for day, _ in days] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert sum(int(new) for _, new in days) == 70
    assert "1 revision" in answer.out
    for name in ("2026-03-02.eml", "2026-03-04.md", "site/index.html", "outbox/new"):
        assert (tmp_path / "demo" / name).exists()
    assert home.digest("demo", "--out", str(tmp_path / "demo")).code == 0


def test_the_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    answer = Home(tmp_path / "home").digest("demo", "--out", str(tmp_path / "precious"))
    assert (answer.code, "not a demo's" in answer.err) == (2, True)


def test_a_preview_is_what_readers_get(home: Home) -> None:
    home.run(now=MONDAY)
    assert home.process("preview", "--format", "html").out.lower().startswith("<!doctype html")
    assert "Subject Number 2" in home.process("preview").out
    assert home.process("preview", "--format", "md").out.startswith("# ")
    document = json.loads(home.process("preview", "2026-01-05", "--format", "json").out)
    assert document["date"] == "2026-01-05"
    mail = next((home.folder / "outbox" / "new").iterdir()).read_text()
    shown = home.process("preview", "--format", "eml").out.replace("\r\n", "\n")
    assert shown.partition("\n\n")[2] == mail.partition("\n\n")[2]


def test_a_preview_of_what_is_not_there_is_refused(home: Home) -> None:
    assert home.digest("preview").code == 2
    home.run(now=MONDAY)
    assert "no edition of 2025-01-01" in home.digest("preview", "2025-01-01").err


def test_explain_tells_where_a_paper_was_seen_and_why_it_is_where_it_is(home: Home) -> None:
    home.run(now=MONDAY)
    (home.folder / "pages" / "2.txt").write_text(page(2))
    home.run(now=TUESDAY)
    told = home.digest("explain", "--json", "A study of subject number 2").json
    assert {"key", "sightings", "edition", "section", "theme", "evidence"} <= set(told)
    assert told["edition"] == "2026-01-05"
    assert told["sightings"] == [{"source": "pages", "first": "2026-01-05", "last": "2026-01-06"}]
    assert told["evidence"]["reason"]
    assert "suppressed" in home.digest("explain", told["key"]).out


def test_explain_of_an_unknown_paper_says_what_to_give(home: Home) -> None:
    home.run(now=MONDAY)
    answer = home.digest("explain", "2404.14219")
    assert (answer.code, "no paper is known" in answer.err) == (2, True)
    answer = home.digest("explain", "\udcff\x1b[31mred")  # bytes that are no UTF-8, and a colour
    assert (answer.code, answer.err.strip().isprintable()) == (2, True)


def test_status_tells_of_runs_sources_and_deliveries(home: Home) -> None:
    assert "none yet" in home.digest("status").out
    home.run(now=MONDAY)
    home.run(now=TUESDAY)
    told = home.digest("status", "--json").json
    assert (told["editions"], told["papers"]) == (1, 3)
    assert [run["status"] for run in told["runs"]] == ["quiet", "published"]
    assert told["sources"]["pages"]["state"] == "quiet"
    assert told["books"]["sent"] == 2
    assert "1 edition" in home.digest("status").out


def test_the_version_and_the_help_come_at_once() -> None:
    home = Home(Path())
    for flag in ("--version", "--help"):
        answer = home.fresh(flag)
        assert answer.code == 0
        assert "papertide" in answer.out or "digest" in answer.out


def test_an_output_that_nobody_reads_to_its_end_brings_no_traceback(home: Home) -> None:
    home.run(now=MONDAY)
    preview = home.start("preview", "--format", "html")
    assert preview.stdout
    preview.stdout.close()
    assert preview.wait(30) == 1
    assert preview.stderr
    with preview.stderr as trouble:
        assert trouble.read() == b""


def test_looking_makes_no_database(home: Home) -> None:
    for command in (["preview"], ["explain", "arxiv:2601.00001"]):
        answer = home.digest(*command)
        assert (answer.code, "nothing was run yet" in answer.err) == (2, True)
    assert not (home.folder / "state").exists()


def test_an_output_that_is_full_is_said_without_a_traceback(home: Home) -> None:
    command = [sys.executable, "-m", "digest.cli.main"]
    with Path("/dev/full").open("w") as full:
        child = subprocess.run(
            [*command, "--config", str(home.config), "status"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert child.returncode == 1
    assert child.stderr == "digest: standard output cannot be written: No space left on device\n"


def test_long_work_shows_itself_on_one_line_of_a_terminal(home: Home) -> None:
    name = "a source with a name that is far too long for the line " * 3
    (home.folder / "1.txt").write_text(page(1))
    home.configure(f'[[source]]\nkind = "saved-page"\nname = "{name}"\npath = "1.txt"\n')
    terminal, its_end = pty.openpty()
    termios.tcsetwinsize(its_end, (24, 40))
    command = [sys.executable, "-m", "digest.cli.main", "--config", home.config, "run"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=its_end, check=True)
    os.close(its_end)
    shown = os.read(terminal, 9999).decode().split("\r\x1b[K")
    assert shown[0] == shown[-1] == ""
    assert name[:39] in shown
    assert max(map(len, shown)) == 39


@pytest.mark.parametrize(
    "arguments",
    [
        ("--now", "0001-01-01T00:00:00Z", "status"),
        ("--now", "9999-12-31T23:00:00-12:00", "status"),
        ("run", "--date", "0001-01-01"),
    ],
)
def test_the_ends_of_the_calendar_are_no_dates(home: Home, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        home.digest(*arguments)
    assert ended.value.code == 2


def test_a_closed_standard_output_harms_nothing(home: Home) -> None:
    command = f"{sys.executable} -m digest.cli.main --config {home.config} run >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert home.editions()
