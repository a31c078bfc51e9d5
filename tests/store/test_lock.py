"""One run of a newsletter at a time, whatever becomes of it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.errors import Busy, StoreError
from digest.store.lock import newsletter_lock


@contextmanager
def another_process(url: str, slug: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock."""
    command = [sys.executable, "-m", "tests.store.child", "lock", url, slug]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        try:
            assert child.stdout.readline() == "held\n"
            yield child
        finally:
            child.kill()


def test_the_lock_keeps_another_process_out_until_sigkill(url: str) -> None:
    with another_process(url, "daily") as child:
        with (
            pytest.raises(Busy, match="another run of daily is at work"),
            newsletter_lock(url, "daily"),
        ):
            pass
        child.kill()
        child.wait()
        until = time.monotonic() + 10
        while True:  # a PostgreSQL server notices the death of its client a moment later
            try:
                with newsletter_lock(url, "daily"):
                    return
            except Busy:
                assert time.monotonic() < until
                time.sleep(0.02)


def test_the_lock_keeps_another_run_of_this_process_out(url: str) -> None:
    with newsletter_lock(url, "daily"), pytest.raises(Busy), newsletter_lock(url, "daily"):
        pass
    with newsletter_lock(url, "daily"):
        pass


def test_newsletters_do_not_lock_each_other_out(url: str) -> None:
    with another_process(url, "daily"), newsletter_lock(url, "other"):
        pass


def test_a_lock_without_a_place_for_it_is_an_error(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="cannot be made"), newsletter_lock(sqlite_url, "daily"):
        pass
