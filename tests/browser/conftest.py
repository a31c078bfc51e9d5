"""Every mail as the tools see it: one Chromium and one Java for all of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.browser import mails
from tests.browser.faults import Look
from tests.browser.mails import Mail

HERE = Path(__file__).parent
CHECKER = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
FAULTY = "faulty"
PARAMS = [
    *mails.GOLDEN,
    *mails.SAMPLE,
    *(pytest.param(name, marks=pytest.mark.recorded) for name in mails.RECORDED_DAYS),
]


@pytest.fixture(scope="session")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Look]:
    """All mails by name, the faulty one too."""
    folder = tmp_path_factory.mktemp("mails")
    found = {FAULTY: mails.faulty(), **{name: mails.golden(name) for name in mails.GOLDEN}}
    found |= mails.sample(folder)
    if mails.DATA.is_dir():
        with HTTPServer() as server:
            found |= mails.recorded(folder, server)
    return dict(zip(found, _looked_at(folder, list(found.values())), strict=True))


@pytest.fixture(params=PARAMS)
def look(request: pytest.FixtureRequest, looks: dict[str, Look]) -> Look:
    """One mail after the other."""
    return looks[request.param]


@pytest.fixture
def faulty(looks: dict[str, Look]) -> Look:
    return looks[FAULTY]


def _looked_at(folder: Path, found: list[Mail]) -> list[Look]:
    files = [folder / f"{number}.html" for number in range(len(found))]
    for file, mail in zip(files, found, strict=True):
        file.write_text(mail.html, encoding="utf-8")
    messages = checked(files)
    facts = json.loads(_output("node", HERE / "inspect.mjs", *files))
    said = [
        [each["message"] for each in messages if each["url"] == f"file:{file}"] for file in files
    ]
    return list(map(Look, found, said, facts))


def checked(files: list[Path]) -> list[dict[str, str]]:
    """What the Nu checker says of files of HTML."""
    check = ("java", "-jar", CHECKER, "--format", "json", "--stdout", "--exit-zero-always")
    messages: list[dict[str, str]] = json.loads(_output(*check, *files))["messages"]
    return messages


def _output(*command: str | Path) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
