"""The page that searches the site, and what it finds of a paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import jinja2

from digest.identity import keys_of
from digest.latex import readable
from digest.model.editions import ALSO, Edition, Placement
from digest.render.listing import theme_name
from digest.render.look import Look, day_folder, place, sheet_name
from digest.render.pages import STYLES as BASE
from digest.render.pages import site_page
from digest.render.sheets import sheets
from digest.render.templates import source
from digest.render.text import LONGEST_ABSTRACT, LONGEST_TITLE, tidy
from digest.shortening import cut

RECIPE = 1  # of `records`: one more, and all papers are indexed anew

STYLES = (*BASE, "archive/search.css")

_MOST_NAMES = 10_000  # characters
_RESERVED = "___"  # words that begin so are orders to Pagefind


class Record(NamedTuple):
    """A paper as Pagefind takes it. All text is plain."""

    url: str  # from the site's root
    content: str
    meta: dict[str, str]  # searched, too
    filters: dict[str, list[str]]
    sort: dict[str, str]


def records(edition: Edition) -> Iterator[Record]:
    """The papers of an edition, in their order."""
    placements = (placed for section in edition.sections for placed in section.papers)
    day = edition.date.isoformat()
    for placed, sheet in zip(placements, sheets(edition), strict=True):
        where = f"{day_folder(edition.date)}/{sheet_name(sheet)}{place(tidy(placed.key))}"
        theme = placed.evidence.theme or ALSO
        yield Record(
            url=where,
            content=_content(placed),
            meta=_told(placed),
            filters={"month": [day[:7]], "source": list(tidy(placed.sources)), "theme": [theme]},
            sort={"date": day},
        )


def _content(placed: Placement) -> str:
    abstract = cut(_plain(placed.paper.abstract), LONGEST_ABSTRACT)
    return abstract.replace(_RESERVED, "") or "No abstract."


def _told(placed: Placement) -> dict[str, str]:
    """What is told of a paper beside its abstract."""
    paper = placed.paper
    ids = [key.partition(":")[2] for key in keys_of(paper) if not key.startswith("title:")]
    also = (tidy(paper.organisation) or "", *map(tidy, paper.keywords), *ids)
    return {
        "title": cut(_plain(paper.title), LONGEST_TITLE) or "Untitled",
        "authors": cut(", ".join(map(tidy, paper.authors)), _MOST_NAMES),
        "also": cut(", ".join(filter(None, also)), _MOST_NAMES),
    }


def _plain(text: str) -> str:
    return readable(tidy(text))


def search_page(env: jinja2.Environment, look: Look) -> str:
    """The page with the search box, whose script is `script`."""
    themes = sorted((theme_name(look, theme), theme) for theme in look.labels)
    return "".join(
        site_page(
            env, look, "archive/search.html.j2", "search/index.html", styles=STYLES, themes=themes
        )
    )


def script(env: jinja2.Environment) -> str:
    """The page's script, search/search.js, which needs that of `find_pages`."""
    return source(env, "archive/search.js")
