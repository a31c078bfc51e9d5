"""What all tests share: golden files, and the recorded data where it is at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.packages import Packages
from tests.pages import page
from tests.store.databases import SERVERS

# For `make test` and `make prove`. Machines differ too much in speed for deadlines. Where a change
# waits to land, the examples are the same each time (and no database has others): it is to be
# judged by what it does, not by luck. Elsewhere they are new ones, so that what is rare is found.
REPEATABLE = "CI" in os.environ
settings.register_profile("quick", max_examples=15, deadline=None, derandomize=REPEATABLE)
settings.register_profile("thorough", max_examples=250, deadline=None, derandomize=REPEATABLE)
settings.load_profile("quick")

# argparse looks for a translation of its every word, which takes half the time of a short command.
os.environ["LANGUAGE"] = "C"

HERE = Path(__file__).parent
RECORDED = Path(os.environ.get("DIGEST_RECORDED", HERE.parent.parent / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="record golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """Make a folder for the servers that all workers share. They inherit its name."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="papertide-", ignore_cleanup_errors=True)
        os.environ[SERVERS] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with recorded data, which takes longest, or leave it to machines that have it."""
    items.sort(key=lambda item: "recorded" not in item.keywords)
    if (RECORDED / "data").is_dir():
        return
    for item in items:
        if "recorded" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=f"no recorded data at {RECORDED}"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str | bytes], None]:
    """Compare what was rendered with tests/golden/NAME, byte for byte; `make accept` records."""

    def compare(name: str, rendered: str | bytes) -> None:
        data = rendered.encode() if isinstance(rendered, str) else rendered
        file = HERE / "golden" / name
        if request.config.getoption("--accept"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        assert file.exists(), f"{file} is not recorded yet: make accept"
        assert data.decode() == file.read_bytes().decode()

    return compare


@pytest.fixture
def recorded() -> Path:
    """The folder of recorded real data."""
    return RECORDED / "data"


@dataclass(frozen=True)
class Replay:
    """A server that answers as the recorded sites do."""

    url: str

    def today(self, date: str) -> None:
        """Make it this day: a later list day is refused, as the real site refuses it."""
        httpx.get(f"{self.url}/-/today", params={"date": date}, verify=False).raise_for_status()


@pytest.fixture
def replay() -> Iterator[Replay]:
    """The replay server on a free port, ended with the test."""
    command = [sys.executable, str(RECORDED / "replay" / "serve.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Replay(process.stdout.readline().strip())
        finally:
            process.terminate()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A newsletter of saved pages, delivered into a Maildir."""
    home = Home(tmp_path / "home")
    (home.folder / "pages").mkdir()
    (home.folder / "pages" / "1.txt").write_text(page(1, 2, 3))
    return home.configure(
        '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
        '[mail]\nto = ["jane@example.org", "joe@example.org"]\n'
    )


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return Packages(tmp_path / "packages")


@pytest.fixture
def tides(httpserver: HTTPServer) -> str:
    """The archive's address; it has one paper of 3 March."""

    def answer(request: Request) -> Response:
        papers = [{"title": "Ebb and Flow of Small Models", "authors": ["First Author"]}]
        found = papers if request.args["day"] == "2026-03-03" else []
        return Response(json.dumps(found), content_type="application/json")

    httpserver.expect_request("/papers").respond_with_handler(answer)
    return httpserver.url_for("/papers")
