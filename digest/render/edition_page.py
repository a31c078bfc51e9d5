"""An edition on the site: its pages, and as Markdown, BibTeX and RIS. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jinja2

from digest.model.editions import ALSO, Edition, Placement, Section
from digest.render.citations import citations
from digest.render.greeting import greeting
from digest.render.linked_data import linked_data
from digest.render.listing import theme_name
from digest.render.look import Look, day_folder, place, sheet_name
from digest.render.pages import STYLES, site_page
from digest.render.sheets import revisions_shown
from digest.render.shelf import Shelf
from digest.render.shown import Views, in_words
from digest.render.templates import fill, filled
from digest.render.view import ShownEdition, ShownPaper, ShownSection


class Row(NamedTuple):
    """A paper on its page."""

    placed: Placement
    paper: ShownPaper
    parts: list[tuple[str, str]]  # of its abstract: what is no teaser, and what then is
    place: str  # its permanent link, from this page
    theme: str  # its theme's id, where its section is not named for that
    label: str  # what that theme is called


class Part(NamedTuple):
    """What one page has of a section."""

    section: ShownSection
    rows: list[Row]
    theme: str  # the id of the theme that the section is named for, or ""
    begins: bool  # with the section's first paper


class Entry(NamedTuple):
    """A section at a glance."""

    section: ShownSection
    url: str  # from the first page


def markdown(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """A whole edition as Markdown."""
    return fill(env, "edition.md.j2", edition=Views(edition, site=site).whole())


def edition_files(
    env: jinja2.Environment,
    look: Look,
    edition: Edition,
    *,
    before: dt.date | None = None,
    after: dt.date | None = None,
    shelf: Shelf | None = None,
) -> dict[str, Iterable[str]]:
    """The files of an edition by name, each piece by piece, as it can be long.

    `before` and `after` are the dates of the editions next to it; `shelf` is its own, where there
    is one already.
    """
    shelf = shelf or Shelf(edition)
    view = Views(edition, site=look.base_url, shelf=shelf).whole()
    cited = citations(edition, shelf=shelf)
    files: dict[str, Iterable[str]] = {
        "edition.md": filled(env, "edition.md.j2", edition=view),
        "papers.bib": filled(env, "archive/papers.bib.j2", works=cited),
        "papers.ris": filled(env, "archive/papers.ris.j2", works=cited),
    }
    pages = _pages(look, edition, view, shelf.sheets)
    names = [sheet_name(sheet) for sheet in range(1, len(pages) + 1)]
    told: dict[str, Any] = {
        "edition": _fitting(view, revisions_shown(edition)),
        "intro": greeting(view.intro),
        "glance": list(_glance(pages)),
        "sheets": names,
        "before": _beside(before),
        "after": _beside(after),
    }
    folder = day_folder(edition.date)
    for sheet, (name, parts) in enumerate(zip(names, pages, strict=True), 1):
        files[name] = site_page(
            env,
            look,
            "archive/edition.html.j2",
            f"{folder}/{name}",
            styles=STYLES,
            sheet=sheet,
            parts=parts,
            ld=linked_data(view, _named(shelf, parts)),
            **told,
        )
    return files


def _named(shelf: Shelf, parts: Iterable[Part]) -> Iterator[tuple[ShownPaper, Sequence[str]]]:
    """The papers of a page with their authors' names."""
    for part in parts:
        yield from ((row.paper, shelf.people(row.placed).first) for row in part.rows)


def _fitting(view: ShownEdition, revisions: int) -> ShownEdition:
    """The edition with as many new versions as its page has room for."""
    if len(view.revisions) <= revisions:
        return view
    more = len(view.revisions) - revisions
    return replace(view, revisions=view.revisions[:revisions], more_revisions=more)


def _pages(look: Look, edition: Edition, view: ShownEdition, found: list[int]) -> list[list[Part]]:
    """The parts of sections on each page, as `found` has the page of each paper."""
    pages: list[list[Part]] = [[] for _ in range(max(found, default=1))]
    place_of = iter(found)
    for section, shown in zip(edition.sections, view.sections, strict=True):
        theme = _theme(section)
        rows = [_row(look, *pair, theme) for pair in zip(section.papers, shown.papers, strict=True)]
        on = [next(place_of) for _ in rows]
        for sheet in dict.fromkeys(on):
            part = [row for row, at in zip(rows, on, strict=True) if at == sheet]
            pages[sheet - 1].append(Part(shown, part, theme, begins=sheet == on[0]))
    return pages


def _theme(section: Section) -> str:
    """The theme that a section is named for, if it is one that a paper of it has."""
    named = any(_theme_of(placed) == section.theme for placed in section.papers)
    return section.theme if named else ""


def _theme_of(placed: Placement) -> str:
    return placed.evidence.theme or ALSO


def _row(look: Look, placed: Placement, paper: ShownPaper, named: str) -> Row:
    theme = _theme_of(placed)
    if theme == named:
        theme = ""
    label = theme_name(look, theme) if theme else ""
    return Row(placed, paper, _parted(paper), place(paper.key), theme, label)


def _parted(paper: ShownPaper) -> list[tuple[str, str]]:
    """An abstract as `Row.parts`, so that its page need not have the teaser twice.

    None where the teaser is not of its words.
    """
    parts, rest = [], paper.tex_abstract
    for told in paper.teaser.split(" … ") if paper.teaser else ():
        before, found, rest = rest.partition(told.removesuffix("…"))
        if not found:
            return []
        parts.append((before, found))
    return [*parts, (rest, "")] if parts else []


def _glance(pages: Sequence[Sequence[Part]]) -> Iterator[Entry]:
    """All sections, as the first page leads to them."""
    for sheet, page in enumerate(pages, 1):
        for part in page:
            if part.begins:
                file = sheet_name(sheet) if sheet > 1 else ""
                yield Entry(part.section, f"{file}#{part.section.anchor}")


def _beside(date: dt.date | None) -> tuple[str, str] | None:
    """The folder and the words for an edition next to this one."""
    return (day_folder(date), in_words(date)) if date else None
