"""What the site remembers of an edition. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from digest.identity import keys_of
from digest.model.catalogue import Day, Line, Tally
from digest.model.editions import ALSO, Edition, FrozenEdition, Placement
from digest.render.shelf import Shelf
from digest.render.shown import largest
from digest.render.text import LONGEST_NAME, tidy
from digest.shortening import cut


def day(frozen: FrozenEdition, *, shelf: Shelf | None = None) -> Day:
    """An edition as its month's catalogue has it, its texts fit to be shown.

    `shelf` is its own, where there is one already.
    """
    edition = frozen.edition
    return Day(
        date=edition.date,
        published_at=edition.published_at,
        sha256=frozen.sha256,
        lines=tuple(_lines(edition, shelf or Shelf(edition))),
        sections=tuple(
            (cut(tidy(section.label), LONGEST_NAME), len(section.papers))
            for section in largest(edition.sections)
        ),
        sources=tidy(edition.sources),
    )


def tally(day: Day) -> Tally:
    """An edition as its year's catalogue has it."""
    themes = Counter(line.theme for line in day.lines)
    return Tally(sha256=day.sha256, size=len(day.lines), themes=dict(sorted(themes.items())))


def _lines(edition: Edition, shelf: Shelf) -> Iterator[Line]:
    placements = (placed for section in edition.sections for placed in section.papers)
    for placed, sheet in zip(placements, shelf.sheets, strict=True):
        shown = shelf.paper(placed)
        yield Line(
            key=shown.key,
            title=shown.tex_title,
            theme=placed.evidence.theme or ALSO,
            authors=shown.authors,
            sources=tidy(placed.sources),
            upvotes=placed.paper.upvotes,
            others=_others(placed),
            sheet=sheet,
        )


def _others(placed: Placement) -> tuple[str, ...]:
    """The further keys of a paper but that of its title; one with a single id has none."""
    if len(placed.paper.ids) < 2:
        return ()
    keys = keys_of(placed.paper)
    return tuple(key for key in keys if key != placed.key and not key.startswith("title:"))
