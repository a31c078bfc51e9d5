"""An edition and its papers as feeds have them, in HTML that stands by itself. Pure."""

from __future__ import annotations

import uuid

import jinja2

from digest.model.catalogue import Item
from digest.model.editions import ALSO, Edition
from digest.render.detail import plan, steps
from digest.render.greeting import greeting
from digest.render.listing import theme_name
from digest.render.look import Look, address, day_folder, place, sheet_name
from digest.render.shelf import Shelf
from digest.render.shown import Views, rfc3339
from digest.render.templates import fill, fill_each, source
from digest.render.text import tidy
from digest.render.view import Link
from digest.shortening import cut

IN_ENTRY = 50  # papers of an edition in its item, which a feed has many of
LONGEST_SUMMARY = 300  # characters

_EDITION, _PAPER = "archive/entry.html.j2", "archive/item.html.j2"


def edition_item(
    env: jinja2.Environment, look: Look, edition: Edition, *, shelf: Shelf | None = None
) -> Item:
    """An edition with at most 50 papers. `shelf` is the edition's, where there is one already.

    Its id tells newsletter, period and date, so it stays when the site moves.
    """
    views = Views(edition, site=look.base_url, shelf=shelf)
    full = steps(edition, IN_ENTRY)
    shown = views.under(plan(edition, IN_ENTRY, full), sources=len(edition.sources))
    return Item(
        id=urn(shown.newsletter, shown.period, edition.date.isoformat()),
        url=shown.url,
        title=f"{shown.day}: {shown.size} new paper{'' if shown.size == 1 else 's'}",
        content=fill(env, _EDITION, edition=shown, intro=greeting(shown.intro)),
        summary=cut("; ".join(shown.leads), LONGEST_SUMMARY),
        published=shown.published_at,
    )


def paper_items(
    env: jinja2.Environment, look: Look, edition: Edition, *, shelf: Shelf | None = None
) -> list[Item]:
    """All papers of an edition, in its order; else as `edition_item`.

    An id tells newsletter and paper, as no paper is in two editions.
    """
    shelf = shelf or Shelf(edition)
    newsletter, published = tidy(edition.newsletter), rfc3339(edition.published_at)
    folder = address(look, f"{day_folder(edition.date)}/index.html")
    placements = [placed for section in edition.sections for placed in section.papers]
    papers = [shelf.paper(placed) for placed in placements]
    themes = [placed.evidence.theme or ALSO for placed in placements]
    names = {theme: _name(look, theme) for theme in themes}
    told = zip(papers, map(names.__getitem__, themes), strict=True)
    return [
        Item(
            id=urn(newsletter, "paper", paper.key),
            url=folder and f"{folder}{_page(sheet)}{place(paper.key)}",
            title=paper.title,
            content=content,
            summary=cut(paper.summary or tidy(placed.teaser), LONGEST_SUMMARY),
            published=published,
            link=paper.url,
            authors=tuple(filter(None, shelf.people(placed).first)),
            theme=theme,
            label=names[theme].label,
        )
        for placed, paper, theme, sheet, content in zip(
            placements,
            papers,
            themes,
            shelf.sheets,
            fill_each(env, _PAPER, "item", told),
            strict=True,
        )
    ]


def sources(env: jinja2.Environment) -> str:
    """The templates of all items, which may be the user's own."""
    return source(env, _EDITION) + source(env, _PAPER)


def urn(newsletter: str, *way: str) -> str:
    """A URN that is the same for ever (RFC 9562, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"papertide:{'/'.join(tidy((newsletter, *way)))}").urn


def _name(look: Look, theme: str) -> Link:
    """What a theme is called, and its page."""
    return Link(theme_name(look, theme), address(look, f"themes/{theme}/index.html"))


def _page(sheet: int) -> str:
    """A sheet of an edition, from its folder."""
    return sheet_name(sheet).removesuffix("index.html")
