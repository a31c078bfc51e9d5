"""A site that can be searched, made of papers that say what a test asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from digest.archive.files import Folder
from digest.archive.finding import Finding
from digest.archive.searching import Searching
from digest.document import freeze
from digest.model.catalogue import Day, Year
from digest.model.editions import Edition, Evidence, Placement, Section
from digest.model.papers import Paper
from digest.render.catalogued import day, tally
from digest.render.edition_page import edition_files
from digest.render.look import Look, day_folder
from digest.render.search_page import script, search_page
from tests.render.specimen import shipped

ENV = shipped()
LOOK = Look(title="Tidal <Papers>", search=True, labels={"tides": "Tides & Waves", "sand": "Sand"})


def paper(number: int, title: str, abstract: str = "", *authors: str) -> Paper:
    """A paper with an arXiv id of its own."""
    ids = (f"2601.{number:05}",)
    return Paper(title=title, abstract=abstract, authors=authors, ids=ids)


def edition(
    date: str, *papers: Paper, theme: str = "tides", sources: tuple[str, ...] = ("arxiv",)
) -> Edition:
    """A day's edition of papers of one theme."""
    on = dt.date.fromisoformat(date)
    evidence = Evidence(reason="phrases", theme=theme)
    placed = tuple(
        Placement(key=_key(one), paper=one, sources=sources, evidence=evidence) for one in papers
    )
    return Edition(
        newsletter="tidal",
        title=LOOK.title,
        period="daily",
        date=on,
        published_at=dt.datetime(on.year, on.month, on.day, 7, 30, tzinfo=dt.UTC),
        sections=(Section(theme=theme, label=theme.title(), papers=placed),),
    )


def _key(one: Paper) -> str:
    if not one.ids:
        return f"title:{hashlib.sha256(one.title.encode()).hexdigest()[:16]}"
    return f"doi:{one.ids[0]}" if one.ids[0].startswith("10.") else f"arxiv:{one.ids[0]}"


def days(editions: Sequence[Edition]) -> list[Day]:
    """The editions as their months' catalogues have them."""
    return [day(freeze(one)) for one in editions]


def index(site: Path, editions: Sequence[Edition], touched: Sequence[int] = ()) -> Folder:
    """Make all that a search needs of these editions, which are all that the site has."""
    years: dict[int, dict[dt.date, Day]] = {}
    for one in sorted(days(editions), key=lambda one: one.date):
        years.setdefault(one.date.year, {})[one.date] = one
    folder = Folder(site)
    Searching(folder, {one.date: one for one in editions}.__getitem__).update(
        {number: sum(len(one.lines) for one in held.values()) for number, held in years.items()},
        lambda number: Year(days={date: tally(one) for date, one in years[number].items()}),
        touched,
    )
    return folder


def build(site: Path, editions: Sequence[Edition]) -> None:
    """Make a site of these editions with its search."""
    folder = index(site, editions)
    for one in editions:
        for name, pieces in edition_files(ENV, LOOK, one, before=None, after=None).items():
            folder.put(f"{day_folder(one.date)}/{name}", "".join(pieces))
    Finding(folder, ENV, LOOK).update(days(editions))
    folder.put("search/index.html", search_page(ENV, LOOK))
    folder.put("search/search.js", script(ENV))
