"""A site that sets a pace is asked by one run at a time, and rests in between."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digest.errors import FetchError
from digest.model.replies import Pace
from digest.store.database import database
from digest.store.engine import open_store
from digest.store.pace import Gates, open_gates

REST = 0.3
PACE = Pace(name="a site/of any name", seconds=REST)
ASKING = """
import sys, time, urllib.request
from digest.model.replies import Pace
from digest.store.pace import open_gates
state, url, seconds, times = sys.argv[1:]
gates = open_gates(state, time.time, time.sleep)
for _ in range(int(times)):
    with gates.gate(Pace(name="a site/of any name", seconds=float(seconds))):
        urllib.request.urlopen(url).read()
"""


class Site:
    """A server that knows when each of its answers began and ended."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self.asked = threading.Event()
        self.holding = threading.Event()
        self.holding.set()
        spans = self.spans
        asked, holding = self.asked, self.holding

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                began = time.monotonic()
                asked.set()
                holding.wait(30)
                time.sleep(0.05)
                spans.append((began, time.monotonic()))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    @contextmanager
    def open(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def rests(self) -> list[float]:
        spans = sorted(self.spans)
        return [start - end for (_, end), (start, _) in itertools.pairwise(spans)]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().open() as opened:
        yield opened


@contextmanager
def another_process(state: str, site: Site, times: int = 1) -> Iterator[subprocess.Popen[str]]:
    """A process that asks the site at its pace."""
    command = [sys.executable, "-c", ASKING, state, site.url, str(REST), str(times)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def state(url: str) -> str:
    """A database that is there."""
    open_store(url).close()
    return url


def gates(state: str, **settings: float) -> Gates:
    return Gates(database(state), clock=time.time, sleep=time.sleep, **settings)


def test_two_processes_ask_in_turn_and_let_the_site_rest(state: str, site: Site) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(another_process(state, site, times=3)) for _ in range(2)]
        assert [child.wait(60) for child in children] == [0, 0]
    assert len(site.spans) == 6
    assert min(site.rests()) >= REST


def test_threads_ask_in_turn_and_let_the_site_rest(state: str) -> None:
    shared, spans = open_gates(state, time.time, time.sleep), []

    def ask() -> None:
        for _ in range(2):
            with shared.gate(PACE):
                began = time.monotonic()
                spans.append((began, time.monotonic()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rests = [start - end for (_, end), (start, _) in itertools.pairwise(sorted(spans))]
    assert len(rests) == 5
    assert min(rests) >= REST - 0.002  # notes are whole milliseconds of another clock


def test_a_process_that_is_killed_at_it_frees_the_site_which_still_rests(
    state: str, site: Site
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    site.holding.clear()
    with another_process(state, site) as child:
        assert site.asked.wait(30)
        child.kill()
        child.wait()
        with Gates(database(state), clock=lambda: 0.0, sleep=sleep, patience=30.0).gate(PACE):
            pass
        site.holding.set()
    assert slept[-1] == pytest.approx(REST)


def test_a_site_that_another_process_keeps_is_given_up_in_the_end(state: str, site: Site) -> None:
    site.holding.clear()
    with another_process(state, site):
        assert site.asked.wait(30)
        with (
            pytest.raises(FetchError, match="others are asking this site; try again later"),
            gates(state, patience=0.6).gate(PACE),
        ):
            pass
        with gates(state).gate(Pace(name="another site", seconds=REST)):
            pass
        site.holding.set()


def test_what_goes_wrong_at_the_site_frees_it_and_counts_as_asked(state: str) -> None:
    slept: list[float] = []
    shared = Gates(database(state), clock=lambda: 1000.0, sleep=slept.append)
    with pytest.raises(FetchError, match="no answer"), shared.gate(PACE):
        raise FetchError("no answer")
    with shared.gate(PACE):
        pass
    assert slept == pytest.approx([REST])


def test_only_the_time_that_is_left_is_waited(state: str) -> None:
    slept: list[float] = []
    times = iter([50.0, 50.01, 50.5, 53.0, 53.0])  # begin, end; rest, begin, end
    shared = Gates(database(state), clock=lambda: next(times), sleep=slept.append)
    for _ in range(2):
        with shared.gate(Pace(name="site", seconds=3.0)):
            pass
    assert slept == [pytest.approx(2.51)]


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_is_set_makes_nobody_wait_longer_than_the_pace(
    state: str, jump: float
) -> None:
    slept: list[float] = []
    with Gates(database(state), clock=lambda: 1e9, sleep=slept.append).gate(PACE):
        pass
    after = Gates(database(state), clock=lambda: 1e9 + jump, sleep=slept.append)
    with after.gate(PACE):
        pass
    assert slept == pytest.approx([REST] if jump < 0 else [])


def test_without_a_database_the_pace_is_kept_and_nothing_is_made(
    sqlite_url: str, tmp_path: Path
) -> None:
    slept: list[float] = []
    shared = Gates(database(sqlite_url), clock=lambda: 1000.0, sleep=slept.append)
    for _ in range(2):
        with shared.gate(PACE):
            pass
    assert slept == pytest.approx([REST])
    assert not list(tmp_path.iterdir())


def test_a_database_of_another_version_is_left_as_it_is(state: str) -> None:
    place = database(state)
    connection = place.connect(autocommit=True)
    connection.execute("DROP TABLE pace")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    slept: list[float] = []
    shared = Gates(place, clock=lambda: 1000.0, sleep=slept.append)
    for _ in range(2):
        with shared.gate(PACE):
            pass
    assert slept == pytest.approx([REST])


def test_a_database_that_cannot_be_used_is_an_error_of_the_fetch(tmp_path: Path) -> None:
    (tmp_path / "digest.db").write_text("no database at all, but long enough to be taken for one")
    shared = gates(f"sqlite:///{tmp_path}/digest.db")
    for _ in range(2):  # nothing stays held
        with (
            pytest.raises(FetchError, match=r"its pace cannot be kept: .* is damaged"),
            shared.gate(PACE),
        ):
            pass
