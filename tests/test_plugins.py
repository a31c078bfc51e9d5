"""A source that another package brings: the one of docs/sources.md, installed as its page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from digest.config.keys import KINDS
from tests.home import Answer, Home

PAGE = (Path(__file__).parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")
SOURCE, TEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PROJECT, TABLE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
NOW = "2026-03-04T09:00:00Z"


class Packages:
    """A folder of installed packages, as an installer leaves them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def install(self, module: str, code: str, project: str = PROJECT) -> None:
        told = tomllib.loads(project)["project"]
        (self.folder / f"{module}.py").write_text(code, encoding="utf-8")
        info = self.folder / f"{told['name'].replace('-', '_')}-{told['version']}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {told['name']}\nVersion: {told['version']}\n"
        (info / "METADATA").write_text(metadata)
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
            for group, entries in told["entry-points"].items()
        ]
        (info / "entry_points.txt").write_text("\n".join(groups))

    def digest(self, home: Home, *arguments: str, now: str = NOW, **environ: str) -> Answer:
        return home.process(*arguments, now=now, PYTHONPATH=str(self.folder), **environ)


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


def changed(method: str, statement: str) -> str:
    """The page's source with another body in one of its methods."""
    head = re.compile(rf"    def {method}(\(.*\)):\n")
    found = head.search(SOURCE)
    assert found, method
    body = f"    def {method}{found[1]}:\n        {statement}\n\n    def old_{method}{found[1]}:\n"
    return head.sub(lambda _: body, SOURCE)


def configured(home: Home, url: str, table: str = TABLE) -> Home:
    """The page's source, at another address, beside a saved page."""
    config = home.config.read_text(encoding="utf-8")
    table = table.replace("https://tides.example/list", url)
    return home.configure(f"{config}\n[fetch]\nallow_private = true\n\n{table}")


def other(name: str, value: str) -> str:
    """A package like the page's, with a name and an entry point of its own."""
    return PROJECT.replace("tide-source", name).replace("tide_source:TideArchive", value)


def run(packages: Packages, home: Home) -> tuple[int, dict[str, Any]]:
    answer = packages.digest(home, "run", "--json")
    assert answer.out, answer.err
    return answer.code, answer.json


def test_the_page_names_every_kind_and_key_of_ours() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \|(.*)\|$", PAGE, re.MULTILINE))
    assert rows.keys() == KINDS.keys()
    for kind, keys in KINDS.items():
        named = set(re.findall(r"`(\w+)`", rows[kind]))
        assert named == keys.keys() - {"name"}, kind


def test_the_pages_source_is_forty_lines() -> None:
    assert len([line for line in SOURCE.splitlines() if line.strip()]) <= 40


def test_the_pages_source_gives_its_papers(packages: Packages, home: Home, tides: str) -> None:
    packages.install("tide_source", SOURCE)
    code, told = run(packages, configured(home, tides))
    assert (code, told["new"]) == (0, 4)
    shore = told["sources"]["shore"]
    assert (shore["state"], shore["sightings"]) == ("waiting", 1)
    assert shore["reason"] == "the list of 2026-03-04 is still empty"
    (edition,) = home.editions()
    assert "Ebb and Flow of Small Models" in json.dumps(edition)


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("Pacific/Auckland", "2026-03-03T19:00:00Z"),
        ("America/New_York", "2026-03-04T13:00:00Z"),
    ],
)
def test_the_pages_source_waits_wherever_its_reader_lives(
    packages: Packages, home: Home, tides: str, zone: str, now: str
) -> None:
    packages.install("tide_source", SOURCE)
    table = f'{TABLE}\n[newsletter]\ntimezone = "{zone}"\n'
    answer = packages.digest(configured(home, tides, table), "run", "--json", now=now)
    shore = answer.json["sources"]["shore"]
    assert (shore["state"], shore["reason"]) == ("waiting", "the list of 2026-03-04 is still empty")


def test_the_pages_contract_test_passes(packages: Packages, tmp_path: Path) -> None:
    packages.install("tide_source", SOURCE)
    (tmp_path / "test_tides.py").write_text(TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path / "test_tides.py")],
        env=os.environ | {"PYTHONPATH": str(packages.folder)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout


@pytest.mark.parametrize("method", ["requests", "parse", "verdict"])
@pytest.mark.parametrize(
    "wrong",
    [("1 / 0", "ZeroDivisionError: division by zero"), ("raise SystemExit(0)", "SystemExit: 0")],
)
def test_a_source_that_breaks_in_a_run_stops_no_other(
    packages: Packages, home: Home, tides: str, method: str, wrong: tuple[str, str]
) -> None:
    fault, told = wrong
    packages.install("tide_source", changed(method, fault))
    code, report = run(packages, configured(home, tides))
    assert (code, report["status"]) == (1, "published")
    assert (report["new"] >= 3, report["sources"]["pages"]["sightings"]) == (True, 3)
    assert report["sources"]["shore"]["state"] == "failed"
    error = f"the source itself is broken ({told}); report this"
    assert error in report["sources"]["shore"]["error"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("requests", "None"), "'NoneType' object is not iterable"),
        (("requests", "[Request(url=7)]"), "Expected `str`, got `int` - at `$[0].url`"),
        (("parse", "None"), "Expected `array`, got `null`"),
        (("parse", "[Paper(title='Ebb')]"), "Expected `array` of length 6, got 1"),
        (("parse", "Listing(papers=[Paper(title=None)])"), "got `null` - at `$[0][0].title`"),
        (("parse", "Listing(papers=[Paper(title=b'Ebb')])"), "got `bytes` - at `$[0][0].title`"),
        (("parse", "Listing(papers=[Paper(title='Ebb', upvotes='many')])"), "upvotes`"),
        (("verdict", "'quiet'"), "Expected `array`, got `str`"),
        (("verdict", "('fine', 'all of it')"), "Invalid enum value 'fine'"),
        (("verdict", "('failed', 'all of it')"), "a verdict is waiting, quiet, stale or fresh"),
    ],
)
def test_a_source_that_gives_what_none_may_stops_no_other(
    packages: Packages, home: Home, tides: str, wrong: tuple[str, str], told: str
) -> None:
    method, given = wrong
    packages.install("tide_source", changed(method, f"return {given}"))
    exit_code, report = run(packages, configured(home, tides))
    assert (exit_code, report["new"] >= 3) == (1, True)
    assert report["sources"]["shore"]["state"] == "failed"
    assert "the source itself is broken" in report["sources"]["shore"]["error"]
    assert told in report["sources"]["shore"]["error"]


def test_a_source_goes_by_the_name_it_has_in_the_configuration(
    packages: Packages, home: Home, tides: str
) -> None:
    packages.install("tide_source", SOURCE.replace("= name, url", "= 'pages', url"))
    _, report = run(packages, configured(home, tides))
    seen = {name: told["sightings"] for name, told in report["sources"].items()}
    assert seen == {"pages": 3, "shore": 1}


@pytest.mark.parametrize("error", ["ParseError", "RuntimeError"])
def test_what_a_source_says_of_an_error_is_shortened_and_made_safe(
    packages: Packages, home: Home, tides: str, error: str
) -> None:
    words = "'ebb\\x1b[31m \\ud800' * 10000"
    packages.install("tide_source", changed("parse", f"raise {error}({words})"))
    code, report = run(packages, configured(home, tides))
    told = report["sources"]["shore"]["error"]
    assert (code, "ebb[31m" in told, "\x1b" in told, "\ud800" in told) == (1, True, False, False)
    assert len(told) < 1000


def test_what_a_source_gives_is_made_safe_to_show(
    packages: Packages, home: Home, tides: str
) -> None:
    paper = "Paper(title='', abstract='The\\ud800 \\u202etide', url='javascript:alert(1)')"
    told = f"return Listing(papers=[{paper}, Paper(title='')])"
    packages.install("tide_source", changed("parse", told))
    code, report = run(packages, configured(home, tides))
    assert (code, report["new"]) == (0, 4)
    (edition,) = home.editions()
    shown = [placed["paper"] for part in edition["sections"] for placed in part["papers"]]
    (careless_one,) = [paper for paper in shown if paper["abstract"].startswith("The ")]
    assert (careless_one["title"], careless_one["url"]) == ("The tide", None)


def test_the_keys_are_checked_as_ours_are(packages: Packages, home: Home) -> None:
    packages.install("tide_source", SOURCE)
    table = TABLE.replace('url = "', 'look_back_days = -1\ncolour = "blue"\nurl = "x')
    answer = packages.digest(configured(home, "", table), "run")
    assert answer.code == 2
    assert "source.shore.look_back_days: must be a number of days from 0 to 366" in answer.err
    assert "source.shore.colour: there is no such key; known are: url, look_back" in answer.err
    assert "source.shore.url: must be an address" in answer.err


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("int", "TypeError: int() argument must be"),
        ("exit", "SystemExit: Given(value='x'"),
        ("lambda given: 1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_check_that_breaks_is_named(
    packages: Packages, home: Home, check: str, told: str
) -> None:
    packages.install("tide_source", SOURCE.replace(", web_url)", f", {check})"))
    answer = packages.digest(configured(home, "x"), "run")
    assert answer.code == 2
    assert f"source.shore.url: cannot be checked ({told}" in answer.err
    assert "; report this" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("raise SystemExit(0)", "cannot be imported (SystemExit: 0)"),
        ("raise OSError('\\x1b[31m two\\nlines' * 9999)", "(OSError: [31m two lines[31m two"),
        ("import no_such_thing", "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("TideArchive = 3", "must be a class whose `keys`"),
        ("class TideArchive: pass", "must be a class whose `keys`"),
        ("class TideArchive: keys = {'url': ''}", "must be a class whose `keys`"),
        ("class Other: keys = {}", "AttributeError"),
    ],
)
def test_a_package_that_cannot_be_imported_is_named(
    packages: Packages, home: Home, code: str, named: str
) -> None:
    packages.install("tide_source", code)
    answer = packages.digest(configured(home, ""), "run")
    assert answer.code == 2
    entry = "source.shore.kind: the entry point tides = tide_source:TideArchive of tide-source 1.0"
    assert entry in answer.err
    assert named in answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err) < 1000


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("pass", "TypeError: TideArchive() takes no arguments"),
        ("__init__ = lambda *_, **__: exit()", "SystemExit: None"),
        ("__init__ = lambda *_, **__: exit('\\x1b' + 'x' * 9999)", "SystemExit: x"),
        ("__init__ = lambda *_, **__: None", "AttributeError: 'TideArchive' object has no"),
    ],
)
def test_a_class_that_cannot_be_called_is_named(
    packages: Packages, home: Home, body: str, error: str
) -> None:
    packages.install("tide_source", f"class TideArchive:\n    keys = {{}}\n    {body}")
    answer = packages.digest(configured(home, "", '[[source]]\nkind = "tides"'), "run")
    assert answer.code == 2
    assert f"source.tides: the kind 'tides' is broken ({error}" in answer.err
    assert ("\x1b" not in answer.err, len(answer.err) < 1000) == (True, True)


def test_a_kind_that_two_packages_bring_is_refused(packages: Packages, home: Home) -> None:
    packages.install("tide_source", SOURCE)
    packages.install("more_tides", SOURCE, other("more-tides", "more_tides:TideArchive"))
    answer = packages.digest(configured(home, "", '[[source]]\nkind = "tides"'), "run")
    assert answer.code == 2
    assert "several packages bring the kind 'tides'; remove all but one" in answer.err


def test_installed_kinds_are_named_beside_ours(packages: Packages, home: Home) -> None:
    packages.install("tide_source", SOURCE)
    answer = packages.digest(configured(home, "", '[[source]]\nkind = "tide"'), "run")
    assert answer.code == 2
    ours = "huggingface, arxiv, biorxiv, feed, saved-page"
    assert f"source.tide.kind: must be one of: {ours}, tides" in answer.err


def test_our_own_kinds_do_not_look_for_others(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path; from digest.config import load;"
        "from digest.sources import source_for;"
        f"[source_for(one) for one in load(Path({str(home.config)!r}), {{}}).sources];"
        "sys.exit('importlib.metadata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
