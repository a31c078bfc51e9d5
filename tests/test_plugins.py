"""A source that another package brings: the one of docs/sources.md, installed as its page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digest.config.keys import KINDS
from tests.home import Home
from tests.packages import PAGE, SOURCE, TABLE, TEST, Packages, configured, other, run


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
