"""backup, restore, export, import and vacuum, as commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.home import Home
from tests.pages import page

DAYS = ("2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z")


@pytest.fixture
def made(home: Home) -> Home:
    """A home with one edition."""
    assert home.digest("run", now=DAYS[0]).code == 0
    return home


def run_again(home: Home) -> None:
    (home.folder / "pages" / "2.txt").write_text(page(4, 5))
    assert home.digest("run", now=DAYS[1]).code == 0


def test_a_backup_says_what_it_wrote(made: Home, tmp_path: Path) -> None:
    file = tmp_path / "today.db"
    answer = made.digest("backup", str(file))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{file}: {file.stat().st_size / 1e6:.1f} MB\n"
    answer = made.digest("backup", str(file))
    assert answer.code == 2
    assert "--force" in answer.err
    told = made.digest("backup", "--force", "--json", str(file)).json
    assert told == {"file": str(file), "bytes": file.stat().st_size}
    assert made.digest("-q", "backup", "--force", str(file)).out == ""


def test_nothing_is_backed_up_where_nothing_was_run(home: Home, tmp_path: Path) -> None:
    for command in ("backup", "export", "vacuum"):
        words = [command] if command == "vacuum" else [command, str(tmp_path / "file")]
        answer = home.digest(*words)
        assert answer.code == 2
        assert "nothing was run yet" in answer.err
    assert not (home.folder / "state").exists()
    assert not (tmp_path / "file").exists()


def test_a_restore_says_what_it_did_and_what_is_left_to_do(made: Home, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    made.digest("backup", str(file))
    run_again(made)
    held = made.digest("restore", str(file), now=DAYS[1])
    assert held.code == 3
    assert "keeps it beside" in held.err
    told = made.digest("restore", "--force", "--json", str(file), now=DAYS[1]).json
    beside = made.folder / "state" / "digest.db.replaced-20260106T073000Z"
    assert told == {
        "file": str(file),
        "newsletters": ["daily-papers"],
        "uncertain": 0,
        "ended": 0,
        "replaced": str(beside),
    }
    assert made.digest("status", "--json").json["editions"] == 1
    answer = made.digest("restore", str(beside), now=DAYS[1])
    assert answer.code == 0
    assert f"{beside} is restored: daily-papers" in answer.out
    assert made.digest("status", "--json").json["editions"] == 2


@pytest.mark.parametrize("name", ["none", "digest.toml"])
def test_what_cannot_be_restored_is_named(made: Home, name: str) -> None:
    file = made.folder / name
    answer = made.digest("restore", str(file))
    assert answer.code == 1
    assert answer.err.startswith(f"digest: {file} ")
    assert answer.err.count("\n") == 1


def test_an_export_goes_to_a_file_or_to_standard_output(made: Home, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    out = made.digest("export", now=DAYS[0]).out
    told = made.digest("export", "--json", str(file), now=DAYS[0]).json
    assert file.read_text() == out
    assert told == {"file": str(file), "bytes": file.stat().st_size}
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert (kinds[0], kinds[-1]) == ("head", "end")
    assert made.digest("export", str(file)).code == 2
    assert made.digest("export", "--json").code == 2


def test_an_import_takes_in_all_or_says_why_not(
    made: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.jsonl"
    made.digest("export", str(file))
    before = made.digest("status", "--json").json
    answer = made.digest("import", str(file))
    assert answer.code == 1
    assert "has the newsletter daily-papers already" in answer.err
    monkeypatch.setenv("DIGEST_STATE__URL", f"sqlite:///{tmp_path}/other.db")
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(file.read_bytes()[:-300])
    answer = made.digest("import", str(cut))
    assert answer.code == 1
    assert answer.err.startswith(f"digest: {cut}: ")
    assert "nothing was imported" in answer.err
    told = made.digest("import", "--json", str(file)).json
    assert told == {"newsletters": ["daily-papers"], "uncertain": 0}
    after = made.digest("status", "--json").json
    assert {**after, "bytes": 0} == {**before, "bytes": 0}
    assert made.run(now=DAYS[0])["status"] == "exists"
    assert made.digest("import", str(tmp_path / "none")).code == 1


def test_an_import_reads_standard_input(made: Home, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    made.digest("export", str(file))
    done = subprocess.run(
        [sys.executable, "-m", "digest.cli.main", "--config", made.config, "import", "-"],
        input=file.read_bytes(),
        env=os.environ | {"DIGEST_STATE__URL": f"sqlite:///{tmp_path}/other.db"},
        capture_output=True,
        check=False,
    )
    assert done.stdout == b"daily-papers is imported\n", done.stderr


def test_a_vacuum_says_what_went(made: Home) -> None:
    run_again(made)
    answer = made.digest("vacuum", now="2026-02-05T07:30:00Z")
    assert answer.code == 0
    assert answer.out.startswith("forgotten: nothing\ndatabase: ")
    told = made.digest("vacuum", "--json", now="2027-01-06T07:30:00Z").json
    kinds = ("deliveries", "readers", "runs", "sign_ups", "links", "reports", "summaries")
    assert told["forgotten"] == dict.fromkeys(kinds, 0) | {"deliveries": 2, "runs": 1}
    assert told["bytes"] <= told["bytes_before"]
    status = made.digest("status", "--json").json
    assert status["books"]["sent"] == 4


def test_a_time_that_keeps_too_little_is_refused(home: Home) -> None:
    text = home.config.read_text()
    home.configure(f"{text}[retention]\ndeliveries = 7\nformer_readers = -1\nfor_ever = 1\n")
    answer = home.digest("vacuum")
    assert answer.code == 2
    assert "retention.deliveries: must be 0, for ever, or a number of days from 30" in answer.err
    assert "retention.former_readers" in answer.err
    assert "retention.for_ever: there is no such key" in answer.err
