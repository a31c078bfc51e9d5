"""Files, the sample, and which fetcher a URL gets."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from digest.errors import FetchError, FileError
from digest.fetch import Fetchers
from digest.fetch.files import FileFetcher
from digest.fetch.sample import SampleFetcher
from digest.model.replies import Reply, Request, Validators


def fetch(path: Path | str, known: dict[str, Validators] | None = None) -> list[Reply]:
    """Through the door that wiring uses."""
    url = path.as_uri() if isinstance(path, Path) else path
    with Fetchers(
        "",
        False,
        pacing=lambda _: nullcontext(),
        sleep=time.sleep,
        monotonic=time.monotonic,
        random=lambda: 0.5,
    ) as fetchers:
        return list(fetchers.fetch(Request(url=url), known or {}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "my pages"
    (pages / "deeper").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "c [1].html", ".hidden.txt", "deeper/d.txt"):
        (pages / name).write_text(name)
    return pages


def test_a_folder_is_its_visible_files_in_name_order(folder: Path) -> None:
    replies = fetch(folder)
    assert [reply.body for reply in replies] == [b"a.txt", b"b.txt", b"c [1].html"]
    assert replies[0].url == (folder / "a.txt").as_uri()
    assert replies[0].validators.sha256 == hashlib.sha256(b"a.txt").hexdigest()


@pytest.mark.parametrize("encoded", [True, False])
def test_a_pattern_is_the_files_it_matches(folder: Path, encoded: bool) -> None:
    url = (folder / "*.tx?").as_uri() if encoded else f"file://{folder}/*.tx?"
    assert [reply.body for reply in fetch(url)] == [b"a.txt", b"b.txt"]


def test_a_file_that_exists_is_meant_literally(folder: Path) -> None:
    assert [reply.body for reply in fetch(folder / "c [1].html")] == [b"c [1].html"]


def test_a_file_already_read_is_unchanged_and_a_new_one_is_not(folder: Path) -> None:
    known = {reply.url: reply.validators for reply in fetch(folder)}
    (folder / "b.txt").write_text("more")
    assert [(reply.unchanged, reply.body) for reply in fetch(folder, known)] == [
        (True, b""),
        (False, b"more"),
        (True, b""),
    ]


@pytest.mark.parametrize("name", ["gone.txt", "*.pdf", "deeper/deepest"])
def test_no_file_is_a_failure_that_names_the_path(folder: Path, name: str) -> None:
    with pytest.raises(FileError, match=r"my pages/.*: no such file"):
        fetch(folder / name)


def test_a_folder_whose_files_cannot_be_looked_at_is_told(folder: Path) -> None:
    (folder / "odd").symlink_to("x" * 300)  # as where one may list a folder but not enter it
    with pytest.raises(FileError, match="my pages: File name too long; check who may read it"):
        fetch(folder)


def test_a_path_that_is_not_absolute_is_told() -> None:
    with pytest.raises(FileError, match="'pages' is no absolute path"):
        fetch("file://pages")


def test_a_file_that_vanishes_hides_no_other(folder: Path) -> None:
    replies = FileFetcher().fetch(Request(url=folder.as_uri()), {})
    assert next(replies).body == b"a.txt"
    (folder / "b.txt").unlink()
    assert next(replies).body == b"c [1].html"
    with pytest.raises(FileError, match=r"b\.txt: No such file or directory; check"):
        next(replies)


def test_all_files_that_cannot_be_read_are_told_after_those_that_can(folder: Path) -> None:
    for name in ("a.txt", "c [1].html"):
        (folder / name).write_bytes(b"x" * 1001)
    replies = FileFetcher(max_size=1000).fetch(Request(url=folder.as_uri()), {})
    assert next(replies).body == b"b.txt"
    with pytest.raises(FileError, match=r"a\.txt: over 0\.001 MB.*; .*c \[1\]\.html: over"):
        next(replies)


def test_the_sample_answers_its_days_and_is_empty_on_others(tmp_path: Path) -> None:
    (tmp_path / "2026-01-05.json").write_bytes(b'[{"paper": 1}]')
    sample = SampleFetcher(tmp_path)
    bodies = [
        reply.body
        for day in ("2026-01-05", "2026-01-06")
        for reply in sample.fetch(Request(url=f"https://example.org/api?date={day}&p=0"), {})
    ]
    assert bodies == [b'[{"paper": 1}]', b"[]"]


@pytest.mark.parametrize("query", ["", "?date=", "?date=../secret", "?date=2026-02-30"])
def test_the_sample_knows_nothing_but_days(tmp_path: Path, query: str) -> None:
    with pytest.raises(FetchError, match=r"example\.org/api: the sample"):
        list(SampleFetcher(tmp_path).fetch(Request(url=f"https://example.org/api{query}"), {}))


def test_reading_files_loads_no_web_client(folder: Path) -> None:
    program = (
        "import sys; from digest.fetch import Fetchers; from digest.model.replies import Request; "
        "f = Fetchers('', False, pacing=None, sleep=None, monotonic=None, random=None); "
        "assert len(list(f.fetch(Request(url=sys.argv[1]), {}))) == 3; f.close(); "
        "assert not {'httpcore', 'httpx', 'ssl', 'socket'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, folder.as_uri()], check=True)
