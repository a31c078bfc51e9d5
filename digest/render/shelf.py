"""The papers of an edition made fit to be shown, each once, whoever is shown them. Pure."""

from __future__ import annotations

from functools import cached_property

from digest.latex import readable
from digest.model.editions import Edition, Placement
from digest.render.reasons import why
from digest.render.sheets import sheets
from digest.render.text import LONGEST_ABSTRACT, LONGEST_NAME, LONGEST_TITLE, tidy, web_link
from digest.render.view import ShownPaper
from digest.render.wording import People, authors, figures, links, people
from digest.shortening import cut

LONGEST_SUMMARY = 600  # characters


class Shelf:
    """What the views of an edition, and of selections from it, have in common."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._several = len(edition.sources) > 1
        self._writer = cut(tidy(edition.summarised_by), LONGEST_NAME)
        self._anchors = {one.theme: f"s{at}" for at, one in enumerate(edition.sections, 1)}
        # By identity, as to compare papers would take longer than to show them.
        placements = (placed for section in edition.sections for placed in section.papers)
        self._own = {id(placed.paper): placed for placed in placements}
        self._shown: dict[int, ShownPaper] = {}
        self._people: dict[int, People] = {}

    @cached_property
    def sheets(self) -> list[int]:
        """The page, from 1, of each paper of the edition, in order."""
        return sheets(self._edition)

    def anchor(self, theme: str) -> str:
        """Where the edition's page has a section; "s0" where it has none."""
        return self._anchors.get(theme, "s0")

    def paper(self, placed: Placement) -> ShownPaper:
        """A paper with all its texts but the teaser."""
        name = id(placed.paper)
        own = self._own.get(name, placed)
        if name not in self._shown:
            self._shown[name] = self._made(own)
        shown = self._shown[name]
        if placed is own:
            return shown
        # A selection may give it another reason, or show it in its own words.
        summary = shown.summary if placed.summary else ""
        return shown._replace(summary=summary, notes=self._notes(placed))

    def people(self, placed: Placement) -> People:
        """Who wrote a paper."""
        name = id(placed.paper)
        if name not in self._people:
            self._people[name] = people(placed.paper)
        return self._people[name]

    def _made(self, placed: Placement) -> ShownPaper:
        paper = placed.paper
        tex_title = tidy(paper.title)
        tex_abstract = cut(tidy(paper.abstract), LONGEST_ABSTRACT)
        title, abstract = shown_title(tex_title), readable(tex_abstract)
        found = links(paper)
        thumbnail = web_link(paper.thumbnail)
        return ShownPaper(
            number=0,
            key=tidy(placed.key),
            title=title,
            url=found[0].url if found else "",
            brief=False,
            authors=authors(paper, self.people(placed)),
            organisation=cut(readable(tidy(paper.organisation) or ""), LONGEST_NAME),
            abstract=abstract,
            summary=cut(readable(tidy(placed.summary)), LONGEST_SUMMARY),
            teaser="",
            links=found,
            thumbnail=thumbnail if thumbnail.startswith("https:") else "",
            figures=figures(paper),
            notes=self._notes(placed),
            tex_title=cut(tex_title, LONGEST_TITLE) or title,
            tex_abstract=tex_abstract,
        )

    def _notes(self, placed: Placement) -> tuple[str, ...]:
        shown_by = ", ".join(cut(name, LONGEST_NAME) for name in tidy(placed.sources))
        notes = (
            f"Summary written by {self._writer}" if placed.summary else "",
            why(placed.evidence, placed.paper),
            f"via {shown_by}" if self._several else "",
        )
        return tuple(filter(None, notes))


def shown_title(tex: str) -> str:
    """A title of one line in plain Unicode."""
    return cut(readable(tex), LONGEST_TITLE) or "Untitled"
