"""The benchmark of the archive, on a few days."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The tests travel with the source distribution, the benchmarks do not.
archive = pytest.importorskip("benchmarks.archive")
decade = pytest.importorskip("benchmarks.decade")


def test_each_figure_is_told_and_a_run_adds_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--editions", "2", "--sizes", "--runs", "1", "--folder", str(tmp_path)]
    archive.measure(archive.options().parse_args(few), decade.Decade(texts=2))
    told = capsys.readouterr().out
    assert [line.partition("  ")[0] for line in told.splitlines() if line[0] != " "] == [
        "all editions",
        "a day more after 2",
        "a day more",
        "a day more after 2, of that after 2",
    ]
    pages = (tmp_path / "ours-2" / "site").glob("2025/12/*/index.html")
    assert sorted(page.parent.name for page in pages) == ["09", "10", "11"]


def test_a_peer_has_the_same_editions_as_pages(tmp_path: Path) -> None:
    papers = decade.Decade(texts=1)
    peer = archive.Peer("Other", tmp_path, (sys.executable, "-c", ""), {"set": "x"}, "On {date}\n")
    peer.hold(papers, 2)
    peer.add(papers)
    pages = {page.name: page.read_text() for page in (tmp_path / "content").rglob("*.md")}
    assert sorted(pages) == ["2025-12-09.md", "2025-12-10.md", "2025-12-11.md"]
    assert pages["2025-12-11.md"].startswith("On 2025-12-11\n")
    assert 40_000 < len(pages["2025-12-11.md"].encode()) < 48_000
    assert peer.build().cpu > 0


def test_days_have_papers_of_their_own() -> None:
    papers = decade.Decade(texts=1)
    first, second = (
        [placed for section in papers.edition(date).edition.sections for placed in section.papers]
        for date in decade.dates(2)
    )
    assert [placed.paper.title for placed in first] == [placed.paper.title for placed in second]
    assert len({placed.key for placed in first + second}) == 2 * decade.PAPERS
