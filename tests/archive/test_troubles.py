"""A site that was damaged, is of an elder version, or is told odd things: nobody's files suffer."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from digest.document import freeze
from digest.model.editions import Edition, FrozenEdition
from digest.render.find_pages import shard_of
from digest.store.lock import newsletter_lock
from tests.archive.editions import contents, edition, site
from tests.home import Home

MONDAY, AN_HOUR_LATER = "2026-01-05T07:30:00Z", "2026-01-05T08:30:00Z"


def days(count: int, *, first: dt.date = dt.date(2025, 12, 30)) -> list[FrozenEdition]:
    dates = (first + dt.timedelta(days=at) for at in range(count))
    return [edition(date, {"agents": 2, "vision": 1}) for date in dates]


def with_theme(frozen: FrozenEdition, theme: str) -> Edition:
    """The edition with a theme's id for all its papers."""
    sections = (
        replace(
            section,
            papers=tuple(
                replace(placed, evidence=replace(placed.evidence, theme=theme))
                for placed in section.papers
            ),
        )
        for section in frozen.edition.sections
    )
    return replace(frozen.edition, sections=tuple(sections))


# Odd editions


@pytest.mark.parametrize(
    "theme",
    ["../../../escaped", "/escaped", "..", ".", "a/b", "index.html", "a\0b", "x" * 300, "<b>", " "],
)
def test_a_theme_whose_id_is_no_name_for_a_folder_has_none(tmp_path: Path, theme: str) -> None:
    path = tmp_path / "one" / "site"
    site(path).build([freeze(with_theme(days(1)[0], theme))])
    assert [file.name for file in tmp_path.iterdir()] == ["one"]
    assert [file.name for file in path.parent.iterdir()] == ["site"]
    themes = {file.name for file in (path / "themes").iterdir()}
    assert themes == {"index.html", "also"}
    assert json.loads((path / "catalogue.json").read_bytes())["years"]["2025"]["themes"] == {
        "also": 3
    }


@pytest.mark.parametrize("year", [1900, 1969, 1999, 2100, 9998])
def test_a_site_may_be_of_any_century(tmp_path: Path, year: int) -> None:
    made = days(4, first=dt.date(year, 12, 30))
    site(tmp_path / "once").build(made)
    for one in made:
        site(tmp_path / "by").build([one])
    assert contents(tmp_path / "by") == contents(tmp_path / "once")
    assert site(tmp_path / "by").dates() == [one.edition.date for one in made]


def test_a_late_edition_of_an_elder_taxonomy_leaves_the_site_as_if_made_at_once(
    tmp_path: Path,
) -> None:
    first, second, third = days(3)
    elder = freeze(replace(second.edition, taxonomy="ai@elder"))
    site(tmp_path / "once").build([first, elder, third])
    site(tmp_path / "by").build([first, third])
    site(tmp_path / "by").build([elder])
    assert contents(tmp_path / "by") == contents(tmp_path / "once")


def test_an_edition_that_takes_the_place_of_another_takes_it_in_all_lists(tmp_path: Path) -> None:
    first, second, third = days(3)
    other = edition(second.edition.date, {"also": 1, "agents": 1})
    site(tmp_path).build([first, second, third])
    gone = second.edition.sections[1].papers[0].key
    assert find(tmp_path, gone) == f"2025/12/31/index.html#{gone}"
    site(tmp_path).build([other])
    site(tmp_path / "once").build([first, other, third])
    for name, content in contents(tmp_path / "once").items():
        assert (tmp_path / name).read_bytes() == content, name
    assert find(tmp_path, gone) is None


def find(path: Path, key: str) -> str | None:
    """Where the site has a paper."""
    rows = json.loads((path / "find" / f"{shard_of(key)}.json").read_bytes())
    return rows[key][0] if key in rows else None


# Others' sites and files


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("damage", [None, "{", "lost"])
def test_the_site_of_another_newsletter_is_never_built_over(
    tmp_path: Path, damage: str | None, anew: bool
) -> None:
    site(tmp_path).build(days(3))
    catalogue = tmp_path / "catalogue.json"
    if damage == "lost":
        catalogue.unlink()
    elif damage:
        catalogue.write_text(damage)
    before = contents(tmp_path)
    other = freeze(replace(days(1)[0].edition, newsletter="other"))
    words = "is damaged" if damage == "{" and not anew else "holds the editions of 'daily-papers'"
    with pytest.raises(Exception, match=words):
        site(tmp_path).build([other], anew=anew)
    assert contents(tmp_path) == before


def test_a_full_build_of_another_newsletter_changes_nothing(home: Home) -> None:
    home.digest("run", now=MONDAY)
    before = contents(home.folder / "site")
    another = '[newsletter]\nslug = "another"\n' + home.config.read_text()
    home.configure(another + '[archive]\npath = "elsewhere"\n').digest("run", now=MONDAY)
    home.configure(another)
    answer = home.digest("archive", "build", "--full")
    assert answer.code == 2
    assert "give 'another' a folder of its own" in answer.err
    assert contents(home.folder / "site") == before


def elder(path: Path, made: list[FrozenEdition]) -> None:
    """A site as it was before there were catalogues."""
    path.mkdir()
    for name in ("index.html", "feed.xml"):
        (path / name).write_text("an elder list")
    for one in made:
        folder = path / f"{one.edition.date:%Y/%m/%d}"
        folder.mkdir(parents=True)
        (folder / "edition.json").write_bytes(one.document)
        for name in ("edition.md", "entry.xml", "index.html"):
            (folder / name).write_text("an elder page")


def test_a_site_from_before_there_were_catalogues_is_known_as_ours(tmp_path: Path) -> None:
    made, path = days(3), tmp_path / "site"
    elder(path, made)
    (path / "404.html").write_text("mine")
    old = site(path)
    assert (old.owner(), old.newest()) == ("daily-papers", made[-1].edition.date)
    assert old.dates() == old.missing(old.dates()) == [one.edition.date for one in made]
    built = old.build(made)
    assert built.own == ("404.html",)
    site(tmp_path / "new").build(made)
    written = contents(path)
    new = contents(tmp_path / "new")
    assert {name for name in new if written[name] != new[name]} == {"404.html"}
    (path / "index.html").write_text("mine")
    assert set(site(path).build(made).own) == {"404.html", "index.html"}


# What is lost or damaged


@pytest.mark.parametrize("damage", [None, "{"])
@pytest.mark.parametrize("name", ["catalogue.json", "2026/catalogue.json"])
def test_what_the_site_holds_is_known_without_its_catalogues(
    tmp_path: Path, name: str, damage: str | None
) -> None:
    made = days(4)
    site(tmp_path).build(made)
    if damage:
        (tmp_path / name).write_text(damage)
    else:
        (tmp_path / name).unlink()
    told = site(tmp_path)
    assert told.owner() == "daily-papers"
    if name == "catalogue.json" or damage:
        assert told.newest() == made[-1].edition.date
        assert told.dates() == [one.edition.date for one in made]


def test_with_its_catalogue_lost_all_of_the_site_is_made_again(tmp_path: Path) -> None:
    made = days(4)
    site(tmp_path).build(made)
    before, dates = contents(tmp_path), [one.edition.date for one in made]
    (tmp_path / "catalogue.json").unlink()
    assert site(tmp_path).missing(dates) == dates
    assert not site(tmp_path).has(dates[-1])
    site(tmp_path).build(made)
    assert contents(tmp_path) == before


def test_as_many_editions_are_not_the_same_editions(tmp_path: Path) -> None:
    first, second, third = days(3)
    site(tmp_path).build([first, third])
    dates = [first.edition.date, second.edition.date]
    assert site(tmp_path).missing(dates) == dates[1:]


def test_a_damaged_catalogue_keeps_no_reader_from_the_mail(home: Home) -> None:
    (home.folder / "site").mkdir()
    (home.folder / "site" / "catalogue.json").write_text("{")
    answer = home.digest("run", "--json", now=MONDAY)
    assert (answer.code, answer.json["status"]) == (1, "published")
    assert "catalogue.json is damaged; `digest archive build --full`" in answer.err
    assert home.digest("archive", "build", "--full").code == 0
    answer = home.digest("run", now=MONDAY)
    assert (answer.code, answer.err) == (0, "")


def test_a_store_that_was_lost_is_noticed_beside_a_damaged_catalogue(home: Home) -> None:
    home.digest("run", now=MONDAY)
    (home.folder / "site" / "catalogue.json").write_text("{")
    shutil.rmtree(home.folder / "state")
    answer = home.digest("run", "--json", now=AN_HOUR_LATER)
    assert (answer.code, answer.json["status"]) == (3, "held")
    assert "everything would be sent again" in answer.json["reason"]


def test_an_edition_that_the_store_forgot_gives_its_place_to_the_new_one(home: Home) -> None:
    home.digest("run", now=MONDAY)
    shutil.rmtree(home.folder / "state")
    answer = home.digest("run", "--force", "--no-deliver", now=AN_HOUR_LATER)
    assert answer.code == 0, answer.err
    [made] = home.editions()
    assert made["published_at"] == AN_HOUR_LATER


def test_a_build_beside_a_run_says_that_it_did_nothing(home: Home) -> None:
    home.digest("run", now=MONDAY)
    with newsletter_lock(f"sqlite:///{home.folder}/state/digest.db", "daily-papers"):
        answer = home.digest("archive", "build", "--full")
    assert answer.code == 1
    assert answer.err == (
        "digest: another run of daily-papers is at work; build the site when it has ended\n"
    )
