"""cron.example: each of its lines is one that cron would read, and that works."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from cronsim import CronSim

from digest.cli.arguments import parser
from tests.home import Home

EXAMPLE = Path(__file__).parent.parent / "cron.example"
JOBS = [line for line in EXAMPLE.read_text().splitlines() if re.match(r"[^#\w]*[0-9*@]", line)]


def split(job: str) -> tuple[str, list[str]]:
    """A job's times and its command."""
    *times, command = job.split(maxsplit=5)
    return " ".join(times), shlex.split(command)


def test_every_line_is_a_comment_a_setting_or_a_job() -> None:
    others = [line for line in EXAMPLE.read_text().splitlines() if line not in JOBS]
    assert [line for line in others if not re.fullmatch(r"|#.*|[A-Z]+=\S+", line)] == []


@pytest.mark.parametrize("job", JOBS)
def test_a_jobs_times_come(job: str) -> None:
    times, _ = split(job)
    start = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert next(CronSim(times, start)) < start + dt.timedelta(days=1)


@pytest.mark.parametrize("job", JOBS)
def test_a_jobs_command_is_one_that_digest_knows(job: str) -> None:
    _, (program, *arguments) = split(job)
    options = parser().parse_args(arguments)
    assert Path(program).name == "digest"
    assert Path(options.config).name == "digest.toml"
    assert options.quiet
    assert "%" not in job, "cron takes % for the end of the line"


def test_a_daily_run_is_among_the_jobs() -> None:
    commands = [split(job) for job in JOBS]
    [times] = [times for times, command in commands if command[-1] == "run"]
    mornings = CronSim(times, dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    assert next(mornings) + dt.timedelta(days=1) == next(mornings)


@pytest.mark.parametrize("job", JOBS)
def test_a_job_runs_in_what_little_cron_gives_it_and_tells_nothing(job: str, home: Home) -> None:
    command = job.split(maxsplit=5)[-1]
    if any(word in command.split() for word in ("backup", "vacuum")):
        assert home.digest("run").code == 0  # so that there is something to care for
    for placed, here in (
        ("/backups/", f"{home.folder}/"),
        ("/path/to/digest.toml", str(home.config)),
        ("/path/to/digest ", f"{Path(sys.executable).parent / 'digest'} "),
    ):
        command = command.replace(placed, here)
    environ = {"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "HOME": str(home.folder)}
    done = subprocess.run(
        ["/bin/sh", "-c", command], check=False, env=environ, cwd="/", capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
