"""deploy/*.service and *.timer: what systemd would start is what `digest` understands."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path, PurePosixPath

import pytest

from digest.cli.arguments import parser

DEPLOY = Path(__file__).parents[2] / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))


def unit(file: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, comment_prefixes="#", delimiters="=")
    read.optionxform = str  # type: ignore[assignment,method-assign] # as the library's own docs do
    read.read_string(file.read_text())
    return read


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_a_service_starts_a_command_that_digest_knows(file: Path) -> None:
    service = unit(file)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    options = parser().parse_args(arguments)
    assert PurePosixPath(program).name == "digest"
    assert PurePosixPath(options.config).parent == PurePosixPath(service["WorkingDirectory"])
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def test_services_are_kept_from_all_else_alike() -> None:
    def shut(file: Path) -> dict[str, str]:
        own = {"Type", "ExecStart", "ExecReload", "Restart", "RestartSec"}
        own |= {"TimeoutStopSec", "SuccessExitStatus"}
        return {key: value for key, value in unit(file)["Service"].items() if key not in own}

    first, *others = map(shut, SERVICES)
    assert first["ProtectSystem"] == "strict"
    assert others == [first] * len(others)


def test_the_timer_begins_a_service_that_ends() -> None:
    [timer] = DEPLOY.glob("*.timer")
    assert unit(timer.with_suffix(".service"))["Service"]["Type"] == "oneshot"
    assert unit(timer)["Timer"]["Persistent"] == "yes"
