"""An edition as a short message to a chat. Pure."""

from __future__ import annotations

from typing import NamedTuple

import jinja2

from digest.model.editions import Edition
from digest.precedence import precedence
from digest.render.detail import Detail, Plan
from digest.render.shown import Views
from digest.render.templates import fill
from digest.render.text import inert, tidy
from digest.shortening import cut

LONGEST_TITLE = 100  # characters
SHORTEST = 100  # characters that any place takes
SOURCES = 12  # shown


class Chat(NamedTuple):
    """A message in plain text."""

    title: str
    text: str


def chat(
    env: jinja2.Environment,
    edition: Edition,
    *,
    site: str,
    max_papers: int,
    room: int,
    mark: str = "",
) -> Chat:
    """The first papers of an edition, at most `max_papers` and as many as there is room for.

    `room` is in characters, of title and text together; `mark` stands before the title. Nothing
    in the papers can mention anybody, or be markup. Raises ConfigError where a template is wrong.
    """
    title = f"{mark}{cut(inert(tidy(edition.title)), LONGEST_TITLE)}"
    views, turns = Views(edition, site=site), precedence(edition.sections)
    room = max(room - len(title) - len("\r\n\r\n"), SHORTEST)
    text = ""
    for most in range(min(max_papers, len(turns)), -1, -1):
        shown = views.under(_titles(edition, turns[:most]), sources=SOURCES)
        values = {"edition": shown, "more": len(turns) - most}
        text = fill(env, "chat.txt.j2", **values).strip()
        if len(text) <= room:
            return Chat(title, text)
    return Chat(title, cut(text, room))


def _titles(edition: Edition, turns: list[tuple[int, int]]) -> Plan:
    """The titles of some papers alone."""
    return Plan(
        papers=tuple(
            tuple(
                Detail.TITLE if (at, rank) in turns else Detail.LEFT_OUT
                for rank in range(len(section.papers))
            )
            for at, section in enumerate(edition.sections)
        ),
        framed=False,
        revisions=0,
    )
