"""The static site: what it holds, that it lasts, and that others' files are safe in it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest

from digest.archive.site import Site
from digest.document import freeze
from digest.errors import ConfigError, DigestError
from digest.model.catalogue import Naming
from digest.model.editions import Edition, FrozenEdition
from tests.render.specimen import EDITION, SITE, TEMPLATES, shipped

NEW = "2026/06/16"


def site(path: Path, *, base_url: str = SITE) -> Site:
    return Site(
        path / "site", shipped, title="Daily Papers & More", base_url=base_url, naming=Naming
    )


def on(date: dt.date) -> FrozenEdition:
    published = dt.datetime.combine(date, dt.time(7, 30), tzinfo=dt.UTC)
    return freeze(replace(EDITION, date=date, published_at=published))


def days(number: int, *, until: dt.date = EDITION.date) -> list[FrozenEdition]:
    return [on(until - dt.timedelta(days=back)) for back in range(number - 1, -1, -1)]


def contents(path: Path) -> dict[str, bytes]:
    root = path / "site"
    return {
        str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()
    }


def test_an_edition_leaves_its_page_markdown_and_document_and_is_listed(tmp_path: Path) -> None:
    frozen = freeze(EDITION)
    site(tmp_path).build([frozen])
    files = contents(tmp_path)
    of_the_day = {name.removeprefix(f"{NEW}/") for name in files if name.startswith(f"{NEW}/")}
    assert of_the_day == {
        "edition.json", "edition.md", "entry.jsonl", "index.html", "papers.bib", "papers.ris",
        "papers.xml",
    }  # fmt: skip
    assert files[f"{NEW}/edition.json"] == frozen.document
    for lists in ("index.html", "feed.xml", "feed.json", "2026/index.html", "2026/sitemap.xml"):
        assert NEW[-2:].encode() in files[lists], lists
    assert f'href="{NEW}/index.html'.encode() in files["index.html"]


def test_home_and_the_feed_are_as_recorded(
    tmp_path: Path, golden: Callable[[str, str | bytes], None]
) -> None:
    site(tmp_path).build([on(dt.date(2026, 5, 31)), on(dt.date(2026, 6, 1)), freeze(EDITION)])
    files = contents(tmp_path)
    golden("home.html", files["index.html"])
    golden("feed.xml", files["feed.xml"])


def test_the_site_tells_which_editions_it_holds(tmp_path: Path) -> None:
    archive = site(tmp_path)
    assert archive.dates() == []
    assert not archive.has(EDITION.date)
    archive.build(days(3))
    assert archive.dates() == [EDITION.date - dt.timedelta(days=back) for back in (2, 1, 0)]
    assert archive.has(EDITION.date)
    assert not archive.has(EDITION.date + dt.timedelta(days=1))


def test_a_later_edition_joins_those_that_the_site_holds(tmp_path: Path) -> None:
    for number, frozen in enumerate(days(3), start=1):
        site(tmp_path).build([frozen])
        assert len(site(tmp_path).dates()) == number
    together = tmp_path / "together"
    site(together).build(days(3))
    assert contents(tmp_path) == contents(together)


def test_a_missing_file_is_noticed_and_written_again(tmp_path: Path) -> None:
    archive = site(tmp_path)
    archive.build(days(2))
    before = contents(tmp_path)
    for name in (f"{NEW}/index.html", "index.html", "2026/catalogue.json"):
        (tmp_path / "site" / name).unlink()
        assert not archive.has(EDITION.date)
        archive.build(days(2))
        assert contents(tmp_path) == before
    for part in range(3):
        for name in sorted(before)[part::3]:
            (tmp_path / "site" / name).unlink()
        archive.build(days(2))
        assert contents(tmp_path) == before


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    archive = site(tmp_path)
    archive.build(days(2))
    files = [file for file in (tmp_path / "site").rglob("*") if file.is_file()]
    for file in files:
        os.utime(file, (1, 1))
    archive.build(days(2))
    assert {file.stat().st_mtime for file in files} == {1.0}


def test_a_site_without_editions_gets_no_file(tmp_path: Path) -> None:
    site(tmp_path).build([])
    assert not (tmp_path / "site").exists()


def test_a_users_own_files_stay(tmp_path: Path) -> None:
    own = {"CNAME": "papers.example.org", "2026/notes.txt": "mine", "a/b/c/edition.json": "{}"}
    own["2026/02/31/edition.json"] = "{}"
    for name, text in own.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    archive = site(tmp_path)
    archive.build(days(2))
    assert len(archive.dates()) == 2
    assert {name: contents(tmp_path)[name].decode() for name in own} == own


def test_the_folder_of_another_newsletter_is_refused(tmp_path: Path) -> None:
    site(tmp_path).build([freeze(EDITION)])
    before = contents(tmp_path)
    other = freeze(replace(EDITION, newsletter="other"))
    with pytest.raises(
        ConfigError, match=r"archive\.path: .* holds the editions of 'daily-papers'"
    ):
        site(tmp_path).build([other])
    assert contents(tmp_path) == before


@pytest.mark.parametrize("damage", [b"", b"{", b"{}", b"\xff", b"[1]"])
def test_a_damaged_document_is_named(tmp_path: Path, damage: bytes) -> None:
    archive = site(tmp_path)
    archive.build(days(2))
    file = tmp_path / "site" / NEW / "edition.json"
    file.write_bytes(damage)
    with pytest.raises(DigestError, match=r"edition\.json is missing or damaged; .* --full"):
        archive.build([])
    archive.build(days(2), anew=True)
    assert len(archive.dates()) == 2
    assert file.read_bytes() == days(2)[1].document


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file where the folder should be")
    with pytest.raises(DigestError, match=r"archive\.path: .*site cannot be written"):
        site(tmp_path).build([freeze(EDITION)])


PROGRAM = """
import sys
from pathlib import Path
from tests.archive.test_site import days, site
site(Path(sys.argv[1])).build(days(4))
"""


@pytest.mark.parametrize("point", ["mid-archive", "mid-archive:2", "mid-archive:4"])
def test_a_death_midway_leaves_no_half_edition_and_the_next_build_ends_it(
    tmp_path: Path, point: str
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    site(whole).build(days(4))
    site(killed).build(days(4)[:1])
    command = [sys.executable, "-c", PROGRAM, str(killed)]
    root = TEMPLATES.parent
    died = subprocess.run(
        command, check=False, cwd=root, env=os.environ | {"DIGEST_FAILPOINT": point}
    )
    assert died.returncode == -9
    assert site(killed).dates() == [days(4)[0].edition.date]
    site(killed).build(days(4)[1:])
    assert contents(killed) == contents(whole)


# The feed


def read(path: Path) -> feedparser.FeedParserDict:
    parsed = feedparser.parse((path / "site" / "feed.xml").read_bytes(), sanitize_html=False)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    return parsed


def test_the_feed_holds_the_newest_thirty_one_newest_first(tmp_path: Path) -> None:
    site(tmp_path).build(days(33))
    newest = [f"{frozen.edition.date}T07:30:00Z" for frozen in reversed(days(31))]
    assert [entry.updated for entry in read(tmp_path).entries] == newest
    assert read(tmp_path).feed.updated == newest[0]


def test_an_older_edition_that_comes_late_does_not_push_a_newer_one_out(tmp_path: Path) -> None:
    site(tmp_path).build(days(31))
    before = read(tmp_path).entries[-1].id
    site(tmp_path).build([on(dt.date(2025, 1, 1))])
    assert read(tmp_path).entries[-1].id == before
    assert len(site(tmp_path).dates()) == 32


def test_a_feed_reader_finds_titles_links_and_every_paper(tmp_path: Path) -> None:
    site(tmp_path).build(days(2))
    parsed = read(tmp_path)
    assert parsed.feed.title == "Daily Papers & More"
    assert [entry.title for entry in parsed.entries] == [
        "Tuesday, 16 June 2026: 11 new papers",
        "Monday, 15 June 2026: 11 new papers",
    ]
    assert parsed.entries[0].link == f"{SITE}/{NEW}/"
    (content,) = parsed.entries[0].content
    assert content.type == "text/html"
    assert content.value.count("<h3") == 11
    assert "<script" not in content.value


def test_ids_stay_when_the_site_gets_an_address_or_another_title(tmp_path: Path) -> None:
    def ids(path: Path, site: Site, editions: list[Edition]) -> list[str]:
        site.build(map(freeze, editions))
        return [read(path).feed.id, *(entry.id for entry in read(path).entries)]

    editions = [frozen.edition for frozen in days(2)]
    renamed = [replace(edition, title="Another") for edition in editions]
    first, second = tmp_path / "first", tmp_path / "second"
    before = ids(first, site(first, base_url=""), editions)
    other_title = Site(second / "site", shipped, title="T", base_url=SITE, naming=Naming)
    assert ids(second, other_title, renamed) == before
    assert len(set(before)) == 3
    other = tmp_path / "other"
    others = ids(other, site(other), [replace(each, newsletter="other") for each in editions])
    assert not set(others) & set(before)


def test_a_site_without_an_address_has_a_feed_without_links(tmp_path: Path) -> None:
    site(tmp_path, base_url="").build(days(1))
    assert b"<link" not in contents(tmp_path)["feed.xml"]
    assert len(read(tmp_path).entries) == 1


def test_an_entry_that_is_not_what_it_would_be_now_is_made_anew(tmp_path: Path) -> None:
    all_at_once, by_and_by = tmp_path / "all", tmp_path / "by"
    first, second = days(2)
    site(all_at_once).build([first, second])
    site(by_and_by, base_url="https://old.example").build([first])
    site(by_and_by).build([second])
    assert contents(by_and_by)["feed.xml"] == contents(all_at_once)["feed.xml"]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"<entry>", None])
def test_a_damaged_entry_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    archive = site(tmp_path)
    archive.build(days(2))
    whole, file = contents(tmp_path), tmp_path / "site" / NEW / "entry.jsonl"
    file.write_bytes(file.read_bytes()[:-20] if damage is None else damage)
    archive.build([])
    assert contents(tmp_path) == whole
