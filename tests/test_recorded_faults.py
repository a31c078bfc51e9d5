"""Every fault of the recorded sites and every odd feed, beside a healthy source (G9, G11)."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from tests.conftest import Replay
from tests.home import Answer, Home

pytestmark = pytest.mark.recorded

NOW = "2026-01-05T07:30:00Z"
HEALTHY = 40  # papers of the healthy feed
INTRANET = "[fetch]\nallow_private = true\n"
FAULTS = {
    "500": "HTTP 500",
    "503": "HTTP 503",
    "429": "HTTP 429",
    "404": "HTTP 404",
    "410": "HTTP 410",
    "drip": "no whole answer",
    "endless": "over 20 MB",
    "gzipbomb": "over 50 MB unpacked",
    "truncated": "",
    "login": "expected RSS, Atom or JSON Feed",
    "redirect-loop": "more than 5 redirects",
    "redirect-private": "169.254.169.254",
}


# A child counts the memory of the process that it was forked from, so that must be a small one.
MEASURING = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


class Run(NamedTuple):
    answer: Answer
    seconds: float
    megabytes: float


def source(name: str, url: str) -> str:
    return f'[[source]]\nkind = "feed"\nname = "{name}"\nurl = "{url}"\n'


def measured(*homes: Home) -> list[Run]:
    """`digest run` in each of these homes at once, each as a process of its own."""
    started, under = time.monotonic(), [sys.executable, "-S", "-c", MEASURING]
    children = [home.start("run", "--json", now=NOW, under=under) for home in homes]
    runs = []
    for child in children:
        out, err = (text.decode() for text in child.communicate())
        report, kilobytes = out.rstrip().rsplit("\n", 1)
        answer = Answer(child.returncode, report, err)
        runs.append(Run(answer, time.monotonic() - started, int(kilobytes) / 1024))
    return runs


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_bounded_and_named_and_costs_no_paper(
    tmp_path: Path, replay: Replay, fault: str
) -> None:
    alone, beside = Home(tmp_path / "alone"), Home(tmp_path / "beside")
    faulty = source("feed", f"{replay.url}/hf_feed.xml?fault={fault}")
    healthy = source("odd", f"{replay.url}/odd/rss-parser/encoding.rss")
    alone.configure(faulty + INTRANET)
    beside.configure(faulty + healthy + INTRANET)
    for run in measured(alone, beside):
        assert run.answer.code == 1, run.answer.err
        told = run.answer.json["sources"]["feed"]
        assert told["state"] == "failed"
        assert FAULTS[fault] in told["error"]
        assert "Traceback" not in run.answer.err
        assert run.seconds < 60
        assert run.megabytes < 300
    assert not alone.keys()
    assert len(beside.keys()) == HEALTHY
    for home, already in ((alone, 0), (beside, HEALTHY)):
        mended = faulty.replace(f"?fault={fault}", "")
        home.configure(mended + (healthy if already else "") + INTRANET)
        report = home.run(now="2026-01-06T07:30:00Z")
        assert report["sources"]["feed"]["state"] == "fresh"
        assert len(home.keys()) == len(set(home.keys())) == 7 + already


@pytest.mark.parametrize("fault", ["flaky", "noetag"])
def test_what_passes_by_itself_is_no_fault(tmp_path: Path, replay: Replay, fault: str) -> None:
    url = f"{replay.url}/hf_feed.xml?fault={fault}"
    home = Home(tmp_path / "home").configure(source("feed", url) + INTRANET)
    assert home.digest("run", now=NOW).code == 0
    assert len(home.keys()) == 7
    assert home.run(now="2026-01-06T07:30:00Z")["status"] == "quiet"


def test_every_odd_feed_beside_a_healthy_one_is_told_for_what_it_is(
    tmp_path: Path, replay: Replay, recorded: Path, golden: Callable[[str, str], None]
) -> None:
    folder = recorded / "odd_feeds"
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    home = Home(tmp_path / "home").configure(
        source("healthy", f"{replay.url}/hf_feed.xml")
        + "".join(source(name, f"{replay.url}/odd/{quote(name)}") for name in files)
        + INTRANET
    )
    answer = home.digest("run", "--json", now=NOW)
    assert answer.code == 1
    assert "Traceback" not in answer.err
    sources = answer.json["sources"]
    assert sources["healthy"] == {"state": "fresh", "sightings": 7}
    golden("odd_feeds.txt", table({name: sources[name] for name in files}))


def table(sources: dict[str, Any]) -> str:
    """A line a source: its name, its state, how many papers were read, and why."""
    lines = [
        f"{name}: {told['state']} {told['sightings']} {told.get('error') or told.get('reason', '')}"
        for name, told in sources.items()
    ]
    return re.sub(r"http://127\.0\.0\.1:\d+", "", "\n".join(map(str.rstrip, lines))) + "\n"
